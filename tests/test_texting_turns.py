"""Turns by text: bursts, wishes about texting itself, long answers in parts, and what is forgotten in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.keeping import Keeping
from assistant.memory_sender import MemorySender
from assistant.message import Channel, Inbound
from assistant.outcome import Outcome
from assistant.segments import segments
from assistant.settings import Settings
from assistant.tables import conversations, deliveries, messages, opt_outs, turns
from assistant.turn import Turn
from tests.texting import ANNA
from tools.clock import Clock
from tools.database import Database

POTHOLE = "there is a big pothole in the street at 100 Perham St, West Roxbury"
LONG = "how do i get a resident parking permit"


class Phone:
    """Anna's phone: texts in, texts out."""

    def __init__(self, assistant: Assistant, carrier: MemorySender) -> None:
        self.assistant = assistant
        self.carrier = carrier
        self.conversation_id = ""
        self._sent = 0

    async def send(self, words: str, *, carrier: str | None = None, delay: float = 0.0) -> None:
        self._sent += 1
        self.conversation_id = await self.assistant.conversation_with(ANNA)
        inbound = Inbound(
            conversation_id=self.conversation_id,
            channel=Channel.SMS,
            message_id=f"SM{self._sent}",
            text=words,
            at=datetime.now(UTC),
            carrier=carrier,
        )
        await self.assistant.take_text(inbound, ANNA, delay=delay)

    async def say(self, words: str, *, carrier: str | None = None) -> list[str]:
        """Send a text; what comes back."""
        before = len(self.carrier.texts)
        await self.send(words, carrier=carrier)
        await self.assistant.worker.work(self.conversation_id)
        await self.assistant.post.settled()
        return [text.text for text in self.carrier.texts[before:]]

    async def last_turn(self) -> Turn:
        turn = await self.assistant.history.last_turn(self.conversation_id)
        assert turn is not None
        return turn


@pytest_asyncio.fixture
async def phone(database: Database, reading: Reading, clock: Clock) -> AsyncIterator[Phone]:
    carrier = MemorySender()
    settings = Settings(runner="in_process")
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=database, sender=carrier)
    yield Phone(assistant, carrier)
    await assistant.close(seconds=5)


async def count(database: Database, column: object) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count(column)))).scalar_one())  # type: ignore[arg-type]


async def test_a_burst_is_one_turn_after_its_window(phone: Phone, database: Database) -> None:
    await phone.send("hi", delay=0.3)
    await asyncio.sleep(0.1)
    await phone.send("theres a pothole", delay=0.3)
    await asyncio.sleep(0.1)
    await phone.send("at 100 Perham St, West Roxbury", delay=0.3)

    await phone.assistant.runner.drain(5)

    assert await count(database, turns.c.turn_id) == 1
    assert (await phone.last_turn()).message_ids == ("SM1", "SM2", "SM3")


async def test_what_comes_while_a_turn_runs_is_answered_without_a_sweep(phone: Phone, database: Database) -> None:
    await phone.send("hello")
    for _ in range(20):
        await asyncio.sleep(0.002)
        await phone.send("thanks")

    await phone.assistant.runner.drain(20)

    assert await phone.assistant.store.unanswered(phone.conversation_id) == ()


async def test_one_contact_has_one_conversation(phone: Phone, database: Database) -> None:
    opened = await asyncio.gather(*(phone.assistant.conversation_with(ANNA) for _ in range(8)))

    assert len(set(opened)) == 1
    assert await count(database, conversations.c.conversation_id) == 1


async def test_stop_is_confirmed_once_and_then_there_is_silence(phone: Phone) -> None:
    confirmed = await phone.say("STOP")

    assert len(confirmed) == 1
    assert "no more texts" in confirmed[0]
    assert await phone.say("stop") == []
    assert await phone.say("is this still on") == []


async def test_plain_words_opt_out_too(phone: Phone) -> None:
    confirmed = await phone.say("please stop texting me")

    assert (await phone.last_turn()).outcome is Outcome.OPTED_OUT
    assert len(confirmed) == 1


