"""Builds who wakes whom: the runner for the database in use, and the regular work beside the turns."""

import asyncio
import shutil
from functools import partial
from importlib import import_module
from pathlib import Path

from assistant.delivering import Post
from assistant.filing_later import FileLater
from assistant.keeping import Keeping
from assistant.runner import Chore, InProcessRunner, Runner
from assistant.settings import Settings, SettingWrong
from assistant.store import Store
from assistant.switches import Switches
from assistant.usage import Usage
from assistant.work import Worker
from tools.database import Database

AT_ONCE = {"embedded": 2, "openai": 128}
"""Turns side by side: the embedded engine computes on two cores; a model makes us wait, for many at once."""


def build_runner(
    settings: Settings, store: Store, worker: Worker, *, chores: tuple[Chore, ...], switches: Switches, works: bool
) -> Runner:
    """The runner for the settings; one that does not work (`works`) leaves that to other processes. Raises
    SettingWrong."""
    at_once, kind = AT_ONCE[settings.engine], runner_of(settings, store.database)
    if kind == "procrastinate":
        runner: Runner = import_module("assistant.postgres_runner").PostgresRunner(
            store,
            worker,
            lease_seconds=settings.lease_seconds,
            chores=chores,
            at_once=at_once,
            silent=switches.silent,
            works=works,
        )
        return runner
    if not works:
        raise SettingWrong(NEEDS_POSTGRES)
    return InProcessRunner(store, worker, chores=chores, at_once=at_once, silent=switches.silent)


def runner_of(settings: Settings, database: Database) -> str:
    """Which runner the settings ask for: Procrastinate's on Postgres unless they say otherwise. Raises SettingWrong."""
    kind = settings.runner or ("in_process" if database.is_sqlite else "procrastinate")
    if kind == "procrastinate" and database.is_sqlite:
        raise SettingWrong(NEEDS_POSTGRES)
    return kind


def check_shared(settings: Settings, database: Database) -> None:
    """Raises SettingWrong unless several processes may work on this database."""
    if runner_of(settings, database) != "procrastinate":
        raise SettingWrong(NEEDS_POSTGRES)


NEEDS_POSTGRES = (
    "Several processes need PostgreSQL: please set BEACON_DATABASE_URL (postgresql+psycopg://user:password@host/name) "
    "and leave BEACON_RUNNER out. On a SQLite file `beacon serve` does everything alone."
)


def regular_work(settings: Settings, store: Store, later: FileLater, post: Post, usage: Usage) -> tuple[Chore, ...]:
    """What is done regularly beside the turns."""
    keeping = Keeping(
        store, settings.draft_hours, settings.keep_days, also=partial(forget_photos, settings.data_dir / "media")
    )
    return (
        Chore("file what waits", later.run, every=30.0),
        Chore("recover stalled texts", post.recover, every=30.0),
        Chore("forget old drafts", keeping.expire, every=3600.0),
        Chore("erase old conversations", keeping.erase, every=3600.0),
        Chore("forget old counters", usage.forget, every=3600.0),
    )


async def forget_photos(folder: Path, conversation_id: str) -> None:
    """Delete the photos of a conversation."""
    await asyncio.to_thread(shutil.rmtree, folder / conversation_id, ignore_errors=True)
