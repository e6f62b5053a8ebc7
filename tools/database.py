"""The database: SQLite by default, Postgres with the same code; one writer at a time on SQLite, whole transactions."""

import asyncio
import math
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, DisconnectionError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from tools import sqlite_connection

READERS = 4
BUSY_SECONDS = 30
REST_SECONDS = 1.0
STANDSTILL_SECONDS = 20
"""A process that stands still within a transaction holds its rows no longer than that: Postgres ends its session."""


class DatabaseBroken(Exception):
    """The database cannot be used; the sentence names it and the cure."""


class DatabaseInUse(Exception):
    """Another server process writes this SQLite file."""


class Database:
    """Transactions on one database. On SQLite there is one writing connection and a few readers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._parsed = _parsed(url)
        self.is_sqlite = self._parsed.get_backend_name() == "sqlite"
        self._lock: FileLock | None = None
        if self.is_sqlite and self._parsed.database:
            Path(self._parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._engine(size=1 if self.is_sqlite else 10, writes=True)
        self._reader = self._engine(size=READERS, writes=False) if self.is_sqlite else self._writer

    @property
    def name(self) -> str:
        """The database as it may be told to people: no password."""
        return self._parsed.render_as_string(hide_password=True)

    def _engine(self, *, size: int, writes: bool) -> AsyncEngine:
        given = {} if self.is_sqlite else {"options": f"-c idle_in_transaction_session_timeout={STANDSTILL_SECONDS}s"}
        engine = create_async_engine(
            self._parsed, pool_size=size, max_overflow=0, connect_args=given, hide_parameters=True
        )
        if not self.is_sqlite:
            _ask_after_a_rest(engine)
        if self.is_sqlite:
            event.listen(engine.sync_engine, "do_connect", sqlite_connection.connect)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_writing if writes else _begin_reading)
        return engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """For one statement that only reads: on Postgres without a transaction, which saves two round trips."""
        async with self._reader.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    @asynccontextmanager
    async def write_one(self) -> AsyncIterator[AsyncConnection]:
        """For one statement that writes: on Postgres it commits by itself, which saves two round trips and holds its
        rows only as long as the server needs, however busy this process is."""
        if self.is_sqlite:
            async with self.write() as connection:
                yield connection
            return
        async with self._writer.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: committed whole at the end of the block, or not at all."""
        async with self._writer.begin() as connection:
            yield connection

    async def check(self, *, whole: bool = True) -> None:
        """Raises DatabaseBroken with the cure if the database cannot be opened; `whole` reads a SQLite file through."""
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT count(*) FROM sqlite_master" if self.is_sqlite else "SELECT 1"))
                if self.is_sqlite and whole:
                    answer = (await connection.execute(text("PRAGMA quick_check(1)"))).scalar_one()
                    if answer != "ok":
                        raise DatabaseBroken(f"The database {self.name} is damaged ({answer}). {CURE}")
        except (DatabaseError, OSError, sqlite3.Error) as error:
            cure = CURE if self.is_sqlite else "Please start it, or correct BEACON_DATABASE_URL."
            raise DatabaseBroken(f"The database {self.name} cannot be opened ({_reason(error)}). {cure}") from error

    async def claim(self) -> None:
        """Become the one server process that writes this SQLite file. Raises DatabaseInUse."""
        if not self.is_sqlite or not self._parsed.database or self._parsed.database == ":memory:":
            return
        lock = FileLock(f"{self._parsed.database}.server.lock")
        try:
            await asyncio.to_thread(lock.acquire, timeout=0)
        except Timeout:
            raise DatabaseInUse(
                f"Another Beacon server already uses {self._parsed.database}. Stop it first, or set BEACON_DATA_DIR "
                "to another folder; for several servers at once use PostgreSQL."
            ) from None
        self._lock = lock

    @property
    def name_of_database(self) -> str:
        """The database's own name on its server, or its file."""
        return self._parsed.database or ""

    async def disconnect(self) -> None:
        """Give every connection back; the next use opens new ones."""
        await self._writer.dispose()
        await self._reader.dispose()

    async def close(self) -> None:
        """Give every connection back, and the lock on a SQLite file."""
        await self.disconnect()
        if self._lock is not None:
            self._lock.release()


CURE = "Restore it from a backup, or move it away to start empty; `beacon doctor` tells more."


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseBroken(
            "The setting BEACON_DATABASE_URL is not an address of a database. Please write it like "
            "postgresql+psycopg://user:password@host/name, or leave it out to use a file in the data directory."
        ) from error
    return parsed


def _reason(error: BaseException) -> str:
    """What a driver says went wrong, in one line."""
    said = str(error.orig) if isinstance(error, OperationalError | DatabaseError) and error.orig else str(error)
    return " ".join(said.split()).rstrip(".")


def _ask_after_a_rest(engine: AsyncEngine) -> None:
    """Have a connection that was not used for a moment asked whether it still is one, and replaced if not.

    Asking every time, as `pool_pre_ping` does, made a fifth of all statements; a server that went away and came back
    was away for longer than a moment.
    """
    pool, dialect = engine.sync_engine.pool, engine.dialect

    @event.listens_for(pool, "checkin")
    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(pool, "checkout")
    def ask(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", math.inf) > REST_SECONDS:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own untyped connection
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_writing(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event gives its sync connection
    connection.connection.dbapi_connection.begin_with = "BEGIN IMMEDIATE"


def _begin_reading(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event gives its sync connection
    connection.connection.dbapi_connection.begin_with = "BEGIN"