async def test_what_the_carrier_answered_is_noted_and_not_answered_again(phone: Phone, database: Database) -> None:
    assert await phone.say("STOP", carrier="out") == []
    assert (await phone.last_turn()).outcome is Outcome.OPTED_OUT
    assert await count(database, opt_outs.c.address) == 1
    assert await phone.say("START", carrier="in") == []
    assert await count(database, opt_outs.c.address) == 0
    assert len(await phone.say("hello")) == 1


async def test_a_stop_in_a_burst_counts(phone: Phone) -> None:
    await phone.send(POTHOLE)
    await phone.send("STOP")

    await phone.assistant.worker.work(phone.conversation_id)

    assert (await phone.assistant.store.conversation(phone.conversation_id)).opted_out


async def test_a_yes_that_the_carrier_takes_for_a_start_still_confirms(phone: Phone) -> None:
    await phone.say(POTHOLE)

    said = await phone.say("yes", carrier="in")

    assert (await phone.last_turn()).case is not None
    assert "case number" in said[0]


async def test_a_draft_survives_an_opt_out(phone: Phone) -> None:
    await phone.say(POTHOLE)
    await phone.say("STOP")

    await phone.say("START")
    said = await phone.say("1")

    assert "case number" in said[0]


async def test_danger_is_answered_even_after_an_opt_out(phone: Phone) -> None:
    await phone.say("STOP")

    said = await phone.say("there is a fire in my kitchen and smoke everywhere")

    assert "911" in said[0]


async def test_a_long_answer_comes_in_parts_of_two_segments(phone: Phone) -> None:
    first = await phone.say(LONG)
    whole = (await phone.last_turn()).replies[0].text

    second = await phone.say("1")

    assert first[0].endswith("\nReply 1 for more.")
    assert max(segments(text) for text in first + second) <= 2
    assert second[0].split("\n")[0] in whole
    assert not whole.startswith(second[0][:40])


async def test_a_read_back_is_never_cut(phone: Phone) -> None:
    said = await phone.say(
        f"{POTHOLE}. it is the size of a truck tire and right in the middle of the lane near the park"
    )

    assert "for more" not in said[0]
    assert "Reply 1 or SUBMIT" in said[0]


async def test_a_one_means_more_only_right_after_a_part(phone: Phone) -> None:
    await phone.say(LONG)
    await phone.say("thanks")

    await phone.say("1")

    assert (await phone.assistant.store.conversation(phone.conversation_id)).more == ""
    assert (await phone.last_turn()).outcome is not Outcome.ANSWERED


async def test_a_draft_that_was_left_alone_is_forgotten_and_the_talk_is_kept(phone: Phone, database: Database) -> None:
    await phone.say(POTHOLE)
    async with database.write() as connection:
        await connection.execute(update(conversations).values(updated=datetime.now(UTC) - timedelta(hours=80)))

    await phone.assistant.runner.drain(5)

    await Keeping(phone.assistant.store, draft_hours=72, keep_days=None).expire()

    after = await phone.assistant.store.conversation(phone.conversation_id)
    assert after.work is None
    assert after.asked.asking_for is None
    assert await count(database, messages.c.id) == 1


async def test_an_old_conversation_is_erased_and_an_opt_out_is_not(phone: Phone, database: Database) -> None:
    gone: list[str] = []

    async def also(conversation_id: str) -> None:
        gone.append(conversation_id)

    await phone.say(POTHOLE)
    await phone.say("STOP")
    async with database.write() as connection:
        await connection.execute(update(conversations).values(updated=datetime.now(UTC) - timedelta(days=400)))

    await Keeping(phone.assistant.store, draft_hours=72, keep_days=365, also=also).erase()

    assert gone == [phone.conversation_id]
    kept = [await count(database, each) for each in (messages.c.id, turns.c.id, deliveries.c.delivery_id)]
    assert kept == [0, 0, 0]
    assert await count(database, opt_outs.c.address) == 1


@pytest.mark.parametrize("days", [None, 500])
async def test_nothing_is_erased_before_its_time(phone: Phone, database: Database, days: float | None) -> None:
    await phone.say("hello")

    await Keeping(phone.assistant.store, draft_hours=72, keep_days=days).erase()

    assert await count(database, messages.c.id) == 1
