"""Sessions of staff, kept on the server: each can be ended at once, and ends by itself."""

import secrets
import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, delete, insert, select, update

from assistant.assistant import hashed
from channels.account_tables import sessions, staff
from channels.accounts import Person, Role
from tools.database import Database
from tools.value import Value

IDLE_SECONDS = 30 * 60.0
WHOLE_SECONDS = 12 * 3600.0
SEEN_EVERY = 60.0
"""A session's last use is written down at most once a minute."""


class Session(Value):
    """One signed-in browser. `id` is the hash of its token."""

    id: str
    login: str
    began: float
    seen: float
    browser: str


class Left(Value):
    """Seconds until a session ends if nobody uses it, and until it ends however much it is used."""

    unused: float
    whole: float


class Sessions:
    """Opens, finds and ends sessions; only the hash of a token is kept."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def open(self, login: str, *, browser: str = "") -> str:
        """A new session and its token; a token from before the sign-in is never taken over."""
        token, now = secrets.token_urlsafe(32), self._now()
        row = {"token_hash": hashed(token), "login": login, "began": now, "seen": now, "browser": browser[:120]}
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(self._over()))
            await connection.execute(insert(sessions).values(row))
        return token

    async def person(self, token: str, *, used: bool = True) -> Person | None:
        """Who holds this token, if the session is still good and the account is. What a page asks by itself is no
        use of the session."""
        query = (
            select(sessions.c.seen, staff.c.login, staff.c.name, staff.c.role)
            .join(staff, staff.c.login == sessions.c.login)
            .where(sessions.c.token_hash == hashed(token), ~self._over(), staff.c.disabled.is_(False))
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        if used and self._now() - row.seen > SEEN_EVERY:
            mine = sessions.c.token_hash == hashed(token)
            async with self._database.write() as connection:
                await connection.execute(update(sessions).where(mine).values(seen=self._now()))
        return Person(login=row.login, name=row.name, role=Role(row.role))

    async def left(self, token: str) -> Left:
        """How long a session lasts still; nothing for one that is over."""
        query = select(sessions.c.began, sessions.c.seen).where(sessions.c.token_hash == hashed(token))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return Left(unused=0.0, whole=0.0)
        now = self._now()
        return Left(unused=max(0.0, row.seen + IDLE_SECONDS - now), whole=max(0.0, row.began + WHOLE_SECONDS - now))

    async def of(self, login: str) -> tuple[Session, ...]:
        """The sessions of somebody, the newest first."""
        query = select(sessions).where(sessions.c.login == login, ~self._over()).order_by(sessions.c.began.desc())
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(
            Session(id=row["token_hash"], **{k: row[k] for k in ("login", "began", "seen", "browser")}) for row in rows
        )

    async def end(self, token: str) -> None:
        """End one session."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.token_hash == hashed(token)))

    async def end_all(self, login: str) -> None:
        """End every session of somebody."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.login == login))

    def _over(self) -> ColumnElement[bool]:
        now = self._now()
        return (sessions.c.seen <= now - IDLE_SECONDS) | (sessions.c.began <= now - WHOLE_SECONDS)
