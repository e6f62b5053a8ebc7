"""The local CRM: cases on our own tables, SQLite or Postgres. The stand-in for the city's systems, and a real one."""

from datetime import date, datetime

from sqlalchemy import insert, select, update

from tools.case import Case, Change, NewCase, Reporter, Status
from tools.case_number import make
from tools.crm import CRMRejected
from tools.crm_rows import (
    add_event,
    add_report,
    new_row,
    open_case,
    place_columns,
    seeded_row,
    settle_key,
    take_key,
    whole_case,
)
from tools.crm_tables import cases, files, keys, reports
from tools.crosswalk import Numbers
from tools.draft import FieldValue
from tools.legacy_queues import SENT_BACK
from tools.local_departments import LocalDepartments
from tools.local_pickups import book, free_days, move
from tools.local_search import box, within
from tools.location import Location
from tools.pickups import PICKUP_DAY
from tools.repeats import opening
from tools.returned import as_service


class LocalCRM(LocalDepartments):
    """Implements `tools.crm.CRM`. Every write and its key commit together."""

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

    async def rebook(self, case_id: str, day: date, *, key: str) -> Case:
        """Implements `tools.pickups.PickUps`."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, "rebook", now) is None:
                case = await open_case(connection, case_id)
                await move(connection, case, day, now)
                answers = case.attributes | {PICKUP_DAY: day.isoformat()}
                values = {"updated": now, "attributes": answers}
                await connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))
                await settle_key(connection, key, case_id)
            return await whole_case(connection, case_id)

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
        if team == SENT_BACK:
            return await self.send_back(case_id, reason=reason, key=key)
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

    async def attach(self, case_id: str, *, name: str, content: bytes, key: str) -> None:
        """Implements `tools.case_files.CaseFiles`."""
        now = self._clock()
        async with self._writing() as connection:
            if await take_key(connection, key, "attach", now) is None:
                await whole_case(connection, case_id)
                row = {"key": key, "case_id": case_id, "name": name, "content": content, "at": now}
                await connection.execute(insert(files).values(row))
                await add_event(connection, case_id, Change.NOTED, {"file": name}, now)
                await settle_key(connection, key, case_id)

    async def seed(self, case: Case, *, reporter: Reporter | None = None) -> None:
        """Put a case that another system opened into the tables, history and all."""
        async with self._writing() as connection:
            await connection.execute(insert(cases).values(**seeded_row(case)))
            await add_report(connection, case.case_id, case.description, reporter, "", case.opened)
            await add_event(connection, case.case_id, Change.CREATED, {}, case.opened)
