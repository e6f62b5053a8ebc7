"""What clients posted over Open311, kept before it is filed: the same post again is the same case, and a case that the
case system cannot take now is filed later under its token."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert, null, select, text, update

from tools.case import NewCase
from tools.database import Database
from tools.open311_tables import posts
from tools.value import Value

WINDOW = timedelta(hours=24)
"""For so long the same post of the same client is taken for a retry."""


class Post(Value):
    """One posted case: its token, the number it got, or the case that is still to be filed."""

    token: str
    case_id: str | None = None
    case: NewCase | None = None

    @property
    def key(self) -> str:
        """The idempotency key that it is filed under."""
        return f"open311:{self.token}"


class Posts:
    """The posts on our tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, case: NewCase, *, fingerprint: str, client: str, now: datetime) -> Post:
        """Keep a posted case; the post of the same fingerprint within the window, if there is one."""
        again = (posts.c.fingerprint == fingerprint) & (posts.c.at > now - WINDOW)
        row = {"token": uuid4().hex, "fingerprint": fingerprint, "client": client[:60], "at": now}
        async with self._database.write() as connection:
            if not self._database.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:it))"), {"it": fingerprint})
            known = (await connection.execute(select(posts).where(again))).first()
            if known is not None:
                return _post(known.token, known.case_id, known.record)
            await connection.execute(insert(posts).values(**row, record=case.model_dump(mode="json")))
        return Post(token=str(row["token"]), case=case)

    async def get(self, token: str) -> Post | None:
        """The post of a token."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(posts).where(posts.c.token == token))).first()
        return _post(row.token, row.case_id, row.record) if row is not None else None

    async def waiting(self, *, most: int = 50) -> tuple[Post, ...]:
        """What is still to be filed, the oldest first."""
        query = select(posts).where(posts.c.case_id.is_(None)).order_by(posts.c.at).limit(most)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(_post(row.token, row.case_id, row.record) for row in rows)

    async def settle(self, post: Post, case_id: str) -> None:
        """Remember which case a post became, and forget what was posted."""
        values = {"case_id": case_id, "record": null()}
        async with self._database.write() as connection:
            await connection.execute(update(posts).where(posts.c.token == post.token).values(values))

    async def drop(self, post: Post) -> None:
        """Forget a post that the case system refused."""
        async with self._database.write() as connection:
            await connection.execute(posts.delete().where(posts.c.token == post.token))


def _post(token: str, case_id: str | None, record: dict[str, object] | None) -> Post:
    return Post(token=token, case_id=case_id, case=NewCase.model_validate(record) if record else None)
