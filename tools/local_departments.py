"""What departments do to cases of our own case system, and how it reaches its tables."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tools.case import Case, Change, Status
from tools.case_changes import Changes
from tools.clock import Clock
from tools.crm import CRMUnavailable
from tools.crm_rows import add_event, as_case, as_change, open_case, settle_key, take_key, whole_case, with_history
from tools.crm_tables import cases, events
from tools.database import Database
from tools.local_pickups import release
from tools.migrate import current, migrate
from tools.returned import sent_back

TOLD_AGAIN = 50
"""How many changes before a mark are told again."""

MIGRATIONS = Path(__file__).parent / "migrations"


class LocalDepartments:
    """The tables of the local case system, for those who do the work. Every write and its key commit together."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prepare(self) -> None:
        """Bring the tables up to date."""
        if not await current(self._database, "tools", MIGRATIONS):
            await migrate(self._database, "tools", MIGRATIONS)

    async def send_back(self, case_id: str, *, reason: str, key: str) -> Case:
        """Say for a department that the case is not its own. Raises CaseNotFound, CRMRejected if it is closed."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, Change.RETURNED.value, now) is None:
                case = await open_case(connection, case_id)
                values = {"returned": now, "updated": now}
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))
                await add_event(connection, case_id, Change.RETURNED, sent_back(case, reason), now)
                await settle_key(connection, key, case_id)
            return await whole_case(connection, case_id)

    async def returned(self, *, most: int = 200) -> tuple[Case, ...]:
        """Implements `tools.returned.ReturnedCases`, with histories."""
        waiting = select(cases).where(cases.c.returned.is_not(None)).order_by(cases.c.returned).limit(most)
        async with self._reading() as connection:
            found = tuple(as_case(row) for row in await connection.execute(waiting))
            return await with_history(connection, found)

    async def withdraw(self, case_id: str, *, reason: str, key: str) -> Case:
        """Close a case at its reporter's wish. Raises CaseNotFound, CRMRejected if it is closed already."""
        return await self._end(case_id, Status.CLOSED, Change.WITHDRAWN, reason, key)

    async def close(
        self, case_id: str, *, reason: str, transitioned: bool = False, to: str | None = None, key: str
    ) -> Case:
        """Close a case, or hand it on `to` an agency or department, by its code. Raises CaseNotFound, CRMRejected if
        it is closed already."""
        status, change = (Status.TRANSITIONED, Change.TRANSITIONED) if transitioned else (Status.CLOSED, Change.CLOSED)
        return await self._end(case_id, status, change, reason, key, to=to)

    async def _end(
        self, case_id: str, status: Status, change: Change, reason: str, key: str, *, to: str | None = None
    ) -> Case:
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, change.value, now) is None:
                await open_case(connection, case_id)
                end = {"status": status.value, "closure_reason": reason, "closed": now}
                values = end | {"updated": now, "returned": None}
                await release(connection, case_id)
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))
                await add_event(connection, case_id, change, {"reason": reason} | ({"to": to} if to else {}), now)
                await settle_key(connection, key, case_id)
            return await whole_case(connection, case_id)

    async def schedule(self, case_id: str, *, day: date, key: str) -> Case:
        """Say on which day the work is planned. Raises CaseNotFound, CRMRejected if the case is closed."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, Change.SCHEDULED.value, now) is None:
                await open_case(connection, case_id)
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(updated=now))
                await add_event(connection, case_id, Change.SCHEDULED, {"day": day.isoformat()}, now)
                await settle_key(connection, key, case_id)
            return await whole_case(connection, case_id)

    async def changes(self, mark: str | None, *, most: int = 200) -> Changes:
        """Implements `tools.case_changes.CaseChanges`. Some from before the mark come again: on Postgres a change may
        be committed after one with a higher number."""
        async with self._reading() as connection:
            if mark is None:
                newest = (await connection.execute(select(func.max(events.c.id)))).scalar_one()
                return Changes(changes=(), mark=str(newest or 0))
            query = select(events).where(events.c.id > int(mark) - TOLD_AGAIN).order_by(events.c.id)
            rows = (await connection.execute(query.limit(most + TOLD_AGAIN))).all()
        return Changes(changes=tuple(map(as_change, rows)), mark=str(max([int(mark), *(row.id for row in rows)])))

    async def _cases(self, query: Select[tuple[object, ...]]) -> tuple[Case, ...]:
        with unavailable_when_down():
            async with self._database.glance() as connection:
                return tuple(as_case(row) for row in await connection.execute(query))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with unavailable_when_down():
            async with self._database.write() as connection:
                yield connection

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        with unavailable_when_down():
            async with self._database.read() as connection:
                yield connection


@contextmanager
def unavailable_when_down() -> Iterator[None]:
    """A database that does not answer is a CRM that is unavailable: the same key may be tried again."""
    try:
        yield
    except DBAPIError as error:
        raise CRMUnavailable("The case system's database does not answer just now.") from error
