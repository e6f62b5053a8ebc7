"""The local CRM: cases on our own tables, SQLite or Postgres. The stand-in for the city's systems, and a real one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tools.case import Case, Change, NewCase, Reporter, Status
from tools.case_changes import Changes
from tools.case_number import make
from tools.clock import Clock
from tools.crm import CRMRejected, CRMUnavailable
from tools.crm_rows import (
    add_event,
    add_report,
    as_case,
    as_change,
    new_row,
    open_case,
    place_columns,
    seeded_row,
    settle_key,
    take_key,
    whole_case,
    with_history,
)
from tools.crm_tables import cases, events, keys, reports
from tools.crosswalk import Numbers
from tools.database import Database
from tools.draft import FieldValue
from tools.local_pickups import book, free_days, release
from tools.local_search import box, within
from tools.location import Location
from tools.migrate import current, migrate
from tools.repeats import opening
from tools.returned import as_service, sent_back

TOLD_AGAIN = 50
"""How many changes before a mark are told again."""

MIGRATIONS = Path(__file__).parent / "migrations"


class LocalCRM:
    """Implements `tools.crm.CRM`. Every write and its key commit together."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prepare(self) -> None:
        """Bring the tables up to date."""
        if not await current(self._database, "tools", MIGRATIONS):
            await migrate(self._database, "tools", MIGRATIONS)

    async def create(self, case: NewCase, *, key: str) -> Case:
        """Open a case. The same key always gives the same case."""
        now = self._clock()
        async with self._writing() as connection:
            known = await take_key(connection, key, "create", now)
            if known is None:
                row = insert(cases).values(**new_row(case, now)).returning(cases.c.id)
                running = (await connection.execute(row)).scalar_one()
                known = make(running)
                await connection.execute(update(cases).where(cases.c.id == running).values(case_id=known))
                await add_report(connection, known, case.description, case.reporter, case.channel, now)
                await add_event(connection, known, Change.CREATED, opening(case), now)
                await book(connection, known, case, now)
                await settle_key(connection, key, known)
            return await whole_case(connection, known)

    async def by_key(self, key: str) -> Case | None:
        """The case that a key gave already."""
        async with self._reading() as connection:
            known = (await connection.execute(select(keys.c.case_id).where(keys.c.key == key))).scalar_one_or_none()
            return await whole_case(connection, known) if known else None

    async def get(self, case_id: str) -> Case:
        """The case with its history, oldest first. Raises CaseNotFound."""
        async with self._reading() as connection:
            return await whole_case(connection, case_id)

    async def numbers(self, case_id: str) -> Numbers:
        """Implements `tools.crosswalk.CaseNumbers`: a case of ours has the one that it was given."""
        return Numbers(legacy_number=(await self.get(case_id)).case_id)

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of a service opened since then and within the radius, nearest first."""
        if location.lat is None or location.long is None:
            return ()
        query = box(service, location.lat, location.long, radius_m=radius_m, since=since, statuses=(Status.OPEN,))
        return within(await self._cases(query), location, radius_m)

    async def ever_near(
        self, service: str, location: Location, *, radius_m: float, since: datetime
    ) -> tuple[Case, ...]:
        """Implements `tools.repeats.RepeatPlaces`."""
        if location.lat is None or location.long is None:
            return ()
        query = box(service, location.lat, location.long, radius_m=radius_m, since=since, statuses=Status)
        return within(await self._cases(query), location, radius_m)

    async def free_days(
        self, service: str, location: Location | None, *, system: str, today: date, most: int = 3
    ) -> tuple[date, ...]:
        """Implements `tools.pickups.PickUps`."""
        del system
        async with self._reading() as connection:
            return await free_days(connection, service, location, today=today, most=most)

    async def reported_by(self, phone: str) -> tuple[Case, ...]:
        """Cases reported with this phone number (E.164), newest first."""
        own = select(reports.c.case_id).where(reports.c.phone == phone)
        return await self._cases(
            select(cases).where(cases.c.case_id.in_(own)).order_by(cases.c.opened.desc(), cases.c.id.desc())
        )

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Add a further report to an open case. Raises CaseNotFound; CRMRejected if it is closed."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, "add_report", now) is not None:
                return await whole_case(connection, case_id)
            await open_case(connection, case_id)
            await add_report(connection, case_id, words, reporter, "", now)
            await add_event(connection, case_id, Change.ADDED_TO, {}, now)
            await settle_key(connection, key, case_id)
            case = await whole_case(connection, case_id)
            # Last: whoever else reports the same thing in a storm waits for this row from here on.
            still_open = update(cases).where(cases.c.case_id == case_id, cases.c.status == Status.OPEN.value)
            count = still_open.values(reports=cases.c.reports + 1, updated=now).returning(cases.c.reports)
            reports_now = (await connection.execute(count)).scalar_one_or_none()
            if reports_now is None:
                raise CRMRejected(f"The case {case_id!r} was closed meanwhile.")
        return case.model_copy(update={"reports": reports_now, "updated": now})

    async def assign(
        self, case_id: str, *, department: str, team: str, reason: str, service: str | None = None, key: str
    ) -> Case:
        """Give the case to a team; the old one stays in the history. Raises CaseNotFound."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, "assign", now) is None:
                case = await whole_case(connection, case_id)
                given = {"department": department, "team": team, "rule": f"assigned:{reason}"}
                route = case.route.model_copy(update=given).model_dump(mode="json") if case.route else None
                values = {"route": route, "service": service or case.service, "returned": None, "updated": now}
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))
                before = case.route.team if case.route else ""
                detail = {"from": before, "to": team, "department": department, "reason": reason}
                await add_event(connection, case_id, Change.ASSIGNED, detail | as_service(service, case), now)
                await settle_key(connection, key, case_id)
            return await whole_case(connection, case_id)

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

    async def amend(
        self,
        case_id: str,
        *,
        location: Location | None = None,
        attributes: dict[str, FieldValue] | None = None,
        words: str | None = None,
        key: str,
    ) -> Case:
        """Correct or complete an open case; given attributes are merged in. Raises CaseNotFound, CRMRejected."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, "amend", now) is None:
                case = await open_case(connection, case_id)
                values: dict[str, object] = {"updated": now, "attributes": case.attributes | (attributes or {})}
                if location is not None:
                    values |= place_columns(location)
                if words:
                    values["description"] = f"{case.description}\n{words}"
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))
                changed = ", ".join(
                    [*(attributes or {}), *(["location"] if location else []), *(["words"] if words else [])]
                )
                await add_event(connection, case_id, Change.AMENDED, {"changed": changed}, now)
                await settle_key(connection, key, case_id)
            return await whole_case(connection, case_id)

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

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Open a closed case again. Raises CaseNotFound, CRMRejected if it is open."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, Change.REOPENED.value, now) is None:
                if (await whole_case(connection, case_id)).status is Status.OPEN:
                    raise CRMRejected(f"The case {case_id!r} is open already.")
                values = {"status": Status.OPEN.value, "closure_reason": None, "closed": None, "updated": now}
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))
                await add_event(connection, case_id, Change.REOPENED, {"reason": reason}, now)
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

    async def seed(self, case: Case, *, reporter: Reporter | None = None) -> None:
        """Put a case that another system opened into the tables, history and all."""
        async with self._writing() as connection:
            await connection.execute(insert(cases).values(**seeded_row(case)))
            await add_report(connection, case.case_id, case.description, reporter, "", case.opened)
            await add_event(connection, case.case_id, Change.CREATED, {}, case.opened)

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
