"""The open-data export: both schemas, the crosswalks, and nothing of anybody's."""

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from evals.export_bench import bench_export
from tests.conftest import NOW
from tools.case import NewCase, Reporter
from tools.case_listing import CaseListing, Wanted
from tools.catalogue import load_catalogue
from tools.clock import Clock
from tools.database import Database
from tools.districts import load_districts
from tools.local_crm import LocalCRM
from tools.location import Location
from tools.open_data import FILES, export
from tools.route import Route

CANARIES = ("Zebulon", "6175550123", "zq@example.org", "canary-words", "Apt 4711", "canary-place", "canary-reason")
PERHAM = Location(
    value="canary-place of Zebulon", number="100", street="Perham St", unit="Apt 4711", neighborhood="West Roxbury",
    zip="02132", lat=42.2790, long=-71.1560, confidence=0.9,
)  # fmt: skip


def case(*, service: str = "pothole", at: Location = PERHAM) -> NewCase:
    route = Route(
        department="PWDx", team="paving", system="legacy", priority="standard", rule="r", due=NOW - timedelta(hours=1)
    )
    who = Reporter(name="Zebulon", phone="+16175550123", email="zq@example.org")
    words = {"details": "canary-words"}
    return NewCase(
        service=service, description="canary-words", location=at, route=route, reporter=who, attributes=dict(words)
    )


@pytest_asyncio.fixture
async def crm(sqlite: Database, clock: Clock) -> AsyncIterator[LocalCRM]:
    local = LocalCRM(sqlite, clock)
    await local.prepare()
    yield local


async def written(database: Database, folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every file."""
    await export(CaseListing(database).stream(Wanted()), load_catalogue(), load_districts(), folder, now=NOW)
    return {name: list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines())) for name in FILES}


async def test_a_case_stands_in_both_schemas_and_both_crosswalks(
    crm: LocalCRM, sqlite: Database, tmp_path: Path
) -> None:
    filed = await crm.create(case(), key="k1")

    files = await written(sqlite, tmp_path / "out")

    old, new = files["cases_legacy.csv"][0], files["cases_new.csv"][0]
    assert old["case_enquiry_id"] == new["case_id"] == files["crosswalk_ids.csv"][0]["case_id"] == filed.case_id
    assert (old["open_dt"], new["open_date"]) == ("2026-03-10 10:00:00", "2026-03-10T14:00:00Z")
    assert (old["type"], new["service_name"]) == ("Request for Pothole Repair", "Pothole")
    assert (old["location"], old["on_time"]) == ("100 Perham St, West Roxbury", "OVERDUE")
    assert "pothole" in {row["service_code"] for row in files["crosswalk_services.csv"]}


async def test_no_personal_data_leaves_and_no_service_that_is_not_public(
    crm: LocalCRM, sqlite: Database, tmp_path: Path
) -> None:
    hidden = next(each.code for each in load_catalogue().services.values() if not each.public)
    ended = await crm.create(case(), key="k1")
    await crm.withdraw(ended.case_id, reason="canary-reason", key="w")
    await crm.create(case(at=Location(value="canary-place, Apt 4711")), key="k2")
    await crm.create(case(service=hidden), key="k3")

    files = await written(sqlite, tmp_path / "out")

    everything = "".join((tmp_path / "out" / name).read_text(encoding="utf-8") for name in FILES)
    assert [canary for canary in CANARIES if canary in everything] == []
    assert len(files["cases_new.csv"]) == 2
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == sorted(FILES)


async def test_a_stream_of_many_cases_is_written_whole(clock: Clock) -> None:
    figures = await bench_export(1_200, clock)

    assert figures.cases == 1_200
