"""Cases that departments send back: tasks with corrected suggestions, decided once, kept, and learned from."""

import asyncio
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Reading, build_ports
from assistant.reallocating import By, NotSentBack, Reallocator
from assistant.status import in_words
from channels.accounts import Role
from tests.conftest import NOW
from tests.creatio import creatio, site
from tests.running import prepared
from tests.test_crm import PERHAM, pothole
from tests.test_crm_commands import CASE, run
from tests.test_staff_access import signed_in
from tools.case import Case, Change, NewCase
from tools.catalogue import load_catalogue
from tools.clock import Clock, system_clock
from tools.crm import CRMRejected
from tools.database import Database
from tools.legacy_queues import SENT_BACK, load_other_queues
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.routing_feedback import RoutingFeedback, by_rule
from tools.teams import teams_of

DISTRICT = "PWDx_District 06: West Roxbury and Roslindale"
WEST_ROXBURY = PERHAM.model_copy(update={"neighborhood": "West Roxbury"})


def filed(words: str = "a deep hole", *, team: str = DISTRICT) -> NewCase:
    case = pothole(at=WEST_ROXBURY, words=words)
    route = case.route.model_copy(update={"team": team, "rule": "pothole/district-06"})
    return case.model_copy(update={"route": route})


async def local(database: Database, clock: Clock) -> LocalCRM:
    crm = LocalCRM(database, clock)
    await crm.prepare()
    return crm


async def given_back(crm: LocalCRM, *, key: str = "k", words: str = "a deep hole", reason: str = "not ours") -> Case:
    case = await crm.create(filed(words), key=key)
    return await crm.send_back(case.case_id, reason=reason, key=f"{key}:back")


def reallocator(reading: Reading, crm: LocalCRM, database: Database, clock: Clock) -> Reallocator:
    return Reallocator(build_ports(reading, crm=crm, clock=clock), RoutingFeedback(database))


async def test_a_case_that_was_sent_back_waits_until_it_has_another_team(database: Database, clock: Clock) -> None:
    crm = await local(database, clock)
    case = await given_back(crm)

    waiting = await crm.returned()
    after = await crm.assign(case.case_id, department="BTDT", team="signals", reason="theirs", key="a")

    assert [each.case_id for each in waiting] == [case.case_id]
    assert waiting[0].returned == NOW
    assert await crm.returned() == ()
    assert [event.change for event in after.history] == [Change.CREATED, Change.RETURNED, Change.ASSIGNED]
    assert after.history[1].detail == {"from": DISTRICT, "department": "PWDx", "reason": "not ours"}
    assert after.history[2].detail["from"] == DISTRICT


async def test_the_crm_in_memory_sends_back_as_the_local_one_does(clock: Clock) -> None:
    crm = MemoryCRM(clock)
    case = await crm.create(filed(), key="k")

    await crm.send_back(case.case_id, reason="not ours", key="b")
    again = await crm.send_back(case.case_id, reason="not ours", key="b")
    waiting = await crm.returned()
    after = await crm.assign(case.case_id, department="PWDx", team="x", reason="r", service="graffiti", key="a")

    assert [each.case_id for each in waiting] == [case.case_id]
    assert [event.change for event in again.history] == [Change.CREATED, Change.RETURNED]
    assert (after.returned, after.service) == (None, "graffiti")


async def test_the_legacy_queue_for_such_cases_sends_back_too(database: Database, clock: Clock) -> None:
    for crm in (await local(database, clock), MemoryCRM(clock)):
        case = await crm.create(filed(), key="k")

        await crm.assign(case.case_id, department="INFO", team=SENT_BACK, reason="not ours", key="a")

        waiting = (await crm.returned())[0]
        assert waiting.route is not None
        assert waiting.route.team == DISTRICT
        assert waiting.history[-1].detail["reason"] == "not ours"


