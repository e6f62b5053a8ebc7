"""Measures the open-data export: so many made-up cases on a SQLite file of its own, its time and memory."""

import resource
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from tools.case import Case, Status
from tools.case_listing import CaseListing, Wanted
from tools.case_number import make
from tools.catalogue import load_catalogue
from tools.clock import Clock
from tools.crm_rows import seeded_row
from tools.crm_tables import cases
from tools.database import Database
from tools.districts import load_districts
from tools.local_crm import LocalCRM
from tools.location import Location
from tools.open_data import export
from tools.route import Route
from tools.value import Value

PIECE = 2_000


class ExportFigures(Value):
    """What an export of so many cases took; memory is the most that the process ever held, seeding included."""

    cases: int
    seconds: float
    megabytes: float
    most_megabytes: float


async def bench_export(count: int, clock: Clock) -> ExportFigures:
    """Seed and export that many cases."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        try:
            await LocalCRM(database, clock).prepare()
            await seed_cases(database, count, clock)
            began = time.perf_counter()
            stream = CaseListing(database).stream(Wanted())
            done = await export(stream, load_catalogue(), load_districts(), Path(folder) / "out", now=clock())
            seconds = time.perf_counter() - began
            size = sum(each.stat().st_size for each in (Path(folder) / "out").iterdir())
        finally:
            await database.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return ExportFigures(cases=done.cases, seconds=seconds, megabytes=size / 2**20, most_megabytes=most)


async def seed_cases(database: Database, count: int, clock: Clock, *, into: Table = cases) -> None:
    """Fill the local case system, or its table as another release has it, with made-up cases."""
    for first in range(0, count, PIECE):
        rows = [seeded_row(_case(each, clock)) for each in range(first, min(first + PIECE, count))]
        async with database.write() as connection:
            await connection.execute(insert(into), [fitting(row, into) for row in rows])


def fitting(row: dict[str, Any], table: Table) -> dict[str, Any]:
    """What of a row has a column in this table."""
    return {name: value for name, value in row.items() if name in table.c}


def _case(number: int, clock: Clock) -> Case:
    opened = clock() - timedelta(minutes=number)
    closed = opened + timedelta(days=1) if number % 3 else None
    place = Location(
        value=f"{number % 900 + 1} Beacon St, Back Bay", number=str(number % 900 + 1), street="Beacon St",
        neighborhood="Back Bay", zip="02116", lat=42.355 + number % 97 / 10_000, long=-71.08, confidence=0.9,
    )  # fmt: skip
    route = Route(
        department="PWDx", team="PWDx_District 1C: Downtown", system="legacy", priority="standard", rule="bench",
        due=opened + timedelta(days=2),
    )  # fmt: skip
    return Case(
        case_id=make(number + 1), service="pothole", status=Status.CLOSED if closed else Status.OPEN, opened=opened,
        updated=closed or opened, closed=closed, closure_reason="Resolved" if closed else None, route=route,
        description="A deep hole in the right lane, just behind the crossing; cars swerve around it.", location=place,
    )  # fmt: skip
