"""Brings a package's tables up to date. Each package has a migrations folder and a version table of its own."""

from pathlib import Path

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from tools.database import Database, DatabaseBroken


async def migrate(database: Database, package: str, folder: Path, *, to: str = "head") -> None:
    """Run the migrations that are still missing, all or up to a revision, in one transaction. Raises DatabaseBroken for
    a newer schema."""
    await database.check()
    scripts = ScriptDirectory.from_config(_config(folder))
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(311)"))
        await connection.run_sync(_upgrade, scripts, f"alembic_version_{package}", database.name, to)


async def current(database: Database, package: str, folder: Path) -> bool:
    """Whether the package's tables are at the newest revision."""
    newest = ScriptDirectory.from_config(_config(folder)).get_current_head()
    table = f"alembic_version_{package}"
    async with database.read() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table(table)):
            return False
        found = (await connection.execute(text(f"SELECT version_num FROM {table}"))).scalar_one_or_none()  # noqa: S608
    return found == newest


def oldest_revision(folder: Path) -> str:
    """The revision that the first release of a package left behind."""
    return str(ScriptDirectory.from_config(_config(folder)).get_base())


def known_revisions(folder: Path) -> frozenset[str]:
    """The revisions that this release of a package knows."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config(folder)).walk_revisions())


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection, scripts: ScriptDirectory, table: str, name: str, to: str) -> None:
    def steps(revision: tuple[str, ...], _context: MigrationContext) -> list[object]:
        known = {script.revision for script in scripts.walk_revisions()}
        if stranger := set(revision) - known:
            raise DatabaseBroken(
                f"The database {name} was written by a newer Beacon (schema {', '.join(sorted(stranger))}). "
                "Please install that version again, or restore a backup made by this one."
            )
        return list(scripts._upgrade_revs(to, revision))  # type: ignore[arg-type] # takes heads as a tuple too

    context = MigrationContext.configure(connection, opts={"version_table": table, "fn": steps})
    with Operations.context(context):
        context.run_migrations()
