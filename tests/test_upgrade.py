"""Upgrades: from every earlier schema the tables become today's and every row is kept; a newer one is refused."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.old_databases import OLD, columns_of, fill, kept, migrations, revisions
from tools.database import Database, DatabaseBroken
from tools.migrate import current, migrate

REVISIONS = list(revisions())
named = pytest.mark.parametrize(("package", "revision"), REVISIONS, ids=[f"{each[0]}-{each[1]}" for each in REVISIONS])


@named
async def test_a_committed_old_file_becomes_todays_with_every_row(package: str, revision: str, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        old.executescript((OLD / f"{package}-{revision}.sql").read_text(encoding="utf-8"))
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.read() as connection:
        columns = await connection.run_sync(columns_of)
        before = await connection.run_sync(kept, columns)

    await migrate(database, package, migrations(package))

    async with database.read() as connection:
        after = await connection.run_sync(kept, columns)
    assert any(before.values())
    assert after == before
    assert await current(database, package, migrations(package))
    await database.close()


@named
async def test_an_old_schema_on_either_database_becomes_todays_with_every_row(
    package: str, revision: str, database: Database
) -> None:
    await migrate(database, package, migrations(package), to=revision)
    async with database.write() as connection:
        await connection.run_sync(fill)
        columns = await connection.run_sync(columns_of)
        before = await connection.run_sync(kept, columns)

    await migrate(database, package, migrations(package))

    async with database.read() as connection:
        after = await connection.run_sync(kept, columns)
    assert after == before
    assert await current(database, package, migrations(package))


async def test_a_schema_of_a_newer_release_is_refused_and_left_as_it_is(sqlite: Database) -> None:
    await migrate(sqlite, "tools", migrations("tools"))
    async with sqlite.write() as connection:
        await connection.execute(text("UPDATE alembic_version_tools SET version_num = 't900'"))

    with pytest.raises(DatabaseBroken, match="written by a newer Beacon"):
        await migrate(sqlite, "tools", migrations("tools"))

    async with sqlite.read() as connection:
        left = (await connection.execute(text("SELECT version_num FROM alembic_version_tools"))).scalar_one()
    assert left == "t900"
