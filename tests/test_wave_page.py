"""The page of the waves and the crosswalk: where new cases go, and both systems' names of a case or a service."""

from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.accounts import Role
from channels.bootstrap import build_web
from channels.crosswalk_view import called
from tests.creatio import creatio, site
from tests.test_crm import pothole
from tests.test_crm_commands import CASE, folder, run
from tests.test_staff_access import signed_in
from tests.test_waves import CATALOGUE, TODAY, both, moving, to
from tools.clock import Clock
from tools.crm import CaseNotFound, CRMUnavailable
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.waved_crm import WavedCRM

__all__ = ["folder"]

PLAN = """
waves:
- {day: 2026-03-01, services: [pothole], from: legacy, to: creatio}
- {day: 2026-03-12, services: [graffiti], from: legacy, to: creatio}
"""


async def test_staff_see_the_plan_and_where_cases_go_today(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "waves.yaml").write_text(PLAN, encoding="utf-8")
    settings = Settings(data_dir=tmp_path, desk_key="k", waves=tmp_path / "waves.yaml")
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=sqlite)
    transport = httpx.ASGITransport(app=build_web(settings, assistant))
    async with httpx.AsyncClient(transport=transport, base_url="http://beacon.test") as client:
        await signed_in(sqlite, client, Role.CALL_TAKER)
        page = (await client.get("/desk/waves")).text
    await assistant.close(seconds=5)

    assert '<span class="tag good">done</span>' in page
    assert '<span class="tag warn">in 2 days</span>' in page
    assert "<td>the legacy system</td><td>2026-03-12, to Creatio</td>" in page


async def test_without_a_plan_the_page_says_so_and_still_looks_up(api: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(sqlite, api, Role.CALL_TAKER)

    page = (await api.get("/desk/waves", params={"name": "pothole"})).text
    missing = await api.get("/desk/waves", params={"name": "<b>nothing"})

    assert "No wave is planned." in page
    assert str(CATALOGUE.services["pothole"].creatio_code) in page
    assert missing.status_code == 404
    assert "&lt;b&gt;nothing" in missing.text


async def test_a_case_that_was_carried_over_is_known_by_the_numbers_of_both_systems_from_either(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="k")
    row = next(iter(at.tables.rows["Case"].values()))
    row["UsrLegacyNumber"] = "101000123456"

    told = [await crm.numbers(number) for number in (case.case_id, row["Id"], "101000123456")]

    assert told[0] == told[1] == told[2]
    assert (told[0].creatio_number, told[0].legacy_number) == (case.case_id, "101000123456")


async def test_during_a_wave_a_number_of_either_system_is_found(sqlite: Database, clock: Clock) -> None:
    local = LocalCRM(sqlite, clock)
    await local.prepare()
    crm = WavedCRM({"legacy": local, "creatio": creatio(site(clock))}, moving(TODAY), clock)
    old, new = await crm.create(to("legacy"), key="k1"), await crm.create(to("creatio"), key="k2")

    assert (await crm.numbers(old.case_id)).legacy_number == old.case_id
    assert (await crm.numbers(new.case_id)).creatio_number == new.case_id
    with pytest.raises(CaseNotFound):
        await crm.numbers("BCS-00999999")


async def test_a_number_is_not_called_missing_while_a_system_is_down(clock: Clock) -> None:
    crm = WavedCRM(
        {"legacy": MemoryCRM(clock), "creatio": creatio(site(clock, reads=("error",) * 5))}, moving(TODAY), clock
    )

    with pytest.raises(CRMUnavailable):
        await crm.numbers("BCS-00999999")


async def test_service_codes_lead_to_each_other(clock: Clock) -> None:
    code = CATALOGUE.services["pothole"].creatio_code or ""
    crm = both(clock)

    told = [await called(name, crm, CATALOGUE) for name in ("pothole", code, "Request for Pothole Repair")]

    assert told[0] == told[1] == told[2]


def test_the_command_tells_a_case_and_a_service(folder: Path) -> None:
    case = run(folder, "crm", "crosswalk", CASE).stdout
    service = run(folder, "crm", "crosswalk", "pothole").stdout
    missing = run(folder, "crm", "crosswalk", "nothing")

    assert f"Number in the legacy system: {CASE}" in case
    assert str(CATALOGUE.services["pothole"].creatio_code) in service
    assert missing.exit_code == 1
