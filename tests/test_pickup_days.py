"""Free days of pick-ups in the case systems: offered by their rules, one place for each case, given back at its end."""

import asyncio
from datetime import date, timedelta

import pytest
import pytest_asyncio

from evals.creatio_server import CreatioSite
from evals.faults import Faults
from tests.creatio import SERVICES, by_token, site, web
from tests.test_booking import FIRST, HOME, SECOND, THIRD, TODAY, fridge
from tests.test_waves import moving
from tools.case import Change
from tools.clock import Clock
from tools.creatio import CreatioCRM
from tools.creatio_names import PickUpNames, load_names
from tools.crm import CRMRejected, CRMUnavailable
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.pickups import load_pickups, planned_day
from tools.waved_crm import WavedCRM

BULK = SERVICES | {"bulk_item_pickup": "5f1f7b4e-6f9a-4c52-9b0e-2a54f2b6c001"}


async def free(crm: LocalCRM | CreatioCRM | WavedCRM, *, most: int = 3, today: date = TODAY) -> tuple[date, ...]:
    return await crm.free_days("bulk_item_pickup", HOME, system="legacy", today=today, most=most)


@pytest_asyncio.fixture
async def crm(database: Database, clock: Clock) -> LocalCRM:
    opened = LocalCRM(database, clock)
    await opened.prepare()
    return opened


async def test_days_are_business_days_after_the_notice(crm: LocalCRM) -> None:
    assert await free(crm) == (FIRST, SECOND, THIRD)


async def test_a_service_that_is_not_booked_has_no_days(crm: LocalCRM) -> None:
    assert await crm.free_days("pothole", HOME, system="legacy", today=TODAY) == ()


async def test_a_case_is_booked_with_its_opening_once_a_key(crm: LocalCRM) -> None:
    case = await crm.create(fridge(), key="k1")
    again = await crm.create(fridge(), key="k1")

    assert planned_day(case) == FIRST
    assert [event.change for event in case.history] == [Change.CREATED, Change.SCHEDULED]
    assert again == case


async def test_a_full_day_is_not_offered_and_books_nobody_more_even_at_once(crm: LocalCRM) -> None:
    places = load_pickups()["bulk_item_pickup"].places
    await asyncio.gather(*(crm.create(fridge(), key=f"k{n}") for n in range(places - 1)))

    last = await asyncio.gather(crm.create(fridge(), key="a"), crm.create(fridge(), key="b"))

    assert sorted(str(planned_day(case)) for case in last) == [str(FIRST), "None"]
    assert await free(crm) == (SECOND, THIRD, THIRD + timedelta(days=2))


async def test_a_case_that_is_withdrawn_gives_its_place_back(crm: LocalCRM) -> None:
    places = load_pickups()["bulk_item_pickup"].places
    cases = [await crm.create(fridge(), key=f"k{n}") for n in range(places)]

    full = await free(crm)
    await crm.withdraw(cases[0].case_id, reason="sold it", key="w")

    assert FIRST not in full
    assert FIRST in await free(crm)


async def test_a_day_that_has_come_books_nothing(crm: LocalCRM) -> None:
    case = await crm.create(fridge(TODAY), key="k1")

    assert planned_day(case) is None


def with_days(clock: Clock, *, places: int = 2) -> tuple[CreatioCRM, Faults]:
    """A Creatio whose staff opened two days for West Roxbury; and the faults to come."""
    named = {code: ours for ours, code in BULK.items()}
    at = CreatioSite(clock, teams=("bulk",), services=named)
    for day in (FIRST, SECOND):
        at.open_day(BULK["bulk_item_pickup"], "06", day.isoformat(), places=places)
    names = load_names().model_copy(update={"pickups": PickUpNames()})
    return CreatioCRM(web(at, login=by_token(), seconds=0.5), names, BULK), at.faults


