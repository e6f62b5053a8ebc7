"""Who asks on the web about the cases of a phone proves it by a code; before that nothing is told or learnt."""

import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.code_texts import HIDDEN, MINUTES
from assistant.memory_sender import MemorySender
from assistant.message import Channel, Inbound
from assistant.outbox import Contact
from assistant.proof import MOST_TRIES, PROVEN_MINUTES
from assistant.settings import Settings
from assistant.turn import Turn
from assistant.wording import load_wording
from tests.test_crm import pothole
from tests.texting import ANNA, OURS
from tests.town import Movable
from tools.database import Database
from tools.memory_crm import MemoryCRM

ASKS = "what about the cases from my phone number 617-555-0101"
SAY = load_wording().say


class Desk:
    """Somebody at a screen, and the phones that texts go to."""

    def __init__(self, assistant: Assistant, carrier: MemorySender, crm: MemoryCRM, clock: Movable) -> None:
        self.assistant, self.carrier, self.crm, self.clock = assistant, carrier, crm, clock
        self.conversation_id = ""

    async def sits_down(self) -> None:
        self.conversation_id = (await self.assistant.open(Channel.WEB)).conversation_id

    async def turn(self, words: str) -> Turn:
        inbound = Inbound(
            conversation_id=self.conversation_id, channel=Channel.WEB, message_id=uuid4().hex, text=words,
            at=datetime.now(UTC),
        )  # fmt: skip
        turn = await self.assistant.take(inbound, wait_seconds=60)
        assert turn is not None
        await self.assistant.post.settled()
        return turn

    async def says(self, words: str) -> str:
        return " ".join(reply.text for reply in (await self.turn(words)).replies)

    def code(self) -> str:
        found = re.search(r"\d{6}", self.carrier.texts[-1].text)
        assert found is not None
        return found[0]


@pytest_asyncio.fixture
async def desk(reading: Reading, sqlite: Database) -> AsyncIterator[Desk]:
    clock, carrier = Movable(), MemorySender()
    crm = MemoryCRM(clock)
    assistant = await build_assistant(
        Settings(text_number=OURS), reading=reading, crm=crm, clock=clock, database=sqlite, sender=carrier
    )
    made = Desk(assistant, carrier, crm, clock)
    await made.sits_down()
    yield made
    await assistant.close(seconds=5)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_the_cases_of_a_phone_are_told_after_its_code_and_never_who_reported(desk: Desk) -> None:
    case = await desk.crm.create(pothole(phone=ANNA.address), key="k1")

    asked = await desk.says(ASKS)
    told = await desk.says(f"its {desk.code()}")

    assert asked == SAY("proof_sent", "en", phone="***-***-0101", minutes=str(MINUTES))
    assert desk.carrier.texts[-1].address == ANNA.address
    assert case.case_id in told
    assert "0101" not in told


async def test_the_phone_may_be_told_where_the_case_number_is_asked_for(desk: Desk) -> None:
    case = await desk.crm.create(pothole(phone=ANNA.address), key="k1")

    which = await desk.says("how is my report going?")
    await desk.says("i dont have it, my phone is (617) 555-0101")

    assert which == SAY("status_which_or_phone", "en")
    assert case.case_id in await desk.says(desk.code())


async def test_a_number_without_cases_and_one_with_cases_hear_the_same_before_the_code(desk: Desk) -> None:
    await desk.crm.create(pothole(phone=ANNA.address), key="k1")
    began = time.perf_counter()
    with_cases = await desk.says(ASKS)
    halfway = time.perf_counter()

    without = await desk.says(ASKS.replace("0101", "0102"))

    assert with_cases.replace("0101", "0102") == without
    assert abs((time.perf_counter() - halfway) - (halfway - began)) < 0.5
    assert await desk.says(desk.code()) == SAY("proof_none", "en")


