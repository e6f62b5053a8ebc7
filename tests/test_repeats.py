"""Places where the same is reported again: counted over open and ended cases, told to residents and staff."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Reading
from channels.accounts import Role
from tests.conftest import NOW
from tests.creatio import creatio, site
from tests.test_booking import BookedTalk
from tests.test_crm import PERHAM, moved, pothole
from tests.test_crm_commands import run
from tests.test_staff_access import signed_in
from tests.test_waves import TODAY, moving
from tools.case import Change, NewCase, Repeat
from tools.catalogue import load_catalogue
from tools.chronic import chronic_places
from tools.clock import Clock, fixed_clock, system_clock
from tools.crm import CRM, CRMUnavailable
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.location import Location
from tools.memory_crm import Fault, MemoryCRM
from tools.repeats import opening, repeat_at
from tools.waved_crm import WavedCRM

CATALOGUE = load_catalogue()
POTHOLE = CATALOGUE.services["pothole"]
SAID = "big pothole at 100 Perham St, West Roxbury, size of a plate in the travel lane"


async def local(database: Database, clock: Clock) -> LocalCRM:
    crm = LocalCRM(database, clock)
    await crm.prepare()
    return crm


async def repeat(crm: CRM, at: Location = PERHAM) -> Repeat | None:
    return await repeat_at(crm, POTHOLE, at, now=NOW)


async def two_cases(crm: LocalCRM | MemoryCRM) -> None:
    """One that was closed, and one that somebody joined."""
    first, second = await crm.create(pothole(), key="k1"), await crm.create(pothole(at=moved(5)), key="k2")
    await crm.close(first.case_id, reason="Resolved", key="c")
    await crm.add_report(second.case_id, words="there too", reporter=None, key="a")


async def test_ended_cases_and_further_reports_count(database: Database, clock: Clock) -> None:
    crm = await local(database, clock)
    await two_cases(crm)

    assert await repeat(crm) == Repeat(reports=4, cases=3)


async def test_the_crm_in_memory_counts_alike(clock: Clock) -> None:
    crm = MemoryCRM(clock)
    await two_cases(crm)

    assert await repeat(crm) == Repeat(reports=4, cases=3)


async def test_creatio_counts_what_staff_closed(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    first = await crm.create(pothole(), key="k1")
    await crm.create(pothole(), key="k2")
    at.set_status(first.case_id, "Closed", closure="Noted")

    assert await repeat(crm) == Repeat(reports=3, cases=3)


async def test_both_systems_count_during_a_wave_and_one_that_is_down_leaves_it_untold(clock: Clock) -> None:
    legacy, new = MemoryCRM(clock), creatio(site(clock))
    crm = WavedCRM({"legacy": legacy, "creatio": new}, moving(TODAY), clock)
    await legacy.create(pothole(), key="k1")
    await new.create(pothole(), key="k2")
    broken = MemoryCRM(clock, faults=(Fault(at="search", error="unavailable"),))

    assert await repeat(crm) == Repeat(reports=3, cases=3)
    with pytest.raises(CRMUnavailable):
        await repeat(WavedCRM({"legacy": broken, "creatio": new}, moving(TODAY), clock))


@pytest.mark.parametrize(
    ("place", "reason"),
    [(moved(80), "Resolved"), (PERHAM, "Withdrawn by its reporter"), (PERHAM, "Case Invalid")],
    ids=["elsewhere", "withdrawn", "invalid"],
)
async def test_what_says_nothing_of_the_place_does_not_count(clock: Clock, place: Location, reason: str) -> None:
    crm = MemoryCRM(clock)
    for key in ("k1", "k2"):
        case = await crm.create(pothole(at=place), key=key)
        await crm.close(case.case_id, reason=reason, key=f"c{key}")

    assert await repeat(crm) is None


async def test_reports_of_more_than_a_year_ago_do_not_count(clock: Clock) -> None:
    crm = MemoryCRM(fixed_clock(NOW - timedelta(days=366)))
    await two_cases(crm)

    assert await repeat(crm) is None


def test_the_history_of_a_new_case_names_the_reports_and_a_chronic_place() -> None:
    new: NewCase = pothole()

    twice = opening(new.model_copy(update={"repeat": Repeat(reports=3, cases=2)}))
    often = opening(new.model_copy(update={"repeat": Repeat(reports=3, cases=3)}))

    assert "reports_here" not in opening(new)
    assert (twice["reports_here"], "chronic" in twice) == ("3", False)
    assert (often["cases_here"], often["chronic"]) == ("3", "yes")


async def earlier(crm: LocalCRM, reading: Reading) -> None:
    """Two potholes at the place of the resident's words, both filled."""
    talk = BookedTalk(reading, crm)
    for key in ("1", "2"):
        done = (await talk.all(SAID, "yes"))[-1]
        assert done.case is not None
        await crm.close(done.case.case_id, reason="Resolved", key=key)


async def test_the_third_report_is_told_to_the_resident_and_stands_in_the_case(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    await earlier(crm, reading)

    done = (await BookedTalk(reading, crm).all(SAID, "yes"))[-1]

    assert done.case is not None
    assert "With yours there have been 3 reports of this here in the last 12 months" in done.replies[0].text
    opened = next(event for event in done.case.history if event.change is Change.CREATED)
    assert (opened.detail["reports_here"], opened.detail["chronic"]) == ("3", "yes")


async def test_staff_see_it_at_the_desk_and_on_the_supervisors_page(
    api: httpx.AsyncClient, reading: Reading, sqlite: Database, clock: Clock
) -> None:
    await earlier(await local(sqlite, clock), reading)
    crm = await local(sqlite, clock)
    third = (await BookedTalk(reading, crm).all(SAID, "yes"))[-1]
    assert third.case is not None
    await crm.close(third.case.case_id, reason="Noted", key="3")
    ours = await signed_in(sqlite, api, Role.SUPERVISOR)

    page = (await api.post("/desk/draft", data={"text": SAID, "call": "a"}, headers=ours)).text
    rows = (await api.get("/supervisor/chronic.csv")).text.splitlines()

    assert "with this one there are 4 reports of it here in a year, in 4 cases" in page
    assert rows[1] == '"Pothole, 100 Perham St, West Roxbury",3,3,0,2026-03-10'


async def test_only_places_of_the_map_with_enough_cases_are_listed(database: Database, clock: Clock) -> None:
    crm = await local(database, clock)
    for key in ("k1", "k2", "k3"):
        await crm.create(pothole(), key=key)
        await crm.create(pothole(at=Location(value="behind my aunt Ana's")), key=f"{key}n")
        await crm.create(pothole(at=moved(900 if key == "k3" else 700)), key=f"{key}m")

    found = await chronic_places(database, NOW - timedelta(days=30))

    assert [(each.place, each.cases, each.reports, each.still_open) for each in found] == [("100 Perham St", 3, 3, 3)]


def test_the_command_lists_them(tmp_path: Path) -> None:
    async def filed() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'beacon.db'}")
        crm = await local(database, system_clock)
        for key in ("k1", "k2", "k3"):
            await crm.create(pothole(), key=key)
        await database.close()

    before = run(tmp_path, "crm", "chronic").stdout
    asyncio.run(filed())

    assert "No place keeps coming back." in before
    assert "100 Perham St" in run(tmp_path, "crm", "chronic").stdout
