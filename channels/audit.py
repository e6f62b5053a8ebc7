"""The audit log: who did or read what, each row chained to the one before by its hash, so that tampering shows."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.account_tables import audit
from tools.database import Database
from tools.value import Value

START = "0" * 64
LONGEST_WHAT = 200
CHAIN_LOCK = 312


class Entry(Value):
    """One thing that was done or read. `detail` is JSON."""

    number: int
    at: float
    by: str
    role: str
    did: str
    what: str
    detail: str
    previous: str
    hash: str


class Verdict(Value):
    """What checking the chain found: `broken_at` is the first row that is not as it was written."""

    rows: int
    last_hash: str
    broken_at: int | None = None
    why: str = ""


class Audit:
    """Appends to the log and checks it. It never holds message texts, phone numbers or addresses."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def add(
        self, did: str, what: str = "", *, by: str, role: str = "", detail: Mapping[str, object] | None = None
    ) -> None:
        """Append one row."""
        async with self._database.write() as connection:
            if not self._database.is_sqlite:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"))
            number, previous = await _last(connection)
            row: dict[str, object] = {
                "number": number + 1,
                "at": round(self._now(), 3),
                "by": by,
                "role": role,
                "did": did,
                "what": what[:LONGEST_WHAT],
                "detail": json.dumps(detail or {}, sort_keys=True, ensure_ascii=False),
                "previous": previous,
            }
            await connection.execute(insert(audit).values(row | {"hash": chained(row)}))

    async def entries(self, *, newest: int = 200) -> tuple[Entry, ...]:
        """The newest rows, the newest first."""
        async with self._database.read() as connection:
            query = select(audit).order_by(audit.c.number.desc()).limit(newest)
            return tuple(Entry(**row) for row in (await connection.execute(query)).mappings())

    async def verify(self) -> Verdict:
        """Go through the whole log. Rows cut off at its end show only beside a hash that was kept elsewhere."""
        previous, count = START, 0
        async with self._database.read() as connection:
            for found in (await connection.execute(select(audit).order_by(audit.c.number))).mappings():
                row, count = dict(found), count + 1
                if why := _fault(row, count, previous):
                    return Verdict(rows=count, last_hash=previous, broken_at=count, why=why)
                previous = row["hash"]
        return Verdict(rows=count, last_hash=previous)


def chained(row: Mapping[str, object]) -> str:
    """The hash of a row: over all of it, with the hash of the row before."""
    told = {name: value for name, value in row.items() if name != "hash"}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _fault(row: Mapping[str, object], expected: int, previous: str) -> str:
    if row["number"] != expected:
        return f"row {expected} is missing"
    if row["previous"] != previous:
        return f"row {expected} does not follow the row before it"
    return "" if row["hash"] == chained(row) else f"row {expected} was changed"


async def _last(connection: AsyncConnection) -> tuple[int, str]:
    query = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return (row.number, row.hash) if row else (0, START)