@pytest.mark.parametrize("why", ["abroad", "opted out"])
async def test_a_phone_that_is_not_texted_is_answered_like_any_other(desk: Desk, why: str) -> None:
    await desk.assistant.store.opt(Contact(address="+16175550102", our_number=OURS), "out")
    phone = "+44 20 7946 0958" if why == "abroad" else "617-555-0102"

    told = await desk.says(f"what about my cases from {phone}")

    assert told == SAY("proof_sent", "en", phone=f"***-***-{phone[-4:]}", minutes=str(MINUTES))
    assert desk.carrier.texts == []


async def test_a_wrong_code_may_be_tried_a_few_times_and_then_not_even_the_right_one(desk: Desk) -> None:
    case = await desk.crm.create(pothole(phone=ANNA.address), key="k1")
    await desk.says(ASKS)
    code = desk.code()

    told = [await desk.says(wrong(code)) for _ in range(MOST_TRIES)]
    late = await desk.says(code)

    assert told == [*[SAY("proof_wrong", "en")] * (MOST_TRIES - 1), SAY("proof_over", "en")]
    assert case.case_id not in late


@pytest.mark.parametrize(("minutes", "works"), [(MINUTES - 1, True), (MINUTES, False)])
async def test_a_code_works_for_some_minutes(desk: Desk, minutes: int, *, works: bool) -> None:
    case = await desk.crm.create(pothole(phone=ANNA.address), key="k1")
    await desk.says(ASKS)
    desk.clock.now += timedelta(minutes=minutes)

    told = await desk.says(desk.code())

    assert (case.case_id in told) is works
    assert works or told == SAY("proof_over", "en")


async def test_the_next_at_the_same_screen_sees_no_cases_of_the_one_before(desk: Desk) -> None:
    case = await desk.crm.create(pothole(phone=ANNA.address), key="k1")
    await desk.says(ASKS)
    await desk.says(desk.code())
    again = await desk.says("how is my report going?")
    desk.clock.now += timedelta(minutes=PROVEN_MINUTES)

    later = await desk.says("how is my report going?")

    assert case.case_id in again
    assert later == SAY("status_which_or_phone", "en")


@pytest.mark.parametrize("moves", [True, False], ids=["from many conversations", "from one"])
async def test_so_many_codes_and_no_more_are_texted(desk: Desk, *, moves: bool) -> None:
    for _ in range(5):
        told = await desk.says(ASKS)
        if moves:
            await desk.sits_down()

    assert told == SAY("proof_limit", "en")
    assert len(desk.carrier.texts) == 3


async def test_neither_the_code_nor_its_plain_hash_stands_in_the_record(desk: Desk) -> None:
    asked = await desk.turn(ASKS)
    conversation = await desk.assistant.store.conversation(desk.conversation_id)
    phone = await desk.assistant.conversation_with(ANNA)
    texted = await desk.assistant.history.last_turn(phone)

    assert texted is not None
    assert HIDDEN in texted.replies[0].text
    records = [each.model_dump_json() for each in (asked, conversation, texted)]
    assert [desk.code() in each for each in records] == [False] * 3


async def test_a_report_with_a_phone_in_it_is_a_report(desk: Desk) -> None:
    turn = await desk.turn("theres a big pothole at 100 perham st, my number is 617-555-0101")

    assert turn.draft is not None
    assert desk.carrier.texts == []


async def test_without_a_number_that_texts_codes_the_case_number_is_asked_for(
    reading: Reading, sqlite: Database
) -> None:
    clock = Movable()
    assistant = await build_assistant(
        Settings(), reading=reading, crm=MemoryCRM(clock), clock=clock, database=sqlite, sender=MemorySender()
    )
    desk = Desk(assistant, MemorySender(), MemoryCRM(clock), clock)
    await desk.sits_down()

    told = [await desk.says(each) for each in (ASKS, "how is my report going?")]
    await assistant.close(seconds=5)

    assert "six-digit" not in told[0]
    assert told[1] == SAY("status_which", "en")
