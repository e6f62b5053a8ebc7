"""Databases as earlier revisions made them, with rows in every table. `python -m tests.old_databases` writes those that
are still missing to tests/data/old; a file there is never made anew: it is what that revision left behind."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
    select,
)
from sqlalchemy.types import TypeEngine

from tools.database import Database
from tools.migrate import _config, migrate

ROOT = Path(__file__).parents[1]
OLD = Path(__file__).parent / "data" / "old"
PACKAGES = ("tools", "assistant", "channels")
ROWS = 3
AT = datetime(2026, 3, 10, 14, tzinfo=UTC)

Rows = dict[str, list[tuple[object, ...]]]


def migrations(package: str) -> Path:
    return ROOT / package / "migrations"


def revisions() -> Iterator[tuple[str, str]]:
    """Every revision of every package, the oldest first."""
    for package in PACKAGES:
        scripts = ScriptDirectory.from_config(_config(migrations(package)))
        yield from ((package, script.revision) for script in reversed(list(scripts.walk_revisions())))


def fill(connection: Connection) -> None:
    """A few rows in every table, each value told apart by its column and row."""
    for table in _tables(connection):
        for number in range(1, ROWS + 1):
            values = {column.name: _value(column.name, column.type, number) for column in table.columns}
            for column in table.columns:
                for key in column.foreign_keys:
                    values[column.name] = _value(key.column.name, key.column.type, number)
            connection.execute(insert(table).values(values))


def kept(connection: Connection, columns: dict[str, list[str]] | None = None) -> Rows:
    """The rows of every table, of these columns."""
    found: Rows = {}
    for table in _tables(connection):
        if columns is not None and table.name not in columns:
            continue
        names = [column.name for column in table.columns] if columns is None else columns[table.name]
        rows = connection.execute(select(*(table.c[name] for name in sorted(names)))).all()
        found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def columns_of(connection: Connection) -> dict[str, list[str]]:
    return {table.name: [column.name for column in table.columns] for table in _tables(connection)}


def _tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if not table.name.startswith("alembic_version")]


def _value(name: str, kind: TypeEngine[object], number: int) -> object:
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, Float):
        return number / 2
    if isinstance(kind, DateTime):
        return AT
    if isinstance(kind, Date):
        return AT.date()
    if isinstance(kind, JSON):
        return {"row": number}
    if isinstance(kind, LargeBinary):
        return f"{name} {number}".encode()
    return f"{name} {number}"[: getattr(kind, "length", None) or 60]


async def _write(package: str, revision: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old.db"
        database = Database(f"sqlite+aiosqlite:///{path}")
        await migrate(database, package, migrations(package), to=revision)
        async with database.write() as connection:
            await connection.run_sync(fill)
        await database.close()
        with sqlite3.connect(path) as old:
            lines = "\n".join(old.iterdump())
    OLD.mkdir(parents=True, exist_ok=True)
    (OLD / f"{package}-{revision}.sql").write_text(f"{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    for each in revisions():
        if not (OLD / f"{each[0]}-{each[1]}.sql").exists():
            asyncio.run(_write(*each))
