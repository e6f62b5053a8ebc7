"""What the tests of news share: phones, a case system, a clock that can be moved, and the teller between them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.memory_sender import MemorySender
from assistant.message import Channel, Inbound
from assistant.outbox import Contact
from assistant.settings import Settings
from assistant.tables import news_items
from assistant.telling_news import NewsTeller
from tests.texting import ANNA
from tools.database import Database
from tools.local_crm import LocalCRM

POTHOLE = "there is a big pothole in the street at 100 Perham St, West Roxbury"
CASE = "B311-000001-3"
MORNING = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


class Movable:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


class Town:
    """Phones, the case system, and the teller between them."""

    def __init__(self, assistant: Assistant, carrier: MemorySender, crm: LocalCRM, clock: Movable) -> None:
        self.assistant = assistant
        self.carrier = carrier
        self.crm = crm
        self.clock = clock
        self._sent = 0

    @property
    def teller(self) -> NewsTeller:
        assert self.assistant.teller is not None
        return self.assistant.teller

    async def say(self, words: str, contact: Contact = ANNA) -> list[str]:
        """Send a text; what comes back."""
        self._sent += 1
        before = len(self.carrier.texts)
        conversation_id = await self.assistant.conversation_with(contact)
        inbound = Inbound(
            conversation_id=conversation_id,
            channel=Channel.SMS,
            message_id=f"SM{self._sent}",
            text=words,
            at=datetime.now(UTC),
        )
        await self.assistant.take_text(inbound, contact, delay=0.0)
        await self.assistant.worker.work(conversation_id)
        await self.assistant.post.settled()
        return [each.text for each in self.carrier.texts[before:]]

    async def told(self) -> list[str]:
        """Let the teller do a round; what went out."""
        before = len(self.carrier.texts)
        await self.teller.run()
        await self.assistant.post.settled()
        return [each.text for each in self.carrier.texts[before:]]

    async def reported(self) -> None:
        """Anna reports a pothole and wants news of it."""
        await self.say(POTHOLE)
        await self.say("1")
        await self.say("5")
        await self.told()
        self.clock.now += timedelta(hours=1)

    async def close(self, reason: str = "Noted") -> None:
        await self.crm.close(CASE, reason=reason, key=f"close-{self.clock.now}")


async def town_of(reading: Reading, database: Database, **changed: Any) -> Town:
    clock, carrier = Movable(), MemorySender()
    crm = LocalCRM(database, clock)
    await crm.prepare()
    settings = Settings(news_fold_seconds=0.0).model_copy(update=changed)
    assistant = await build_assistant(
        settings, reading=reading, clock=clock, database=database, sender=carrier, crm=crm
    )
    town = Town(assistant, carrier, crm, clock)
    await town.teller.run()
    return town


async def due_now(database: Database) -> None:
    """Let the time pass in which changes wait for each other."""
    async with database.write() as connection:
        await connection.execute(update(news_items).values(due=0.0))
