"""Switches that turn a channel, an engine, a topic or a service off and on while everything runs, each change on record
with who and why."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.message import Channel
from assistant.tables import switch_changes, switches
from assistant.times import aware
from tools.database import Database
from tools.value import Value

FRESH_SECONDS = 2.0
"""How long what the table said is believed; a switch works everywhere within five seconds."""


class Switch(StrEnum):
    """The channels that can be turned off. Beside them: `cases`, `engine:openai`, `topic:…`, `service:…`."""

    WEB = "web"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    VOICE = "voice"

    @property
    def channel(self) -> Channel | None:
        """The channel of which all conversations stop; WhatsApp is only a part of one."""
        return None if self is Switch.WHATSAPP else Channel(self.value)


ENGINE, TOPIC, SERVICE = "engine", "topic", "service"
EMBEDDED, MODEL = "engine:embedded", "engine:openai"
CASES = "cases"
"""While this is off nothing is written to the case system: it is read only."""

LONGEST_NAME = 40
Off = Callable[[], Awaitable[frozenset[str]]]


async def nothing_off() -> frozenset[str]:
    """Everything is on."""
    return frozenset()


class Change(Value):
    """One change of a switch."""

    name: str
    off: bool
    why: str
    by: str
    at: datetime


class Switches:
    """Reads the switches, at most every two seconds, and changes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._off: frozenset[str] = frozenset()
        self._until = 0.0

    async def off(self) -> frozenset[Switch]:
        """The channels that are off."""
        names = await self.names()
        return frozenset(each for each in Switch if each.value in names)

    async def names(self) -> frozenset[str]:
        """Everything that is off, by name."""
        if time.monotonic() >= self._until:
            query = select(switches.c.name).where(switches.c.off.is_(True))
            async with self._database.glance() as connection:
                names = (await connection.execute(query)).scalars().all()
            self._off = frozenset(names)
            self._until = time.monotonic() + FRESH_SECONDS
        return self._off

    async def silent(self) -> frozenset[Channel]:
        """The channels on which nobody is answered now."""
        return frozenset(each.channel for each in await self.off() if each.channel is not None)

    async def turn(self, switch: str, *, off: bool, why: str, by: str) -> None:
        """Turn something off or on, and keep on record who did and why, in one commit."""
        row = {"name": str(switch), "off": off}
        changed = sqlite.insert(switches) if self._database.is_sqlite else postgresql.insert(switches)
        async with self._database.write() as connection:
            await connection.execute(
                changed.values(row).on_conflict_do_update(index_elements=[switches.c.name], set_={"off": off})
            )
            record = row | {"why": why, "by": by, "at": datetime.now(UTC)}
            await connection.execute(insert(switch_changes).values(record))
        self._until = 0.0

    async def changes(self, *, most: int = 20) -> tuple[Change, ...]:
        """The latest changes, the newest first."""
        query = select(switch_changes).order_by(switch_changes.c.id.desc()).limit(most)
        async with self._database.glance() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Change(name=row.name, off=row.off, why=row.why, by=row.by, at=aware(row.at)) for row in rows)
