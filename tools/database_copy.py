"""Copies a live database to a file and puts such a copy in place: SQLite by its backup interface, Postgres by its own
pg_dump and pg_restore."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from tools.database import Database

FILES = {True: "beacon.db", False: "beacon.dump"}
"""The name of a copy, by whether it is one of SQLite."""


LEAVING_TRIES, LEAVING_SECONDS = 10, 0.2


class CopyFailed(Exception):
    """The database could not be copied or put in place; the sentence says why and what to do."""


async def copy_out(database: Database, folder: Path) -> Path:
    """A consistent copy of the database as it is at one instant, while others write to it. Raises CopyFailed."""
    target = folder / FILES[database.is_sqlite]
    if database.is_sqlite:
        await asyncio.to_thread(_sqlite_copy, _file_of(database), target)
    else:
        await _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


async def put_in_place(database: Database, copy: Path, *, now: datetime) -> Path | None:
    """Make a copy the database. A SQLite file that was there is kept beside it, and its new name returned; in Postgres
    what the copy holds takes the place of what is there, all of it or nothing. Raises CopyFailed."""
    if not database.is_sqlite:
        whole = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        await _run(database, "pg_restore", *whole, f"--dbname={database.name_of_database}", str(copy))
        return None
    return await asyncio.to_thread(_sqlite_in_place, _file_of(database), copy, now)


async def others_here(database: Database) -> int:
    """How many other processes stay connected to a Postgres database; 0 for SQLite, whose server holds a lock.

    A connection that was given back a moment ago is still there for an instant, so leaving ones are waited for.
    """
    if database.is_sqlite:
        return 0
    for _ in range(LEAVING_TRIES):
        if not (found := await _connected(database)):
            return 0
        await asyncio.sleep(LEAVING_SECONDS)
    return found


async def _connected(database: Database) -> int:
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    async with database.glance() as connection:
        return int((await connection.exec_driver_sql(others)).scalar_one())


def _file_of(database: Database) -> Path:
    return Path(make_url(database.url).database or "")


def _sqlite_copy(source: Path, target: Path) -> None:
    """All in one step: a copy in several steps begins anew with every write of the server."""
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy, pages=-1)
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise CopyFailed(f"The database {source} could not be copied ({error}).") from error
    if found != "ok":
        raise CopyFailed(f"The database {source} is damaged ({found}); an older backup may be whole.")


def _sqlite_in_place(file: Path, copy: Path, now: datetime) -> Path | None:
    kept = None
    try:
        if file.exists():
            with closing(sqlite3.connect(file)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            kept = file.with_name(f"{file.name}.before-{now:%Y%m%d-%H%M%S}")
            file.rename(kept)
            for rest in (f"{file}-wal", f"{file}-shm"):
                Path(rest).unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.partial")
        shutil.copyfile(copy, partial)
        partial.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise CopyFailed(
            f"The copy could not be put in place as {file} ({error}). Is there room on the disk?"
        ) from error
    return kept


async def _run(database: Database, command: str, *arguments: str) -> None:
    """Run one of Postgres's own programs; the password goes by its environment, where no list of processes shows it."""
    program = shutil.which(command)
    if program is None:
        raise CopyFailed(
            f"The program {command} is not installed here. It comes with PostgreSQL's client tools "
            "(postgresql-client), in the version of the server or newer."
        )
    url = make_url(database.url)
    environment = os.environ | {
        "PGHOST": url.host or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    process = await asyncio.create_subprocess_exec(
        program, *arguments, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, told = await process.communicate()
    if process.returncode:
        lines = told.decode(errors="replace").strip().splitlines() or ["it did not say why"]
        raise CopyFailed(f"{command} failed: {lines[0]}")
