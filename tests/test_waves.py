"""Services that move from one case system to the other: new cases, old cases, keys and codes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from evals.open311_server import Open311City
from tests.conftest import NOW
from tests.creatio import creatio, site
from tests.open311 import crm_of
from tests.test_crm import PERHAM, pothole
from tools.case import NewCase
from tools.catalogue import load_catalogue
from tools.clock import Clock, city_time
from tools.crm import CaseNotFound, CRMUnavailable
from tools.crosswalk import codes_of, service_of
from tools.database import Database
from tools.districts import load_districts
from tools.local_crm import LocalCRM
from tools.memory_crm import Fault, MemoryCRM
from tools.routing import Router
from tools.waved_crm import WavedCRM
from tools.waves import WavePlan, WavesBroken, load_waves

TODAY = city_time(NOW).date()
CATALOGUE = load_catalogue()


def moving(day: date) -> WavePlan:
    return WavePlan.model_validate(
        {"waves": [{"day": day, "services": ["pothole"], "from": "legacy", "to": "creatio"}]}
    )


def to(system: str) -> NewCase:
    case = pothole()
    return case.model_copy(update={"route": case.route.model_copy(update={"system": system})})


def both(clock: Clock, *, faults: tuple[Fault, ...] = ()) -> WavedCRM:
    return WavedCRM({"legacy": MemoryCRM(clock, faults=faults), "creatio": creatio(site(clock))}, moving(TODAY), clock)


async def test_a_case_whose_answer_was_lost_at_the_legacy_endpoint_is_not_filed_again_in_the_new_system(
    sqlite: Database, clock: Clock
) -> None:
    await LocalCRM(sqlite, clock).prepare()
    city, new = Open311City(clock), site(clock)
    crm = WavedCRM({"legacy": crm_of(city, sqlite, clock), "creatio": creatio(new)}, moving(TODAY), clock)
    city.faults.writes = ["timeout"]
    with pytest.raises(CRMUnavailable):
        await crm.create(to("legacy"), key="k1")

    case = await crm.create(to("creatio"), key="k1")

    assert [each["service_request_id"] for each in city.cases] == [case.case_id]
    assert new.tables.rows["Case"] == {}


@pytest.mark.parametrize(("days", "system"), [(-1, "legacy"), (0, "creatio"), (30, "creatio")])
def test_a_service_goes_to_the_system_of_the_day(days: int, system: str) -> None:
    route = Router(load_districts(), waves=moving(TODAY))

    decided = route(CATALOGUE.services["pothole"], {}, PERHAM, NOW + timedelta(days=days))

    assert decided.system == system


def test_a_service_that_no_wave_names_goes_where_the_catalogue_says() -> None:
    service = CATALOGUE.services["graffiti"]

    assert moving(TODAY).system(service, TODAY) == service.system


async def test_new_cases_open_in_the_system_of_their_route_and_are_all_found(clock: Clock) -> None:
    crm = both(clock)

    old, new = await crm.create(to("legacy"), key="k1"), await crm.create(to("creatio"), key="k2")

    assert (old.case_id[:4], new.case_id[:4]) == ("B311", "BCS-")
    assert await crm.get(old.case_id) == old
    assert await crm.get(new.case_id) == new
    near = await crm.near("pothole", PERHAM, radius_m=50, since=NOW - timedelta(days=1))
    assert {case.case_id for case in near} == {old.case_id, new.case_id}


async def test_a_key_that_gave_a_case_before_the_move_gives_it_after_it(clock: Clock) -> None:
    crm = both(clock)
    before = await crm.create(to("legacy"), key="k1")

    after = await crm.create(to("creatio"), key="k1")

    assert after == before


async def test_a_number_that_no_system_knows_is_not_found(clock: Clock) -> None:
    with pytest.raises(CaseNotFound):
        await both(clock).get("BCS-00999999")


async def test_a_case_is_not_called_missing_while_a_system_is_down(clock: Clock) -> None:
    crm = both(clock, faults=(Fault(at="get", error="unavailable"),))

    with pytest.raises(CRMUnavailable):
        await crm.get("BCS-00999999")


async def test_a_case_is_changed_where_it_is(clock: Clock) -> None:
    crm = both(clock)
    old, new = await crm.create(to("legacy"), key="k1"), await crm.create(to("creatio"), key="k2")

    changed = [await crm.amend(case.case_id, words="deeper", key=case.case_id) for case in (old, new)]

    assert all(case.description.endswith("deeper") for case in changed)


@pytest.mark.parametrize(
    "wave",
    [
        "{day: 2026-01-01, services: [nonsense], from: legacy, to: creatio}",
        "{day: 2026-01-01, services: [pothole], from: legacy, to: legacy}",
        "{day: soon, services: [pothole], from: legacy, to: creatio}",
    ],
)
def test_a_broken_plan_is_refused_with_its_file(tmp_path: Path, wave: str) -> None:
    file = tmp_path / "waves.yaml"
    file.write_text(f"waves:\n- {wave}\n", encoding="utf-8")

    with pytest.raises(WavesBroken, match=r"waves\.yaml"):
        load_waves(file, CATALOGUE.services)


def test_codes_lead_from_every_system_to_ours_and_back() -> None:
    codes = codes_of("pothole", CATALOGUE)

    assert codes.creatio_code is not None
    assert codes.legacy_code is not None
    told = [codes.creatio_code, codes.creatio_code.upper(), codes.legacy_code, "Request for Pothole Repair"]
    assert [service_of(code, CATALOGUE) for code in told] == ["pothole"] * 4
    assert service_of("nonsense", CATALOGUE) is None
