"""Remembers what was filed at an Open311 endpoint under which key: Open311 has no keys, so the record is ours."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tools.crm_rows import aware
from tools.database import Database
from tools.open311_tables import filed
from tools.value import Value


class Filed(Value):
    """What is known of a key: when it was sent first, the mark its text carries, and what came of it."""

    key: str
    mark: str
    sent: datetime
    token: str | None = None
    case_id: str | None = None


class FiledRecord:
    """The record of one endpoint on our tables."""

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database = database
        self._endpoint = endpoint

    async def begin(self, key: str, now: datetime) -> Filed | None:
        """Write down that a key is about to be sent: None if it is new, else what is known of it."""
        values = {"key": self._whole(key), "endpoint": self._endpoint[:300], "mark": self.mark(key), "sent": now}
        dialect = sqlite if self._database.is_sqlite else postgresql
        async with self._database.write() as connection:
            claim = dialect.insert(filed).values(values).on_conflict_do_nothing().returning(filed.c.key)
            if (await connection.execute(claim)).scalar_one_or_none() is not None:
                return None
            row = (await connection.execute(select(filed).where(filed.c.key == self._whole(key)))).one()
        return _known(row)

    def mark(self, key: str) -> str:
        """The mark that the text of a key's request carries."""
        return self._whole(key)[:10]

    async def known(self, key: str) -> Filed | None:
        """What is known of a key; None if it was never sent."""
        query = select(filed).where(filed.c.key == self._whole(key))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _known(row) if row else None

    async def settle(self, key: str, *, case_id: str | None = None, token: str | None = None) -> None:
        """Remember the number or the token that a key got."""
        values = {name: value for name, value in {"case_id": case_id, "token": token}.items() if value is not None}
        async with self._database.write() as connection:
            await connection.execute(update(filed).where(filed.c.key == self._whole(key)).values(values))

    async def taken_back(self, key: str) -> None:
        """Forget a key that was refused: nothing came of it."""
        async with self._database.write() as connection:
            await connection.execute(filed.delete().where(filed.c.key == self._whole(key)))

    async def ours(self, case_ids: tuple[str, ...]) -> frozenset[str]:
        """Those of the numbers that keys of ours got already."""
        query = select(filed.c.case_id).where(filed.c.case_id.in_(case_ids))
        async with self._database.read() as connection:
            return frozenset(str(each) for each in (await connection.execute(query)).scalars())

    def _whole(self, key: str) -> str:
        return sha256(f"{self._endpoint}|{key}".encode()).hexdigest()


def _known(row: Row[tuple[object, ...]]) -> Filed:
    found = dict(row._mapping)
    return Filed(
        key=str(found["key"]),
        mark=str(found["mark"]),
        sent=aware(row.sent),
        token=row.token,
        case_id=row.case_id,
    )
