"""SQLite behind SQLAlchemy with one hand-over to the connection's thread a statement, where the driver takes five."""

from collections import deque
from typing import Any, NamedTuple

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import await_only, immutabledict

# A hand-over between the event loop and the thread costs up to 0.1 ms on a machine that was idle, and a turn has
# about thirty statements. SQLAlchemy's adapter opens a cursor, runs, fetches and closes in four hand-overs, with a
# fifth for BEGIN; here all of it happens in the thread at once.


class Told(NamedTuple):
    """What is left of a driver's cursor after its statement."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that lives only while its statement runs: rows, names and counts stay, the driver's own is closed."""

    __slots__ = ()
    _adapt_connection: Any
    _cursor: Any

    def __init__(self, connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = connection
        self._connection = connection._connection
        self._soft_closed_memoized = immutabledict()
        self._cursor, self._rows = Told(), deque()

    def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is left open after a statement."""

    async def _execute_async(self, operation: Any, parameters: Any) -> None:  # noqa: ANN401 - the driver's own
        await self._at_once("execute", operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:  # noqa: ANN401
        await self._at_once("executemany", operation, seq_of_parameters)

    async def _at_once(self, how: str, operation: str, parameters: Any) -> None:  # noqa: ANN401
        def run() -> tuple[Told, list[Any]]:
            raw = self._adapt_connection._connection._conn
            if self._adapt_connection.begin_with is not None:
                raw.execute(self._adapt_connection.begin_with)
                self._adapt_connection.begin_with = None
            cursor = getattr(raw, how)(operation, parameters)
            rows = cursor.fetchall() if cursor.description else []
            told = Told(cursor.description, cursor.rowcount, cursor.lastrowid)
            cursor.close()
            return told, rows

        async with self._adapt_connection._execute_mutex:
            self._cursor, rows = await self._adapt_connection._connection._execute(run)
            self._rows = deque(rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    """A connection whose transaction begins with its first statement and that asks for no rollback of nothing."""

    __slots__ = ("begin_with",)
    _cursor_cls: Any = Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:  # noqa: ANN401 - the driver's own untyped connection
        super().__init__(dbapi, connection)
        self.begin_with: str | None = None

    def rollback(self) -> None:
        """Undo what the transaction did, if one is open."""
        self.begin_with = None
        if self._connection._connection and self._connection.in_transaction:
            super().rollback()

    def commit(self) -> None:
        """Keep what the transaction did, if one is open."""
        self.begin_with = None
        if self._connection._connection and self._connection.in_transaction:
            super().commit()


def connect(dialect: Dialect, _record: object, arguments: Any, options: Any) -> Connection:  # noqa: ANN401
    """For SQLAlchemy's `do_connect` event: one such connection on the dialect's own driver."""
    driver: Any = dialect.dbapi
    opening = driver.aiosqlite.connect(*arguments, **options)
    opening._thread.daemon = True
    return Connection(driver, await_only(opening))
