"""News of cases over `kill -9`: every change is told, and told once."""

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from assistant.store import Store
from assistant.tables import news_wishes
from tests.news_worker import teller_on
from tests.running import ROOT
from tests.test_crm import pothole
from tools.clock import system_clock
from tools.database import Database
from tools.local_crm import LocalCRM

CASES, KILLS = 20, 4


async def test_every_change_is_told_once_whenever_the_teller_is_killed(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'beacon.db'}"
    database = Database(url)
    crm, numbers = await town(database)
    await teller_on(database).run()

    for round_ in range(KILLS):
        worker = await started(url)
        for number in numbers[round_::KILLS]:
            await crm.close(number, reason="Noted", key=f"c{number}")
        await asyncio.sleep(random.Random(round_).uniform(0.0, 0.15))
        worker.kill()
        await worker.wait()
    await database_free(database)
    await teller_on(database).run()

    async with database.read() as connection:
        told = (await connection.execute(text("SELECT case_id, turn_id, status FROM news_item"))).all()
        texts = (await connection.execute(text("SELECT text FROM delivery"))).scalars().all()
    await database.close()
    assert sorted(row.case_id for row in told) == sorted(numbers)
    assert {row.status for row in told} == {"told"}
    assert len({row.turn_id for row in told}) == len(texts) == CASES
    assert len(set(texts)) == CASES


async def town(database: Database) -> tuple[LocalCRM, list[str]]:
    """Cases with a reporter each who wants news of theirs."""
    await Store(database).prepare()
    crm = LocalCRM(database, system_clock)
    await crm.prepare()
    numbers = [(await crm.create(pothole(), key=f"k{place}")).case_id for place in range(CASES)]
    now = datetime.now(UTC)
    rows = [
        {
            "case_id": number,
            "address": f"+1617555{place:04}",
            "our_number": "+16175550311",
            "conversation_id": "-",
            "language": "en",
            "at": now,
            "turn_id": "-",
        }
        for place, number in enumerate(numbers)
    ]
    async with database.write() as connection:
        await connection.execute(insert(news_wishes), rows)
    return crm, numbers


async def started(url: str) -> asyncio.subprocess.Process:
    """A worker that has begun."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.news_worker", url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"ready\n"
    return worker


async def database_free(database: Database) -> None:
    """Take back the leases that the dead held, as a server does at its start."""
    await Store(database).void_leases()
