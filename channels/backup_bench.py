"""`beacon bench restore`: a backup and a restore of a city's years of cases and messages, timed, on a database of its
own."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from sqlalchemy import Table as Rows
from sqlalchemy import func, insert, select

from assistant.backup import back_up, restore
from assistant.conversation import Conversation
from assistant.message import Channel
from assistant.settings import Settings
from assistant.store import Store
from assistant.tables import conversations, messages
from channels.fleet import database_of_its_own
from channels.sms_shared import WORDS
from evals.export_bench import fitting, seed_cases
from tools.clock import system_clock
from tools.crm_tables import cases as crm_cases
from tools.database import Database
from tools.local_crm import LocalCRM

Figures = dict[str, float]
EACH = 4
"""Messages of a conversation."""

PIECE = 5_000


def run_restore_bench(cases: int, said: int, *, postgres: str | None) -> None:
    """Measure and print."""
    table = Table("what", "figure")
    for name, value in asyncio.run(bench_restore(cases, said, postgres=postgres)).items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


async def bench_restore(cases: int, said: int, *, postgres: str | None) -> Figures:
    """Seconds and megabytes of a backup and a restore of so many made-up rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with database_of_its_own(folder, postgres) as url, database_of_its_own(folder / "new", postgres) as new:
            database = Database(url)
            await Store(database).prepare()
            await LocalCRM(database, system_clock).prepare()
            await filled(database, cases, said)
            figures: Figures = {"cases": cases, "messages": said}
            began = time.perf_counter()
            settings = Settings(data_dir=folder / "data", database_url=url)
            made = await back_up(settings, database, folder / "backup", clock=system_clock, progress=_quiet)
            figures["backup, s"] = round(time.perf_counter() - began, 1)
            figures["backup, MB"] = round(sum(each.size for each in made.files) / 1e6, 1)
            await database.close()
            began = time.perf_counter()
            other = Database(new)
            settings = Settings(data_dir=folder / "data2", database_url=new)
            await restore(settings, other, folder / "backup", replace=False, clock=system_clock, progress=_quiet)
            figures["restore, s"] = round(time.perf_counter() - began, 1)
            async with other.read() as connection:
                counted = await connection.execute(select(func.count()).select_from(messages))
                figures["messages after the restore"] = int(counted.scalar_one())
            await other.close()
            return figures


def _quiet(_done: int, _total: int) -> None:
    """Shows nothing."""


class Into(NamedTuple):
    """The tables to fill, as some release has them."""

    conversations: Rows = conversations
    messages: Rows = messages
    cases: Rows = crm_cases


async def filled(database: Database, cases: int, said: int, into: Into | None = None) -> None:
    """Cases, and conversations by text with their messages, in the columns that there are."""
    into = into or Into()
    await seed_cases(database, cases, system_clock, into=into.cases)
    for start in range(0, said // EACH, PIECE):
        people = range(start, min(start + PIECE, said // EACH))
        async with database.write() as connection:
            told = [fitting(_conversation(person), into.conversations) for person in people]
            await connection.execute(insert(into.conversations), told)
            rows = [_message(person, place) for person in people for place in range(1, EACH + 1)]
            await connection.execute(insert(into.messages), [fitting(row, into.messages) for row in rows])


def _conversation(person: int) -> dict[str, object]:
    name, at = f"c{person}", system_clock()
    state = Conversation(conversation_id=name, channel=Channel.SMS, phone=f"+1617{person:07}")
    return {
        "conversation_id": name, "channel": "sms", "token_hash": "h" * 64, "state": state.model_dump(mode="json"),
        "created": at, "updated": at, "received": EACH, "replied": EACH, "failures": 0, "parked": False,
        "address": f"+1617{person:07}", "our_number": "+16175550311",
    }  # fmt: skip


def _message(person: int, place: int) -> dict[str, object]:
    return {
        "conversation_id": f"c{person}", "channel": "sms", "message_id": f"SM{person:026}{place:06}",
        "sequence": place, "text": WORDS[place % len(WORDS)], "media": [], "at": system_clock(),
    }  # fmt: skip
