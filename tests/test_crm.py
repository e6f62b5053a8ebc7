"""The contract of the CRM port, kept by the local CRM on SQLite and Postgres, by the one in memory and by Creatio.

What a system can do that only takes and shows cases (Open311) is asked of `any_crm`, the rest of `crm`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from evals.open311_server import Open311City
from tests.conftest import NOW
from tests.creatio import by_form, creatio, site
from tests.open311 import crm_of
from tools.case import Change, NewCase, Reporter, Status
from tools.case_number import find_case_number
from tools.clock import Clock
from tools.crm import CRM, CaseNotFound, CRMGarbled, CRMRejected, CRMUnavailable
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.location import Location
from tools.memory_crm import Fault, MemoryCRM
from tools.route import Route

PERHAM = Location(value="100 Perham St", number="100", street="Perham St", lat=42.2790, long=-71.1560, confidence=0.9)
LONG_AGO = NOW - timedelta(days=365)


def pothole(*, at: Location = PERHAM, phone: str | None = None, words: str = "a deep hole") -> NewCase:
    route = Route(department="PWDx", team="paving", system="legacy", priority="standard", rule="service:pothole")
    who = Reporter(phone=phone) if phone else None
    return NewCase(service="pothole", description=words, location=at, route=route, reporter=who)


def moved(metres: float) -> Location:
    """A place so many metres north of the first."""
    return PERHAM.model_copy(update={"value": f"{metres} m north", "lat": (PERHAM.lat or 0) + metres / 111_195})


WHOLE = ["memory", "sqlite", "creatio", "creatio-forms", pytest.param("postgres", marks=pytest.mark.postgres)]
TAKES_AND_SHOWS = ["open311"]


@pytest_asyncio.fixture(params=WHOLE)
async def crm(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> AsyncIterator[CRM]:
    async with made(request, clock, tmp_path) as system:
        yield system


@pytest_asyncio.fixture(params=[*WHOLE, *TAKES_AND_SHOWS])
async def any_crm(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> AsyncIterator[CRM]:
    async with made(request, clock, tmp_path) as system:
        yield system


@asynccontextmanager
async def made(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> AsyncIterator[CRM]:
    """The system that the parameter names."""
    if request.param == "memory":
        yield MemoryCRM(clock)
        return
    if request.param.startswith("creatio"):
        yield creatio(site(clock), login=by_form() if request.param.endswith("forms") else None)
        return
    file = f"sqlite+aiosqlite:///{tmp_path / 'crm.db'}"
    database = Database(request.getfixturevalue("empty_postgres") if request.param == "postgres" else file)
    local = LocalCRM(database, clock)
    await local.prepare()
    yield crm_of(Open311City(clock), database, clock) if request.param == "open311" else local
    await database.close()


async def test_a_new_case_has_a_number_that_is_known_as_one_and_a_history(any_crm: CRM) -> None:
    case = await any_crm.create(pothole(), key="k1")

    assert find_case_number(case.case_id) == case.case_id
    assert case.status is Status.OPEN
    assert [event.change for event in case.history] == [Change.CREATED]
    assert await any_crm.get(case.case_id) == case


async def test_the_same_key_always_gives_the_same_case(any_crm: CRM) -> None:
    first = await any_crm.create(pothole(), key="k1")

    again = await any_crm.create(pothole(words="other words"), key="k1")

    assert again == first


async def test_the_same_key_at_once_opens_one_case(any_crm: CRM) -> None:
    made = await asyncio.gather(*(any_crm.create(pothole(), key="k1") for _ in range(10)))

    assert len({case.case_id for case in made}) == 1


async def test_two_keys_open_two_cases_with_numbers_of_their_own(any_crm: CRM) -> None:
    first, second = await any_crm.create(pothole(), key="k1"), await any_crm.create(pothole(), key="k2")

    assert first.case_id != second.case_id


async def test_an_unknown_number_is_not_found_and_named(any_crm: CRM) -> None:
    with pytest.raises(CaseNotFound, match="B311-999999-0"):
        await any_crm.get("B311-999999-0")


async def test_near_finds_open_cases_of_the_service_within_the_radius_nearest_first(any_crm: CRM) -> None:
    far = await any_crm.create(pothole(at=moved(60)), key="far")
    near = await any_crm.create(pothole(at=moved(20)), key="near")
    await any_crm.create(pothole(at=moved(400)), key="away")

    found = await any_crm.near("pothole", PERHAM, radius_m=100, since=LONG_AGO)

    assert [case.case_id for case in found] == [near.case_id, far.case_id]


async def test_near_leaves_out_other_services_old_and_closed_cases(crm: CRM) -> None:
    closed = await crm.create(pothole(), key="k1")
    await crm.withdraw(closed.case_id, reason="gone", key="w")
    await crm.create(pothole(), key="k2")

    assert await crm.near("graffiti", PERHAM, radius_m=100, since=LONG_AGO) == ()
    assert await crm.near("pothole", PERHAM, radius_m=100, since=NOW + timedelta(days=1)) == ()
    assert closed.case_id not in [
        case.case_id for case in await crm.near("pothole", PERHAM, radius_m=100, since=LONG_AGO)
    ]


async def test_near_a_place_without_a_point_is_nothing(any_crm: CRM) -> None:
    await any_crm.create(pothole(), key="k1")

    assert await any_crm.near("pothole", Location(value="somewhere"), radius_m=100, since=LONG_AGO) == ()


async def test_cases_are_found_by_the_phone_that_reported_them(crm: CRM) -> None:
    own = await crm.create(pothole(phone="+16175550123"), key="k1")
    await crm.create(pothole(phone="+16175550199"), key="k2")

    assert [case.case_id for case in await crm.reported_by("+16175550123")] == [own.case_id]
    assert await crm.reported_by("+16175550000") == ()


async def test_a_further_report_is_counted_once_per_key_and_finds_its_reporter(crm: CRM) -> None:
    case = await crm.create(pothole(), key="k1")
    who = Reporter(phone="+16175550123")

    for _ in range(3):
        joined = await crm.add_report(case.case_id, words="me too", reporter=who, key="join")

    assert joined.reports == 2
    assert joined.history[-1].change is Change.ADDED_TO
    assert [found.case_id for found in await crm.reported_by("+16175550123")] == [case.case_id]


async def test_a_closed_case_is_opened_again_once_a_key_and_an_open_one_is_not(crm: CRM) -> None:
    case = await crm.create(pothole(), key="k1")
    await crm.withdraw(case.case_id, reason="gone", key="w")

    for _ in range(2):
        opened = await crm.reopen(case.case_id, reason="still there", key="r")

    assert opened.status is Status.OPEN
    assert [event.change for event in opened.history][-1] is Change.REOPENED
    with pytest.raises(CRMRejected):
        await crm.reopen(case.case_id, reason="again", key="r2")


async def test_a_closed_case_takes_no_further_report_and_is_not_closed_twice(crm: CRM) -> None:
    case = await crm.create(pothole(), key="k1")
    closed = await crm.withdraw(case.case_id, reason="it is fixed", key="w1")

    with pytest.raises(CRMRejected):
        await crm.add_report(case.case_id, words="me too", reporter=None, key="join")
    with pytest.raises(CRMRejected):
        await crm.withdraw(case.case_id, reason="again", key="w2")

    assert closed.status is Status.CLOSED
    assert closed.closure_reason == "it is fixed"
    assert (await crm.get(case.case_id)).reports == 1


async def test_an_assignment_keeps_the_old_team_in_the_history(crm: CRM) -> None:
    case = await crm.create(pothole(), key="k1")

    moved_case = await crm.assign(case.case_id, department="BTDT", team="signals", reason="misrouted", key="a1")

    assert moved_case.route is not None
    assert (moved_case.route.department, moved_case.route.team) == ("BTDT", "signals")
    assert moved_case.history[-1].detail["from"] == "paving"


async def test_amending_merges_answers_and_adds_words(crm: CRM) -> None:
    case = await crm.create(pothole(), key="k1")

    await crm.amend(case.case_id, attributes={"size": "plate"}, key="m1")
    amended = await crm.amend(case.case_id, attributes={"lane": "bike"}, words="it is deeper now", key="m2")

    assert amended.attributes == {"size": "plate", "lane": "bike"}
    assert amended.description == "a deep hole\nit is deeper now"
    assert amended.history[-1].change is Change.AMENDED


@pytest.mark.parametrize("change", ["add_report", "assign", "amend", "withdraw"])
async def test_no_change_is_made_to_a_case_that_is_not_there(any_crm: CRM, change: str) -> None:
    calls = {
        "add_report": lambda: any_crm.add_report("B311-999999-0", words="x", reporter=None, key="k"),
        "assign": lambda: any_crm.assign("B311-999999-0", department="a", team="b", reason="c", key="k"),
        "amend": lambda: any_crm.amend("B311-999999-0", words="x", key="k"),
        "withdraw": lambda: any_crm.withdraw("B311-999999-0", reason="x", key="k"),
    }

    with pytest.raises(CaseNotFound):
        await calls[change]()


@pytest.mark.parametrize(
    ("error", "raised"), [("unavailable", CRMUnavailable), ("rejected", CRMRejected), ("garbage", CRMGarbled)]
)
async def test_a_planted_fault_is_raised_as_often_as_asked_and_writes_nothing(
    clock: Clock, error: str, raised: type[Exception]
) -> None:
    crm = MemoryCRM(clock, faults=[Fault.model_validate({"at": "create", "error": error, "times": 2})])

    for _ in range(2):
        with pytest.raises(raised):
            await crm.create(pothole(), key="k1")

    assert crm.cases == {}
    assert (await crm.create(pothole(), key="k1")).case_id in crm.cases


async def test_a_time_out_hides_a_case_that_the_same_key_finds_again(clock: Clock) -> None:
    crm = MemoryCRM(clock, faults=[Fault(at="create", error="timeout")])

    with pytest.raises(CRMUnavailable):
        await crm.create(pothole(), key="k1")
    case = await crm.create(pothole(), key="k1")

    assert list(crm.cases) == [case.case_id]


async def test_a_database_that_is_gone_is_an_unavailable_crm(sqlite: Database, clock: Clock) -> None:
    crm = LocalCRM(sqlite, clock)

    with pytest.raises(CRMUnavailable):
        await crm.get("B311-000001-3")


async def test_cases_of_another_system_keep_their_number_when_seeded(sqlite: Database) -> None:
    seeded_at: datetime = NOW - timedelta(days=30)
    crm = LocalCRM(sqlite, lambda: NOW)
    await crm.prepare()
    memory = MemoryCRM(lambda: seeded_at)
    case = (await memory.create(pothole(), key="k")).model_copy(update={"case_id": "101006113311"})

    await crm.seed(case, reporter=Reporter(phone="+16175550123"))

    assert (await crm.get("101006113311")).opened == seeded_at
    assert [found.case_id for found in await crm.reported_by("+16175550123")] == ["101006113311"]
