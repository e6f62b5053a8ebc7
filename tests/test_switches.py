"""Engines, topics and services that are switched off while everything runs: a person or the embedded engine instead."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count

import pytest_asyncio

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.engine import Engine
from assistant.message import Channel, Inbound
from assistant.outcome import Outcome
from assistant.reading import Asked
from assistant.reading import Reading as MessageReading
from assistant.settings import Settings
from assistant.store import Store
from assistant.switched_off import SwitchedEngine
from assistant.switches import EMBEDDED, MODEL, Switches
from assistant.turn import Turn
from knowledge.article import Passage
from tools.clock import Clock
from tools.database import Database

POTHOLE = "there is a big pothole in the street at 100 Perham St, West Roxbury"
PERMIT = "how do i get a resident parking permit"
NUMBERS = count()


async def told(assistant: Assistant, conversation_id: str, words: str) -> Turn:
    inbound = Inbound(
        conversation_id=conversation_id,
        channel=Channel.WEB,
        message_id=f"m{next(NUMBERS)}",
        text=words,
        at=datetime.now(UTC),
    )
    turn = await assistant.take(inbound, wait_seconds=20)
    assert turn is not None
    return turn


async def said(assistant: Assistant, *texts: str) -> Turn:
    """The last turn of a new conversation in which these are sent."""
    opened = await assistant.open(Channel.WEB)
    turns = [await told(assistant, opened.conversation_id, words) for words in texts]
    return turns[-1]


@pytest_asyncio.fixture
async def assistant(reading: Reading, sqlite: Database, clock: Clock) -> AsyncIterator[Assistant]:
    built = await build_assistant(Settings(), reading=reading, clock=clock, database=sqlite)
    yield built
    await built.close(seconds=5)


async def off(assistant: Assistant, name: str) -> None:
    await assistant.switches.turn(name, off=True, why="a test", by="anna")


async def test_a_topic_that_is_off_is_not_answered_and_others_are(assistant: Assistant) -> None:
    await off(assistant, "topic:resident-parking-permit")

    permit, trash = await said(assistant, PERMIT), await said(assistant, "how do i get rid of a mattress")

    assert permit.outcome is Outcome.NOT_KNOWN
    assert permit.citations == ()
    assert "617-635-4500" in permit.replies[0].text
    assert trash.outcome is Outcome.ANSWERED


async def test_a_report_of_a_service_that_is_off_goes_to_a_person_with_its_draft(assistant: Assistant) -> None:
    await off(assistant, "service:pothole")

    pothole = await said(assistant, POTHOLE)
    light = await said(assistant, "the street light is out at 100 Perham St, West Roxbury")

    assert pothole.outcomes == (Outcome.HANDED_OFF,)
    assert pothole.draft is not None
    assert pothole.draft.location is not None
    assert light.asking_for is not None


async def test_a_draft_under_way_is_not_filed_once_its_service_is_off(assistant: Assistant) -> None:
    opened = await assistant.open(Channel.WEB)
    turns = []
    for place, words in enumerate((POTHOLE, "yes")):
        inbound = Inbound(
            conversation_id=opened.conversation_id,
            channel=Channel.WEB,
            message_id=f"d{place}",
            text=words,
            at=datetime.now(UTC),
        )
        turns.append(await assistant.take(inbound, wait_seconds=20))
        await off(assistant, "service:pothole")

    assert turns[0] is not None
    assert turns[0].asking_for == "confirmation"
    assert turns[1] is not None
    assert turns[1].case is None
    assert turns[1].handed_off


async def test_without_an_engine_a_person_takes_over_and_danger_is_still_answered(assistant: Assistant) -> None:
    await off(assistant, EMBEDDED)

    plain, danger = await said(assistant, PERMIT), await said(assistant, "my kitchen is on fire")

    assert plain.outcomes == (Outcome.HANDED_OFF,)
    assert danger.outcomes == (Outcome.EMERGENCY,)


async def test_a_model_that_is_off_is_not_asked_and_the_embedded_engine_answers(
    reading: Reading, sqlite: Database
) -> None:
    await Store(sqlite).prepare()
    switches, model = Switches(sqlite), Counting(reading.engine)
    engine = SwitchedEngine(model, reading.engine, switches.names)

    await engine.read("hello", Asked())
    await switches.turn(MODEL, off=True, why="it is wrong", by="anna")
    read = await engine.read("hello", Asked())
    await switches.turn(MODEL, off=False, why="over", by="anna")
    await engine.read("hello", Asked())

    assert read.engine == "embedded"
    assert model.asked == 2
    assert engine.name == "openai"


class Counting:
    """A model that counts how often it is asked."""

    name = "openai"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked = 0

    async def read(self, message: str, asked: Asked) -> MessageReading:
        self.asked += 1
        return await self._engine.read(message, asked)

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        return await self._engine.word(question, passages, language=language, sentences=sentences)


async def test_while_cases_are_off_a_confirmed_report_is_kept_and_filed_when_they_are_on_again(
    reading: Reading, database: Database, clock: Clock
) -> None:
    assistant = await build_assistant(Settings(), reading=reading, clock=clock, database=database)
    await off(assistant, "cases")

    kept = await said(assistant, POTHOLE, "yes")
    await assistant.file_later.run()
    before = await assistant.history.last_turn(kept.conversation_id)
    await assistant.switches.turn("cases", off=False, why="a test", by="anna")
    await assistant.file_later.run()
    after = await assistant.history.last_turn(kept.conversation_id)
    await assistant.close(seconds=5)

    assert kept.outcome is Outcome.CASE_QUEUED
    assert before is not None
    assert before.outcome is Outcome.CASE_QUEUED
    assert after is not None
    assert after.outcome is Outcome.CASE_OPENED


async def test_while_cases_are_off_questions_and_statuses_are_answered_and_danger_gets_911(
    assistant: Assistant,
) -> None:
    filed = await said(assistant, POTHOLE, "yes")
    await off(assistant, "cases")

    answered = await said(assistant, PERMIT)
    status = await said(assistant, f"what is the status of {filed.case.case_id if filed.case else ''}")
    danger = await said(assistant, "there is a fire in my kitchen")

    assert answered.outcome is Outcome.ANSWERED
    assert status.outcome is Outcome.STATUS_GIVEN
    assert danger.outcome is Outcome.EMERGENCY


async def test_while_cases_are_off_a_change_of_a_case_waits_and_says_so(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    assistant = await build_assistant(Settings(), reading=reading, clock=clock, database=sqlite)
    opened = await assistant.open(Channel.WEB)
    for words in (POTHOLE, "yes"):
        await told(assistant, opened.conversation_id, words)
    await off(assistant, "cases")

    await told(assistant, opened.conversation_id, "please cancel my report")
    changed = await told(assistant, opened.conversation_id, "yes")
    await assistant.close(seconds=5)

    assert changed.outcome is Outcome.NOT_KNOWN
