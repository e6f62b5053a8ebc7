"""`beacon bench upgrade`: the tables of the oldest release, with a city's years of cases and messages in them, brought
to this release while whoever comes is told that the service is back in a moment."""

import asyncio
import socket
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table as Shown
from sqlalchemy import Connection, MetaData, func, select

from assistant.store import MIGRATIONS as OF_ASSISTANT
from assistant.store import Store
from channels.accounts import MIGRATIONS as OF_CHANNELS
from channels.accounts import Accounts
from channels.backup_bench import Figures, Into, filled
from channels.fleet import database_of_its_own
from channels.holding import holding
from tools.clock import system_clock
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.local_departments import MIGRATIONS as OF_TOOLS
from tools.migrate import migrate, oldest_revision

PACKAGES = {"tools": OF_TOOLS, "assistant": OF_ASSISTANT, "channels": OF_CHANNELS}
ASK_AGAIN_SECONDS = 0.1


def run_upgrade_bench(cases: int, said: int, *, postgres: str | None) -> None:
    """Measure and print."""
    table = Shown("what", "figure")
    for name, value in asyncio.run(bench_upgrade(cases, said, postgres=postgres)).items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


async def bench_upgrade(cases: int, said: int, *, postgres: str | None) -> Figures:
    """Seconds of an upgrade of so many made-up rows, and what was answered meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        async with database_of_its_own(Path(name), postgres) as url:
            database = Database(url)
            old = await _oldest(database)
            await filled(database, cases, said, old)
            await database.close()
            return {"cases": cases, "messages": said, **await _upgraded(url)}


async def _oldest(database: Database) -> Into:
    """The tables as the first release made them."""
    for package, folder in PACKAGES.items():
        await migrate(database, package, folder, to=oldest_revision(folder))
    async with database.read() as connection:
        there = await connection.run_sync(_reflected)
    return Into(there.tables["conversation"], there.tables["message"], there.tables["crm_case"])


def _reflected(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


async def _upgraded(url: str) -> Figures:
    database = Database(url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        async with holding(door):
            asking = asyncio.create_task(_asked(f"http://127.0.0.1:{door.getsockname()[1]}/sms/inbound"))
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            began = time.perf_counter()
            for part in (Store(database), LocalCRM(database, system_clock), Accounts(database)):
                await part.prepare()
            took = time.perf_counter() - began
            asking.cancel()
            answers = await asking
    counts = await _counted(database)
    await database.close()
    return {
        "upgrade, s": round(took, 1),
        "told to come again meanwhile": sum(status == 503 for status, _ in answers),
        "answered otherwise": sum(status != 503 for status, _ in answers),
        "slowest of these answers, ms": round(max(ms for _, ms in answers)),
        **counts,
    }


async def _asked(address: str) -> list[tuple[int, float]]:
    """What a carrier is answered, and after how many milliseconds, again and again until it is cancelled."""
    answers: list[tuple[int, float]] = []
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        while True:
            began = time.perf_counter()
            try:
                answer = await client.post(address, data={"Body": "hello"})
                answers.append((answer.status_code, (time.perf_counter() - began) * 1000))
                await asyncio.sleep(ASK_AGAIN_SECONDS)
            except asyncio.CancelledError:
                return answers


async def _counted(database: Database) -> Figures:
    async with database.read() as connection:
        there = await connection.run_sync(_reflected)
        named = {"cases": "crm_case", "messages": "message", "conversations": "conversation"}
        return {
            f"{name} after it": int(
                (await connection.execute(select(func.count()).select_from(there.tables[table]))).scalar_one()
            )
            for name, table in named.items()
        }
