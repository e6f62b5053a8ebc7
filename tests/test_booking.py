"""Bulk-item pick-ups: who may book, free days in the read-back, another day by its name, and one place for each."""

import re
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
import pytest_asyncio

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.respond import Responder
from channels.accounts import Role
from tests.conftest import NOW
from tests.test_dialogue import Talk
from tests.test_staff_access import signed_in
from tools.case import NewCase
from tools.clock import Clock, fixed_clock
from tools.crm import CRM
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.location import Location
from tools.memory_crm import MemoryCRM
from tools.pickups import load_pickups, planned_day
from tools.route import Route

HOME = Location(value="100 Perham St", number="100", street="Perham St", neighborhood="West Roxbury")
TODAY = date(2026, 3, 10)
FIRST, SECOND, THIRD = date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 16)
"""The second business day on; a weekend lies before the third."""

WHOLE = "pick up a fridge at 100 perham st west roxbury, its a 3 family house, call me at 617-555-0123"


def fridge(day: date | None = FIRST) -> NewCase:
    route = Route(department="PWDx", team="bulk", system="legacy", priority="scheduled", rule="bulk/team")
    answers = {"pickup_day": day.isoformat()} if day else {}
    return NewCase(
        service="bulk_item_pickup", description="a fridge", location=HOME, attributes=answers, route=route, day=day
    )


class BookedTalk(Talk):
    """A conversation whose case system is our own, with free days."""

    def __init__(self, reading: Reading, crm: CRM) -> None:
        ports = build_ports(reading, crm=crm, clock=fixed_clock(NOW))
        self._respond = Responder(TurnGraph(ports), ports, {})
        self.conversation = Conversation(conversation_id="c1", channel=Channel.WEB)
        self.queued = []


@pytest_asyncio.fixture
async def talk(reading: Reading, sqlite: Database, clock: Clock) -> AsyncIterator[BookedTalk]:
    local = LocalCRM(sqlite, clock)
    await local.prepare()
    yield BookedTalk(reading, local)


async def test_the_first_free_day_is_read_back_with_others_and_booked_by_the_same_yes(talk: BookedTalk) -> None:
    offered = await talk.say(WHOLE)
    done = await talk.say("yes")

    assert offered.asking_for == "confirmation"
    assert "Pick-up day: Thursday, March 12, 2026." in offered.replies[0].text
    assert "Also free: Friday, March 13, 2026; Monday, March 16, 2026" in offered.replies[0].text
    assert [each.send for each in offered.quick_replies][2:] == ["Friday, March 13, 2026", "Monday, March 16, 2026"]
    assert done.case is not None
    assert planned_day(done.case) == FIRST
    assert "The pick-up is booked for Thursday, March 12, 2026." in done.replies[0].text


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("monday is better", THIRD),
        ("Friday, March 13, 2026", SECOND),
        ("yes but on friday", SECOND),
        ("can you come 3/16", THIRD),
        ("the 16th", THIRD),
        ("can you do friday?", SECOND),
        ("el lunes por favor", THIRD),
    ],
)
async def test_another_day_is_taken_by_its_name_and_read_back_before_it_is_booked(
    talk: BookedTalk, said: str, day: date
) -> None:
    await talk.say(WHOLE)

    changed = await talk.say(said)
    done = await talk.say("yes")

    assert changed.case is None
    assert changed.asking_for == "confirmation"
    assert done.case is not None
    assert planned_day(done.case) == day
    assert done.asking_for is None


async def test_a_question_about_a_day_is_answered_and_chooses_none(talk: BookedTalk) -> None:
    await talk.say(WHOLE)

    told = await talk.say("is trash collected on friday?")

    assert Outcome.ANSWERED in told.outcomes or Outcome.NOT_KNOWN in told.outcomes
    assert "Pick-up day: Thursday" in told.replies[0].text


async def test_a_day_that_is_not_free_is_said_so_and_nothing_changes(talk: BookedTalk) -> None:
    await talk.say(WHOLE)

    told = await talk.say("sunday please")
    done = await talk.say("yes")

    assert "Sunday, March 15, 2026 cannot be booked." in told.replies[0].text
    assert done.case is not None
    assert planned_day(done.case) == FIRST


async def test_a_day_named_at_once_is_the_one_that_is_read_back(talk: BookedTalk) -> None:
    offered = await talk.say(f"{WHOLE}. friday would be good")

    assert "Pick-up day: Friday, March 13, 2026." in offered.replies[0].text


async def test_a_building_of_more_than_six_homes_is_told_who_takes_it_and_nothing_is_filed(talk: BookedTalk) -> None:
    told = await talk.say(WHOLE.replace("a 3 family house", "a building with 20 units"))

    assert told.outcome is Outcome.REFERRED
    assert "six homes or fewer" in told.replies[0].text
    assert talk.conversation.work is None


async def test_a_day_taken_meanwhile_is_told_and_the_case_is_a_request(
    talk: BookedTalk, sqlite: Database, clock: Clock
) -> None:
    await talk.say(WHOLE)
    for n in range(load_pickups()["bulk_item_pickup"].places):
        await LocalCRM(sqlite, clock).create(fridge(), key=f"k{n}")

    done = await talk.say("yes")

    assert done.outcome is Outcome.CASE_OPENED
    assert "has just been taken" in done.replies[0].text


async def test_a_system_without_days_takes_a_request_and_says_so(reading: Reading, clock: Clock) -> None:
    asked = await BookedTalk(reading, MemoryCRM(clock)).say(WHOLE)

    assert "The City will set the day of the pick-up." in asked.replies[0].text


async def test_status_tells_the_day(talk: BookedTalk) -> None:
    done = (await talk.all(WHOLE, "yes"))[-1]
    assert done.case is not None

    told = await talk.say(f"status of {done.case.case_id}")

    assert "The work is planned for March 12, 2026." in told.replies[0].text


async def test_a_call_taker_books_a_day_with_the_caller(api: httpx.AsyncClient, sqlite: Database) -> None:
    ours = await signed_in(sqlite, api, Role.CALL_TAKER)
    said = "caller needs a fridge picked up at 100 perham st west roxbury, 3 family house, 617-555-0123"
    page = (await api.post("/desk/draft", data={"text": said, "call": "a"}, headers=ours)).text
    draft_id = re.search(r'name="draft_id" value="(\w+)"', page)
    assert draft_id is not None
    form = {"draft_id": draft_id[1], "call": "a", "service": "bulk_item_pickup", "location": "100 Perham St"}
    form |= {"field:items": "refrigerator_freezer", "field:units": "3"}

    wrong = await api.post("/desk/file", data=form | {"field:pickup_day": "some day"}, headers=ours)
    filed = (await api.post("/desk/file", data=form | {"field:pickup_day": str(SECOND)}, headers=ours)).text

    assert f'<option value="{FIRST}" lang="en">Thursday, March 12, 2026</option>' in page
    assert wrong.status_code == 422
    assert "The pick-up is booked for Friday, March 13, 2026." in filed


async def test_the_desk_says_when_a_building_is_too_big(api: httpx.AsyncClient, sqlite: Database) -> None:
    ours = await signed_in(sqlite, api, Role.CALL_TAKER)

    said = {"text": WHOLE.replace("a 3 family house", "a building with 20 units"), "call": "a"}
    page = (await api.post("/desk/draft", data=said, headers=ours)).text

    assert "buildings of six homes or fewer" in page