async def test_without_any_reason_the_records_of_the_service_tell(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    case = await given_back(crm, reason="")

    task = await reallocator(reading, crm, sqlite, clock).task(case.case_id)

    told = [each.team for each in task.suggestions if each.by is By.RECORDS]
    assert told == [queue.team for queue in load_other_queues()["pothole"]][: len(told)]
    assert told


def test_every_team_can_be_chosen_but_the_queue_of_what_was_sent_back() -> None:
    teams = teams_of(load_catalogue())

    assert teams["PARK_Maintenance_Region 4"] == "PARK"
    assert teams[DISTRICT] == "PWDx"
    assert SENT_BACK not in teams
    assert not [team for team in teams if "(by" in team]


async def test_a_closed_case_is_neither_sent_back_nor_waits(database: Database, clock: Clock) -> None:
    crm = await local(database, clock)
    case = await given_back(crm)
    await crm.close(case.case_id, reason="Noted", key="c")

    with pytest.raises(CRMRejected):
        await crm.send_back(case.case_id, reason="again", key="b2")

    assert await crm.returned() == ()


async def test_needs_reallocation_of_creatio_waits_and_is_under_way_once_assigned(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="k")
    at.set_status(case.case_id, "Needs Reallocation")

    waiting = await crm.returned()
    after = await crm.assign(
        case.case_id, department="BTDT", team="signals", reason="theirs", service="graffiti", key="a"
    )

    assert [each.case_id for each in waiting] == [case.case_id]
    assert after.returned is None
    assert after.service == "graffiti"
    assert await crm.returned() == ()
    assert next(iter(at.tables.rows["Case"].values()))["StatusId"] == at.id_of("CaseStatus", "In progress")


async def test_a_reason_that_names_the_owner_leads_to_its_queue(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    case = await given_back(crm, reason="This is a DCR parkway, not a city street")

    task = await reallocator(reading, crm, sqlite, clock).task(case.case_id)

    assert (task.suggestions[0].team, task.suggestions[0].service) == ("INFO_Mass DCR", "external_dcr")
    assert task.suggestions[0].by is By.REASON
    assert task.sent_back.team == DISTRICT


async def test_a_reason_that_says_what_it_is_leads_to_that_service(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    case = await given_back(crm, reason="The street light is out, there is no pothole")

    task = await reallocator(reading, crm, sqlite, clock).task(case.case_id)

    assert task.suggestions[0].service == "street_light_outage"


async def test_a_team_that_sent_the_case_back_is_never_suggested(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    case = await given_back(crm, words="pothole and graffiti on the wall", reason="graffiti")
    await crm.assign(case.case_id, department="PROP", team="PROP_GRAF_GraffitiRemoval", reason="r", key="a1")
    await crm.send_back(case.case_id, reason="still a pothole", key="b2")

    task = await reallocator(reading, crm, sqlite, clock).task(case.case_id)

    assert {each.team for each in task.suggestions}.isdisjoint({DISTRICT, "PROP_GRAF_GraffitiRemoval"})


async def test_alike_decisions_are_suggested_from_the_second_on(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    desk = reallocator(reading, crm, sqlite, clock)
    for key in ("k1", "k2"):
        task = await desk.task((await given_back(crm, key=key)).case_id)
        await desk.decide(task, team="PWDx_Utility Casting Repair", reason="a casting")

    third = await desk.task((await given_back(crm, key="k3")).case_id)
    done = await desk.decide(third, team="PWDx_Utility Casting Repair")

    assert third.suggestions[0].by is By.DECIDED
    assert third.suggestions[0].team == "PWDx_Utility Casting Repair"
    assert done.route is not None
    assert (done.route.department, done.route.team) == ("PWDx", "PWDx_Utility Casting Repair")
    judged = by_rule(await desk.feedback.decided())
    assert [(each.rule, each.times, each.accepted) for each in judged] == [("pothole/district-06", 3, 1)]


async def test_only_the_first_of_two_decisions_stands(reading: Reading, sqlite: Database, clock: Clock) -> None:
    crm = await local(sqlite, clock)
    desk = reallocator(reading, crm, sqlite, clock)
    task = await desk.task((await given_back(crm)).case_id)
    await desk.decide(task, team="BTDT_Parking Enforcement", reason="a")

    with pytest.raises(NotSentBack):
        await desk.decide(task, team="PWDx_Recycling", reason="b")

    assert [each.to_team for each in await desk.feedback.decided()] == ["BTDT_Parking Enforcement"]


async def test_the_resident_is_told_that_nobody_has_it_yet_and_then_who_has(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    desk = reallocator(reading, crm, sqlite, clock)
    case = await given_back(crm)
    ports = desk.ports

    before = in_words(case, ports.catalogue, ports.wording, language="en")
    given = await desk.decide(await desk.task(case.case_id), team="BTDT_Parking Enforcement", reason="a")
    after = in_words(given, ports.catalogue, ports.wording, language="en")

    assert "Public Works says that it belongs to somebody else" in before
    assert "It is open, with Transportation" in after


async def test_the_page_lists_accepts_corrects_and_keeps(api: httpx.AsyncClient, sqlite: Database) -> None:
    crm = await local(sqlite, system_clock)
    case = await given_back(crm, reason="This is a DCR parkway <b>")
    other = await given_back(crm, key="k2")
    ours = await signed_in(sqlite, api, Role.CALL_TAKER)
    at = f"/desk/sent-back/{case.case_id}"

    page = (await api.get(at)).text
    silent = await api.post(f"/desk/sent-back/{other.case_id}", data={"team": "PWDx_Recycling"}, headers=ours)
    taken = await api.post(at, data={"team": "INFO_Mass DCR", "service": "external_dcr"}, headers=ours)
    corrected = await api.post(
        f"/desk/sent-back/{other.case_id}", data={"team": "PWDx_Recycling", "reason": "carts"}, headers=ours
    )
    again = await api.post(at, data={"team": "PWDx_Recycling", "reason": "x"}, headers=ours)
    listed = (await api.get("/desk/sent-back")).text

    assert "Give it to INFO_Mass DCR" in page
    assert "DCR parkway &lt;b&gt;" in page
    assert (silent.status_code, taken.status_code, corrected.status_code, again.status_code) == (409, 303, 303, 409)
    assert "Please say why" in silent.text
    assert "No case waits." in listed
    assert ">accepted<" in listed
    assert (await crm.get(case.case_id)).service == "external_dcr"


async def test_supervisors_see_the_rules_whose_cases_came_back(
    api: httpx.AsyncClient, reading: Reading, sqlite: Database, clock: Clock
) -> None:
    crm = await local(sqlite, clock)
    desk = reallocator(reading, crm, sqlite, clock)
    await desk.decide(await desk.task((await given_back(crm)).case_id), team="PWDx_Recycling", reason="carts")
    await signed_in(sqlite, api, Role.SUPERVISOR)

    rows = (await api.get("/supervisor/sent-back.csv")).text.splitlines()

    assert rows[1] == f"pothole/district-06,1,0,{DISTRICT},PWDx_Recycling"


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path) -> Path:
    """A data directory that shares the loaded parts, with one case that was sent back."""
    prepared(data_dir, tmp_path)

    async def sent() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'beacon.db'}")
        await given_back(await local(database, system_clock), reason="This is a DCR parkway")
        await database.close()

    asyncio.run(sent())
    return tmp_path


def test_the_commands_show_and_accept(folder: Path) -> None:
    listed = run(folder, "crm", "sent-back").stdout
    done = run(folder, "crm", "reallocate", CASE, "--accept")
    told = run(folder, "crm", "routing-feedback").stdout

    assert CASE in listed
    assert "1. INFO_Mass DCR as external_dcr" in done.stdout
    assert "is with INFO_Mass DCR" in done.stdout
    assert "pothole/district-06" in told
