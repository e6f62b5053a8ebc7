"""Who is looking at a conversation at the desk now, so that two people do not begin to answer one resident."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from channels.account_tables import desk_looks, staff
from tools.database import Database

HERE_SECONDS = 25.0
"""A page that is open tells so every ten seconds; one that told nothing for this long is closed."""


@dataclass(frozen=True)
class Presence:
    """Keeps who looks at what, on our tables, so that every server knows."""

    database: Database
    now: Callable[[], float] = time.time

    async def looks(self, conversation_id: str, login: str) -> None:
        """Note that somebody has a conversation open."""
        row = {"conversation_id": conversation_id, "login": login, "seen": self.now()}
        dialect = sqlite if self.database.is_sqlite else postgresql
        renewed = dialect.insert(desk_looks).values(row)
        renewed = renewed.on_conflict_do_update(
            index_elements=["conversation_id", "login"], set_={"seen": renewed.excluded.seen}
        )
        async with self.database.write() as connection:
            await connection.execute(delete(desk_looks).where(desk_looks.c.seen < self.now() - HERE_SECONDS))
            await connection.execute(renewed)

    async def others(self, login: str) -> dict[str, tuple[str, ...]]:
        """The names of the colleagues who look at each conversation now."""
        query = (
            select(desk_looks.c.conversation_id, staff.c.name)
            .join(staff, staff.c.login == desk_looks.c.login)
            .where(desk_looks.c.seen >= self.now() - HERE_SECONDS, desk_looks.c.login != login)
            .order_by(desk_looks.c.conversation_id, staff.c.name)
        )
        found: dict[str, tuple[str, ...]] = {}
        async with self.database.read() as connection:
            for conversation_id, name in (await connection.execute(query)).all():
                found[conversation_id] = (*found.get(conversation_id, ()), name)
        return found
