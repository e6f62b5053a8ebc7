"""Counts what each sender used, a row a sender and window, so that a look costs the same however much there was."""

import time

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

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
        async with self._database.write() as connection:
            return await counted(connection, limit, key, by=by)

    async def forget(self) -> None:
        """Delete counters whose window is over."""
        async with self._database.write() as connection:
            await connection.execute(delete(usage).where(usage.c.until < time.time() - DAY))


async def counted(connection: AsyncConnection, limit: Limit, key: str, *, by: int = 1) -> int:
    """Count within somebody's transaction."""
    window = int(time.time() // limit.seconds)
    row = {"scope": limit.scope, "key": key, "window": window, "count": by, "until": (window + 1) * limit.seconds}
    insert = sqlite.insert(usage) if connection.dialect.name == "sqlite" else postgresql.insert(usage)
    same = [usage.c.scope, usage.c.key, usage.c.window]
    more = insert.values(row).on_conflict_do_update(index_elements=same, set_={"count": usage.c.count + by})
    return int((await connection.execute(more.returning(usage.c.count))).scalar_one())


class Counted(Value):
    """A limit, and whose use of it is counted."""

    limit: Limit
    key: str


async def over(connection: AsyncConnection, counts: tuple[Counted, ...]) -> str | None:
    """Count a message against every limit: None within them, "told" the first time beyond one, then "silent"."""
    beyond = [await counted(connection, each.limit, each.key) - each.limit.most for each in counts]
    if max(beyond, default=0) <= 0:
        return None
    return "told" if max(beyond) == 1 else "silent"