async def test_creatio_offers_the_days_its_staff_opened_and_never_books_more_than_its_places(clock: Clock) -> None:
    crm, _ = with_days(clock)

    before = await free(crm)
    made = await asyncio.gather(*(crm.create(fridge(), key=f"k{n}") for n in range(3)))
    after = await free(crm)

    assert before == (FIRST, SECOND)
    assert sorted(str(planned_day(case)) for case in made) == [str(FIRST), str(FIRST), "None"]
    assert after == (SECOND,)


async def test_a_booking_cut_off_in_creatio_is_made_by_the_next_try_with_the_same_key(clock: Clock) -> None:
    crm, faults = with_days(clock, places=1)
    await crm.create(fridge(None).model_copy(update={"service": "pothole"}), key="warm")
    faults.writes += ["", "", "timeout"]

    with pytest.raises(CRMUnavailable):
        await crm.create(fridge(), key="k1")
    case = await crm.create(fridge(), key="k1")

    assert planned_day(case) == FIRST
    assert len([event for event in case.history if event.change is Change.SCHEDULED]) == 1


async def test_a_case_withdrawn_in_creatio_gives_its_place_back(clock: Clock) -> None:
    crm, _ = with_days(clock, places=1)
    case = await crm.create(fridge(), key="k1")

    full = await free(crm)
    await crm.withdraw(case.case_id, reason="sold it", key="w")

    assert full == (SECOND,)
    assert await free(crm) == (FIRST, SECOND)


async def test_a_creatio_without_the_entities_offers_nothing(clock: Clock) -> None:
    at = site(clock)
    crm = CreatioCRM(web(at), load_names(), BULK)

    assert await free(crm) == ()


async def test_during_a_wave_the_days_are_those_of_the_system_that_takes_the_case(clock: Clock) -> None:
    new, _ = with_days(clock)
    crm = WavedCRM({"legacy": MemoryCRM(clock), "creatio": new}, moving(TODAY), clock)

    there = await crm.free_days("bulk_item_pickup", HOME, system="creatio", today=TODAY)
    here = await crm.free_days("bulk_item_pickup", HOME, system="legacy", today=TODAY)

    assert (there, here) == ((FIRST, SECOND), ())


@pytest.mark.parametrize("kind", ["local", "creatio"])
async def test_a_pickup_moves_once_a_key_and_gives_its_place_back(sqlite: Database, clock: Clock, kind: str) -> None:
    crm: LocalCRM | CreatioCRM = LocalCRM(sqlite, clock) if kind == "local" else with_days(clock, places=1)[0]
    if isinstance(crm, LocalCRM):
        await crm.prepare()
    case = await crm.create(fridge(), key="k1")

    moved = [await crm.rebook(case.case_id, SECOND, key="m") for _ in range(2)][-1]

    assert planned_day(moved) == SECOND
    assert [event.detail.get("day") for event in moved.history] == [None, FIRST.isoformat(), SECOND.isoformat()]
    assert FIRST in await free(crm)
    with pytest.raises(CRMRejected):
        await crm.rebook(case.case_id, TODAY, key="n")
    assert planned_day(await crm.get(case.case_id)) == SECOND


async def test_a_move_cut_off_in_creatio_is_finished_by_the_next_try_with_the_same_key(clock: Clock) -> None:
    crm, faults = with_days(clock, places=1)
    case = await crm.create(fridge(), key="k1")
    faults.writes += ["", "timeout"]

    with pytest.raises(CRMUnavailable):
        await crm.rebook(case.case_id, SECOND, key="m")
    moved = await crm.rebook(case.case_id, SECOND, key="m")

    assert planned_day(moved) == SECOND
    assert await free(crm) == (FIRST,)


async def test_two_who_move_to_the_last_place_get_one(clock: Clock) -> None:
    crm, _ = with_days(clock, places=1)
    one = await crm.create(fridge(), key="k1")
    await crm.create(fridge(SECOND), key="k2")

    with pytest.raises(CRMRejected):
        await crm.rebook(one.case_id, SECOND, key="m")

    assert planned_day(await crm.get(one.case_id)) == FIRST
