"""A booked pick-up is moved to another day or cancelled in plain words, after a yes, with its history."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from assistant.bootstrap import Reading
from assistant.outcome import Outcome
from evals.open311_server import Open311City
from tests.open311 import crm_of
from tests.test_booking import FIRST, HOME, SECOND, THIRD, TODAY, WHOLE, BookedTalk, fridge
from tests.test_crm import pothole
from tools.case import Change, Reporter, Status
from tools.clock import Clock
from tools.crm import CRMUnavailable
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.memory_crm import Fault, MemoryCRM
from tools.pickups import planned_day

PHONE = "+16175550101"


@pytest_asyncio.fixture
async def crm(sqlite: Database, clock: Clock) -> AsyncIterator[LocalCRM]:
    local = LocalCRM(sqlite, clock)
    await local.prepare()
    yield local


@pytest_asyncio.fixture
async def talk(reading: Reading, crm: LocalCRM) -> BookedTalk:
    booked = BookedTalk(reading, crm)
    await booked.all(WHOLE, "yes")
    return booked


async def day_of(crm: LocalCRM, talk: BookedTalk) -> object:
    return planned_day(await crm.get(talk.conversation.cases[0]))


@pytest.mark.parametrize(
    "said",
    [
        "can i move it to friday",
        "actually friday works better",
        "can you pick it up friday instead?",
        "change my pickup to march 13",
        "puedo cambiar la recogida al viernes?",
    ],
)
async def test_the_day_is_moved_after_a_yes_and_both_days_stay_in_the_history(
    talk: BookedTalk, crm: LocalCRM, said: str
) -> None:
    offered = await talk.say(said)
    before = await day_of(crm, talk)
    done = await talk.say("1")

    assert offered.outcomes == (Outcome.READ_BACK,), offered.replies
    assert (before, await day_of(crm, talk)) == (FIRST, SECOND)
    assert done.outcomes == (Outcome.CASE_CHANGED,)
    assert done.case is not None
    assert done.case.history[-1].change is Change.SCHEDULED
    assert done.case.history[-1].detail == {"day": SECOND.isoformat(), "from": FIRST.isoformat()}
    assert done.case.attributes["pickup_day"] == SECOND.isoformat()


async def test_without_a_day_the_free_ones_are_offered_and_one_is_taken_by_its_name(
    talk: BookedTalk, crm: LocalCRM
) -> None:
    asked = await talk.say("i need to reschedule my pickup")
    offered = await talk.say(asked.quick_replies[1].send)
    await talk.say("1")

    assert "Friday, March 13, 2026; Monday, March 16, 2026" in asked.replies[0].text
    assert offered.outcomes == (Outcome.READ_BACK,)
    assert await day_of(crm, talk) == THIRD


async def test_another_day_may_be_named_instead_of_a_yes(talk: BookedTalk, crm: LocalCRM) -> None:
    await talk.all("can i move it to friday", "no wait, monday", "1")

    assert await day_of(crm, talk) == THIRD


async def test_a_no_leaves_the_day_and_a_day_that_is_not_free_is_said_so(talk: BookedTalk, crm: LocalCRM) -> None:
    await talk.all("can i move it to friday", "2")
    sunday = await talk.say("can i move it to march 15")

    assert await day_of(crm, talk) == FIRST
    assert sunday.replies[0].text.startswith("Sunday, March 15, 2026 cannot be booked.")
    assert "Friday, March 13, 2026" in sunday.replies[0].text


async def test_a_pickup_is_cancelled_in_plain_words_and_its_place_is_given_back(
    talk: BookedTalk, crm: LocalCRM
) -> None:
    asked = await talk.say("cancel my pickup")
    done = await talk.say("1")

    assert asked.outcomes == (Outcome.READ_BACK,)
    assert done.case is not None
    assert done.case.status is Status.CLOSED
    assert FIRST in await crm.free_days("bulk_item_pickup", HOME, system="legacy", today=TODAY)


async def test_a_pickup_booked_elsewhere_is_found_by_the_proven_number_and_another_case_is_left_alone(
    reading: Reading, crm: LocalCRM
) -> None:
    case = await crm.create(fridge().model_copy(update={"reporter": Reporter(phone=PHONE)}), key="k1")
    other = await crm.create(pothole(phone=PHONE), key="k2")
    talk = BookedTalk(reading, crm)
    talk.conversation = talk.conversation.model_copy(update={"phone": PHONE, "cases": (other.case_id,)})

    await talk.all("can i move my pickup to friday", "1")

    assert planned_day(await crm.get(case.case_id)) == SECOND
    assert [event.change for event in (await crm.get(other.case_id)).history] == [Change.CREATED]


async def test_words_about_a_day_without_a_pickup_are_read_as_ever(reading: Reading, crm: LocalCRM) -> None:
    told = await BookedTalk(reading, crm).say("can i move my street cleaning to friday")

    assert not {Outcome.READ_BACK, Outcome.CASE_CHANGED} & set(told.outcomes)


async def test_a_case_system_without_days_sends_to_a_person(reading: Reading, clock: Clock) -> None:
    crm = MemoryCRM(clock)
    case = await crm.create(fridge(None), key="k1")
    talk = BookedTalk(reading, crm)
    talk.conversation = talk.conversation.model_copy(update={"cases": (case.case_id,)})

    told = await talk.say("can i move it to friday")

    assert told.outcomes == (Outcome.NOT_KNOWN,)
    assert "617-635-4500" in told.replies[0].text


async def test_while_the_case_system_is_down_nothing_is_claimed(reading: Reading, clock: Clock) -> None:
    crm = MemoryCRM(clock, faults=[Fault(at="get", error="unavailable", times=3)])
    case = await crm.create(fridge(None), key="k1")
    with pytest.raises(CRMUnavailable):
        await crm.get(case.case_id)
    talk = BookedTalk(reading, crm)
    talk.conversation = talk.conversation.model_copy(update={"cases": (case.case_id,)})

    told = await talk.say(f"can i move {case.case_id} to friday")

    assert told.outcomes == (Outcome.NOT_KNOWN,)
    assert "not changed" in told.replies[0].text


async def test_what_a_system_cannot_do_with_an_open_case_goes_to_a_person(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    await LocalCRM(sqlite, clock).prepare()
    crm = crm_of(Open311City(clock), sqlite, clock)
    case = await crm.create(pothole(), key="k1")
    talk = BookedTalk(reading, crm)
    talk.conversation = talk.conversation.model_copy(update={"cases": (case.case_id,)})

    done = (await talk.all("add to my case: it is two feet wide now", "1"))[-1]

    assert done.outcomes == (Outcome.HANDED_OFF,)
    assert "closed" not in done.replies[0].text
