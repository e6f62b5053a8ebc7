"""Backs up a live system to a folder, and restores it: the database, photos, and what staff wrote; not what is rebuilt
from them at a start (index, models), and no keys."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import AwareDatetime, ValidationError
from sqlalchemy import inspect, text

from assistant.settings import Settings
from tools.clock import Clock
from tools.database import Database
from tools.database_copy import FILES, copy_out, others_here, put_in_place
from tools.migrate import known_revisions
from tools.value import Value

MANIFEST = "manifest.json"
DATA = "data"
"""The folder of a backup that holds what was in the data directory."""

REBUILT = frozenset(("index", "models", "vectors", "gate", "measured"))
SECRET = frozenset(("desk.key",))
COUNTED = ("conversation", "message", "turn", "crm_case")
Progress = Callable[[int, int], None]


class BackupRefused(Exception):
    """A backup that cannot be made, or one that must not be restored; the sentence says why and what to do."""


class Kept(Value):
    """A file of a backup."""

    path: str
    size: int
    sha256: str


class Manifest(Value):
    """What a backup holds, and what it was made of. `rows` were counted after the copy was made, for people."""

    made: AwareDatetime
    release: str
    sqlite: bool
    schemas: dict[str, str]
    rows: dict[str, int]
    files: tuple[Kept, ...]


async def back_up(
    settings: Settings, database: Database, folder: Path, *, clock: Clock, progress: Progress
) -> Manifest:
    """Write a backup to a new folder while the system runs; the folder is there only once it is whole.

    Raises BackupRefused, CopyFailed, OSError.
    """
    if await asyncio.to_thread(folder.exists):
        raise BackupRefused(f"There is a {folder} already. Please name a new folder; a backup never overwrites one.")
    await database.check(whole=False)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        await copy_out(database, partial)
        await asyncio.to_thread(_copy_data, settings.data_dir, partial / DATA, database)
        files = await asyncio.to_thread(_listed, partial, progress)
        manifest = Manifest(
            made=clock(),
            release=version("beacon311"),
            sqlite=database.is_sqlite,
            schemas=await _schemas(database),
            rows=await _rows(database),
            files=files,
        )
        (partial / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return manifest


async def restore(
    settings: Settings, database: Database, folder: Path, *, replace: bool, clock: Clock, progress: Progress
) -> tuple[Manifest, Path | None]:
    """Put a backup in place of what is there; the next start brings its tables to this release. Returns the manifest
    and the SQLite file that was set aside.

    Every file is verified first, so a damaged backup changes nothing. Raises BackupRefused, CopyFailed, DatabaseInUse.
    """
    manifest = await asyncio.to_thread(verified, folder, progress)
    if manifest.sqlite != database.is_sqlite:
        kinds = ("SQLite", "PostgreSQL") if manifest.sqlite else ("PostgreSQL", "SQLite")
        raise BackupRefused(f"This backup is one of {kinds[0]} and cannot be restored to {kinds[1]}.")
    _check_schemas(manifest)
    await database.claim()
    await database.disconnect()
    if others := await others_here(database):
        raise BackupRefused(
            f"{others} other connections use {database.name}. Please stop all servers and workers, then restore."
        )
    if not replace and await _in_use(database):
        raise BackupRefused(
            f"{database.name} holds a system already. To put the backup in its place, restore with --replace."
        )
    await database.disconnect()
    aside = await put_in_place(database, folder / FILES[manifest.sqlite], now=clock())
    if (folder / DATA).exists():
        await asyncio.to_thread(shutil.copytree, folder / DATA, settings.data_dir, dirs_exist_ok=True)
    return manifest, aside


def verified(folder: Path, progress: Progress) -> Manifest:
    """The manifest of a backup of which every file is as it was written. Raises BackupRefused."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise BackupRefused(
            f"{folder} is no backup: it has no {MANIFEST}. A backup that was broken off has none."
        ) from error
    except ValidationError as error:
        raise BackupRefused(f"{folder / MANIFEST} is damaged. Please take another backup.") from error
    for number, kept in enumerate(manifest.files, start=1):
        file = folder / kept.path
        if not file.is_file() or (file.stat().st_size, _digest(file)) != (kept.size, kept.sha256):
            raise BackupRefused(f"{file} is not as it was written. Nothing was restored; please take another backup.")
        progress(number, len(manifest.files))
    return manifest


def _copy_data(data_dir: Path, target: Path, database: Database) -> None:
    """Photos, drafts of articles, imported files, and the records of evaluations."""
    database_file = FILES[True] if database.is_sqlite else ""

    def unwanted(folder: str, names: list[str]) -> set[str]:
        top = Path(folder) == data_dir
        own = {name for name in names if database_file and name.startswith(database_file)}
        passing = {name for name in names if name.endswith((".lock", ".partial"))}
        return passing | (own | (set(names) & (REBUILT | SECRET)) if top else set())

    if data_dir.exists():
        shutil.copytree(data_dir, target, ignore=unwanted)


def _listed(folder: Path, progress: Progress) -> tuple[Kept, ...]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = []
    for number, path in enumerate(files, start=1):
        kept = Kept(path=str(path.relative_to(folder)), size=path.stat().st_size, sha256=_digest(path))
        listed.append(kept)
        progress(number, len(files))
    return tuple(listed)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_schemas(manifest: Manifest) -> None:
    packages = Path(__file__).parents[1]
    for package, revision in manifest.schemas.items():
        if revision not in known_revisions(packages / package / "migrations"):
            raise BackupRefused(
                f"This backup was made by a newer Beacon ({manifest.release}, schema {revision} of {package}). "
                "Please install that release, then restore."
            )


async def _schemas(database: Database) -> dict[str, str]:
    """The revision of every package that has tables."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        found = {}
        for name in names:
            if name.startswith("alembic_version_"):
                revision = await connection.execute(text(f"SELECT version_num FROM {name}"))  # noqa: S608 - a table's name
                found[name.removeprefix("alembic_version_")] = str(revision.scalar_one())
    return found


async def _rows(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        names = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        counted = {}
        for name in COUNTED:
            if name in names:
                rows = await connection.execute(text(f"SELECT count(*) FROM {name}"))  # noqa: S608 - our own names
                counted[name] = int(rows.scalar_one())
    return counted


async def _in_use(database: Database) -> bool:
    return bool(await _schemas(database))


def told(manifest: Manifest, made: datetime | None = None) -> str:
    """A backup in a line."""
    size = sum(each.size for each in manifest.files) / 1e6
    rows = ", ".join(f"{count:,} {name.replace('crm_', '')}s" for name, count in manifest.rows.items())
    return f"{made or manifest.made:%Y-%m-%d %H:%M} · {len(manifest.files)} files, {size:,.1f} MB · {rows}"
