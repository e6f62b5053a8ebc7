"""The search for duplicates among many open cases."""

from sqlalchemy import text

from evals.search_bench import search_figures
from tools.clock import Clock
from tools.database import Database
from tools.local_crm import LocalCRM

NEAR = """
EXPLAIN QUERY PLAN SELECT * FROM crm_case WHERE service = 'pothole' AND status = 'open'
AND lat BETWEEN 42.30 AND 42.31 AND long BETWEEN -71.10 AND -71.09 AND opened >= '2026-01-01'
"""


async def test_many_open_cases_are_searched_and_some_found(database: Database) -> None:
    figures = await search_figures(database, count=2_000)

    assert figures["search near 2000 open cases p50 ms"] > 0
    assert figures["searches that found a duplicate"] > 0


async def test_the_search_uses_the_index_of_places(sqlite: Database, clock: Clock) -> None:
    await LocalCRM(sqlite, clock).prepare()

    async with sqlite.read() as connection:
        plan = " ".join(str(row) for row in await connection.execute(text(NEAR)))

    assert "crm_case_near (service=? AND status=? AND lat>? AND lat<?)" in plan
