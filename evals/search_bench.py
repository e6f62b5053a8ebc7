"""How long the search for duplicates takes near 100,000 open cases: a part of `beacon bench`, and by itself for any
database (which it fills): `python -m evals.search_bench --database postgresql+psycopg://…`."""

import argparse
import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from rich.console import Console
from sqlalchemy import insert, select

from evals.figures import percentile
from tools.case import Case, Status
from tools.catalogue import load_catalogue
from tools.clock import fixed_clock
from tools.crm_rows import seeded_row
from tools.crm_tables import cases
from tools.database import Database
from tools.duplicates import find_duplicates
from tools.gazetteer import Address, load_gazetteer
from tools.local_crm import LocalCRM
from tools.location import Location

OPEN_CASES, SEARCHES, WARM_UP, AT_ONCE = 100_000, 420, 20, 2_000
NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
BUSY = {"illegal_parking": 20, "abandoned_vehicle": 10, "pothole": 10, "litter_street_cleaning": 10, "missed_trash": 10}
"""Services that so many in a hundred cases are of; the rest are spread over the whole catalogue."""

WORDS = "gray sedan without plates big hole by the curb overflowing bin lamp is dark again since last week".split()


async def search_figures(database: Database, *, count: int = OPEN_CASES) -> dict[str, float]:
    """Fill an empty database with open cases and search it: milliseconds, with their names."""
    chance = random.Random(311)
    spots = [(street, spot) for street, known in load_gazetteer().addresses.items() for spot in known]
    services = load_catalogue().services
    crm = LocalCRM(database, fixed_clock(NOW))
    await crm.prepare()
    made = invented(chance, spots, tuple(services), count)
    while rows := [seeded_row(case) for case in islice(made, AT_ONCE)]:
        async with database.write() as connection:
            await connection.execute(insert(cases), rows)
    times: list[float] = []
    idle: list[float] = []
    found = 0
    for wanted in invented(chance, spots, tuple(services), SEARCHES):
        place = wanted.location or Location(value="-")
        began = time.perf_counter()
        same = await find_duplicates(crm, services[wanted.service], place, wanted.description, {}, now=NOW)
        times.append(1000 * (time.perf_counter() - began))
        found += bool(same)
        began = time.perf_counter()
        async with database.glance() as connection:
            await connection.execute(select(1))
        idle.append(1000 * (time.perf_counter() - began))
    counted = times[WARM_UP:]
    return {
        f"search near {count} open cases p50 ms": round(percentile(counted, 0.5), 2),
        f"search near {count} open cases p95 ms": round(percentile(counted, 0.95), 2),
        "asking the same database for nothing p50 ms": round(percentile(idle[WARM_UP:], 0.5), 2),
        "asking the same database for nothing p95 ms": round(percentile(idle[WARM_UP:], 0.95), 2),
        "searches that found a duplicate": found,
    }


def invented(
    chance: random.Random, spots: list[tuple[str, Address]], codes: tuple[str, ...], count: int
) -> Iterator[Case]:
    """Open cases of the last thirty days at known addresses, each a few metres off."""
    busy = [code for code, share in BUSY.items() for _ in range(share)]
    for number in range(count):
        pick = chance.randrange(100)
        street, spot = chance.choice(spots)
        opened = NOW - timedelta(hours=chance.uniform(0, 720))
        yield Case(
            case_id=f"bench-{number}",
            service=busy[pick] if pick < len(busy) else chance.choice(codes),
            status=Status.OPEN,
            opened=opened,
            updated=opened,
            description=" ".join(chance.sample(WORDS, 8)),
            location=Location(
                value=f"{spot.number} {street}",
                number=str(spot.number),
                street=street,
                lat=spot.lat + chance.uniform(-1, 1) / 10_000,
                long=spot.long + chance.uniform(-1, 1) / 10_000,
            ),
        )


async def _measure(url: str) -> dict[str, float]:
    database = Database(url)
    try:
        return await search_figures(database)
    finally:
        await database.close()


def main() -> None:
    """Read the database's address from the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="an empty database, as BEACON_DATABASE_URL names one")
    for name, value in asyncio.run(_measure(parser.parse_args().database)).items():
        Console().print(name, value)


if __name__ == "__main__":
    main()
