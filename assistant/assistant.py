"""The assistant as the channels see it: open a conversation, take a message, draft a case, look one up."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from time import monotonic
from uuid import uuid4

from sqlalchemy.exc import DBAPIError

from assistant.contacts import conversation_with
from assistant.delivering import Post
from assistant.drafting import new_case
from assistant.drafts import Drafts
from assistant.editing import edited
from assistant.filing_later import FileLater
from assistant.history import History, NumberedTurn
from assistant.message import Channel, Inbound
from assistant.outbox import Contact
from assistant.ports import Ports
from assistant.reading import Asked
from assistant.repeats import with_repeat
from assistant.runner import Runner
from assistant.store import Received, Store
from assistant.suggest import Suggester
from assistant.surge import Surges
from assistant.switched_off import takes_cases
from assistant.switches import Switches
from assistant.telling_news import NewsTeller
from assistant.turn import Turn
from assistant.usage import Counted, Limit, Usage
from assistant.work import Worker
from knowledge.article import SearchUnavailable
from tools.case import Case
from tools.crash_points import Point, reached
from tools.draft import FieldValue
from tools.location import Location
from tools.value import Value

READY = Limit(scope="ready", most=1_000_000, seconds=60)
"""A count that is written to see whether the database takes it."""


class Opened(Value):
    """A new conversation and the token that alone opens it; only the token's hash is kept."""

    conversation_id: str
    token: str


def hashed(token: str) -> str:
    """What is stored of a token: its SHA-256. Tokens are 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Assistant:
    """Everything a channel needs, built by `assistant.bootstrap`."""

    ports: Ports
    store: Store
    history: History
    drafts: Drafts
    worker: Worker
    runner: Runner
    suggester: Suggester
    file_later: FileLater
    post: Post
    switches: Switches
    usage: Usage
    surges: Surges
    teller: NewsTeller | None = None
    works: bool = True

    async def open(self, channel: Channel, *, language: str | None = None, phone: str | None = None) -> Opened:
        """Begin a conversation. A language that was chosen sticks; a phone number must have been proven."""
        opened = Opened(conversation_id=uuid4().hex, token=secrets.token_urlsafe(32))
        hash_ = hashed(opened.token)
        await self.store.open(opened.conversation_id, channel, token_hash=hash_, language=language, phone=phone)
        return opened

    async def take(self, inbound: Inbound, *, wait_seconds: float) -> Turn | None:
        """Record a message and give its finished turn; None if it is not finished within the time.

        The same message id again gives the same turn and does nothing else. Raises ConversationNotFound.
        """
        received = await self.store.receive(inbound)
        if received.turn_id is not None:
            return await self.history.turn(received.turn_id)
        return await self.worker.finished(inbound.conversation_id, inbound.message_id, wait_seconds=wait_seconds)

    async def follow(self, conversation_id: str, *, after: int) -> AsyncIterator[NumberedTurn]:
        """The turns of a conversation after a number, as they are committed. Never ends by itself."""
        seen = after
        with self.worker.watch.following(conversation_id) as news:
            while True:
                news.clear()
                for each in await self.history.turns_after(conversation_id, seen):
                    seen = each.number
                    yield each
                await news.wait()

    async def accept(
        self, draft_id: str, edits: Mapping[str, FieldValue], *, key: str, by: str, without: tuple[str, ...] = ()
    ) -> Case:
        """File a call-taker's draft with corrections, `without` the answers that they refused. A draft becomes one
        case, however often it is accepted.

        Raises DraftNotFound, EditRefused for an edit that does not fit the service, and what the CRM raises.
        """
        kept = await self.drafts.get(draft_id)
        if kept.case_id is not None:
            return await self.ports.crm.get(kept.case_id)
        place = await self._place(edits)
        answers = {code: field for code, field in kept.draft.fields.items() if code not in without}
        refused = {"fields": answers} | ({"location": None} if "location" in without else {})
        draft = edited(
            kept.draft.model_copy(update=refused), edits, self.ports.drafter, place=place, now=self.ports.clock()
        )
        case = new_case(draft, (kept.text,), channel=f"desk:{by}", phone=None)
        case = await with_repeat(case, self.ports)
        await takes_cases(self.ports.off)
        filed = await self.ports.crm.create(case, key=f"desk:{draft_id}")
        await self.drafts.accepted(draft_id, case_id=filed.case_id, key=key, edits=dict(edits))
        return filed

    async def _place(self, edits: Mapping[str, FieldValue]) -> Location | None:
        """The place that a call-taker typed, read as an answer to the question for it."""
        if "location" not in edits:
            return None
        reading = await self.ports.engine.read(str(edits["location"]), Asked(asking_for="location"))
        return reading.location

    async def checks(self) -> dict[str, str]:
        """What a turn needs, and whether it answers: "ok" or what is wrong."""
        found: dict[str, str] = {}
        try:
            await self.usage.count(READY, "probe")
            found["database"] = "ok" if await self.store.is_current() else "its tables are not those of this release"
            found["runner"] = "ok" if self.runner.lives() else "it stopped: please start the process again"
        except (DBAPIError, OSError) as error:
            found["database"] = f"does not take writes ({type(error).__name__})"
        try:
            self.ports.library.search("trash day", language="en", limit=1)
            found["index"] = "ok"
        except SearchUnavailable:
            found["index"] = "cannot be searched"
        return found

    async def start(self) -> None:
        """Begin to work: what was left unanswered is answered, and what is due is sent, here or by other processes."""
        if self.works:
            await self.post.start(alone=self.store.database.is_sqlite)
        await self.runner.start()

    async def conversation_with(self, contact: Contact) -> str:
        """The conversation with somebody who writes by text; it is opened if it is the first time. An address proves
        itself by the carrier's signature."""
        return await conversation_with(self.store, contact)

    async def take_text(
        self, inbound: Inbound, contact: Contact, *, delay: float, counts: tuple[Counted, ...] = ()
    ) -> Received:
        """Record a text once and have it answered after the burst; a wish about texts takes effect at once."""
        received = await self.store.receive(inbound, counts=counts)
        reached(Point.AFTER_INSERT)
        if received.new:
            wish = self.ports.screen.wish(inbound.text, Channel.SMS)
            if inbound.carrier in ("out", "in") or wish in ("out", "in"):
                await self.store.opt(contact, inbound.carrier or wish or "out")
            self.runner.wake(inbound.conversation_id, delay=delay)
        return received

    async def close(self, *, seconds: float = 20.0) -> None:
        """Finish what is under way and give everything back."""
        began = monotonic()
        await self.runner.drain(seconds)
        await self.post.drain(max(1.0, seconds - (monotonic() - began)))
        await self.store.database.close()
