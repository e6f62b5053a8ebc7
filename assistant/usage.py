"""Counts what each sender used, a row a sender and window, so that a look costs the same however much there was."""

import time
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from assistant.tables import usage
from tools.database import Database
from tools.value import Value

DAY = 24 * 3600


class Limit(Value):
    """At most so many in so many seconds. `scope` names what is counted."""

    scope: str
    most: int
    seconds: int


class Usage:
    """Counters in the database, shared by all processes; they outlive a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, limit: Limit, key: str, *, by: int = 1) -> int:
        """Count one more, and say how many there were in this window, this one included."""
        async with self._database.write_one() as connection:
            return await counted(connection, limit, key, by=by)

    async def forget(self) -> None:
        """Delete counters whose window is over."""
        async with self._database.write_one() as connection:
            await connection.execute(delete(usage).where(usage.c.until < time.time() - DAY))


async def counted(connection: AsyncConnection, limit: Limit, key: str, *, by: int = 1) -> int:
    """Count within somebody's transaction."""
    counting = _counting(connection, [_row(limit, key, by)], by)
    return int((await connection.execute(counting)).one()[1])


def _row(limit: Limit, key: str, by: int) -> dict[str, str | int]:
    window = int(time.time() // limit.seconds)
    return {"scope": limit.scope, "key": key, "window": window, "count": by, "until": (window + 1) * limit.seconds}


def _counting(connection: AsyncConnection, rows: list[dict[str, str | int]], by: int) -> ReturningInsert[Any]:
    """One statement that counts all of these, and tells what they stand at."""
    same, more = [usage.c.scope, usage.c.key, usage.c.window], {"count": usage.c["count"] + by}
    told = (usage.c.scope.label("scope"), usage.c["count"].label("count"))
    if connection.dialect.name == "sqlite":
        return sqlite.insert(usage).values(rows).on_conflict_do_update(index_elements=same, set_=more).returning(*told)
    return postgresql.insert(usage).values(rows).on_conflict_do_update(index_elements=same, set_=more).returning(*told)


class Counted(Value):
    """A limit, and whose use of it is counted."""

    limit: Limit
    key: str


async def over(connection: AsyncConnection, counts: tuple[Counted, ...]) -> str | None:
    """Count a message against every limit: None within them, "told" the first time beyond one, then "silent"."""
    if not counts:
        return None
    limits = {each.limit.scope: each.limit for each in counts}
    rows = [_row(each.limit, each.key, 1) for each in counts]
    found = (await connection.execute(_counting(connection, rows, 1))).all()
    beyond = [row[1] - limits[row[0]].most for row in found]
    if max(beyond) <= 0:
        return None
    return "told" if max(beyond) == 1 else "silent"
