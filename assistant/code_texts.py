"""Texts codes by the outbox, to numbers of the countries that we text, and only so many an hour."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.contact import country_of
from assistant.contacts import conversation_with
from assistant.message import Reply
from assistant.outbox import Contact, write_replies
from assistant.outcome import Outcome
from assistant.settings import Settings
from assistant.store import Store, turn_row
from assistant.tables import conversations, turns
from assistant.turn import Step, Turn
from assistant.usage import DAY, Limit, counted
from assistant.wording import Wording
from tools.clock import Clock

HOUR = 3600
OF_A_CONVERSATION = Limit(scope="codes", most=3, seconds=HOUR)
OF_A_PHONE = (Limit(scope="codes_phone", most=3, seconds=HOUR), Limit(scope="codes_phone_day", most=6, seconds=DAY))
OF_ALL = Limit(scope="codes_all", most=500, seconds=HOUR)
"""So many codes leave in an hour at the most, whoever asks: texts cost money."""

HIDDEN = "······"
MINUTES = 10


@dataclass(frozen=True)
class OutboxCodes:
    """Implements `assistant.ports.CodeTexts`. The record of the turn does not hold the code, only the text does."""

    store: Store
    wording: Wording
    clock: Clock
    our_number: str
    countries: frozenset[str]
    committed: Callable[[], None] = lambda: None

    async def send(self, phone: str, code: str, *, conversation_id: str, language: str) -> bool:
        """Text a code; False where no more are sent for now. A number that we do not text counts like any other."""
        async with self.store.database.write() as connection:
            if not await _within_limits(connection, phone, conversation_id):
                return False
        if country_of(phone) in self.countries:
            await self._text(Contact(address=phone, our_number=self.our_number), code, language)
        return True

    async def _text(self, to: Contact, code: str, language: str) -> None:
        """A turn of its own in the conversation by text with that number; nothing goes to who opted out."""
        conversation_id = await conversation_with(self.store, to)
        shown, hidden = (
            Reply(text=self.wording.say("proof_text", language, code=each, minutes=str(MINUTES)), language=language)
            for each in (code, HIDDEN)
        )
        turn = self._turn(conversation_id, hidden)
        here = update(conversations).where(conversations.c.conversation_id == conversation_id)
        numbered = here.values(replied=conversations.c.replied + 1).returning(conversations.c.replied)
        async with self.store.database.write() as connection:
            sequence = int((await connection.execute(numbered)).scalar_one())
            await connection.execute(insert(turns).values(turn_row(turn)))
            await write_replies(connection, turn, (shown,), first=sequence, to=to, last_word=False)
        self.committed()

    def _turn(self, conversation_id: str, reply: Reply) -> Turn:
        return Turn(
            turn_id=uuid4().hex,
            conversation_id=conversation_id,
            started=self.clock(),
            message_ids=(),
            outcome=Outcome.ACKNOWLEDGED,
            outcomes=(Outcome.ACKNOWLEDGED,),
            replies=(reply,),
            steps=(Step(name="proof", did="texted a code that somebody asked for on the web", ms=0),),
        )


def build_codes(
    settings: Settings, store: Store, wording: Wording, clock: Clock, *, committed: Callable[[], None]
) -> OutboxCodes | None:
    """Who texts codes; None where no number of ours was set for it."""
    if settings.text_number is None:
        return None
    countries = frozenset(each.strip().upper() for each in settings.text_countries.split(","))
    return OutboxCodes(store, wording, clock, settings.text_number, countries, committed)


async def _within_limits(connection: AsyncConnection, phone: str, conversation_id: str) -> bool:
    """Count a code against every limit; whose number it is, is kept as a hash."""
    whose = hashlib.sha256(phone.encode()).hexdigest()
    counts = [(OF_A_CONVERSATION, conversation_id), *((each, whose) for each in OF_A_PHONE), (OF_ALL, "all")]
    return all([await counted(connection, limit, key) <= limit.most for limit, key in counts])
