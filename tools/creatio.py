"""The City's Creatio as a CRM: cases by OData 4, one case a key, one line of history a change."""

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime
from weakref import WeakValueDictionary

from tools.case import Case, Change, NewCase, Reporter, Status
from tools.clock import Clock
from tools.creatio_changes import CreatioChanges
from tools.creatio_lookups import Lookups, quoted
from tools.creatio_names import CreatioNames
from tools.creatio_pickups import CreatioPickUps
from tools.creatio_reading import CreatioReading
from tools.creatio_rows import expand, new_row, place_columns
from tools.creatio_web import CreatioWeb, Row
from tools.crm import CRMGarbled, CRMRejected
from tools.crosswalk import Numbers
from tools.draft import FieldValue
from tools.local_search import within
from tools.location import Location
from tools.pickups import PICKUP_DAY, moved
from tools.repeats import opening
from tools.returned import as_service
from tools.work_progress import WorkProgress


class CreatioCRM:
    """Implements `tools.crm.CRM`. `services` are Creatio's codes by ours, `work` is who knows of the crews."""

    def __init__(
        self, web: CreatioWeb, names: CreatioNames, services: Mapping[str, str], *, work: WorkProgress | None = None
    ) -> None:
        self._web = web
        self._names = names
        self._services = services
        self._ours = {theirs: ours for ours, theirs in services.items()}
        self._lookups = Lookups(web)
        self._pickups = CreatioPickUps(web, names.pickups) if names.pickups else None
        self._read = CreatioReading(web, names, self._ours, work=work)
        self._doors: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, case: NewCase, *, key: str) -> Case:
        """Open a case. The same key always gives the same case: it is looked for before, and after a failure."""
        async with self._door(key):
            known = await self._read.by_key(key)
            if known is None:
                row = await self._new_row(case) | {self._names.columns.key: key}
                try:
                    known = str((await self._web.create("Case", row))["Id"])
                except KeyError as error:
                    raise CRMGarbled("Creatio opened a case and did not say which.") from error
                except CRMRejected:
                    known = await self._read.by_key(key)  # another process was quicker: the key is unique there
                    if known is None:
                        raise
                await self._web.batch([self._event(known, Change.CREATED, opening(case), f"{key}:created")])
            await self._book(known, case, key)
        return await self._read.whole(known)

    async def _book(self, known: str, case: NewCase, key: str) -> None:
        """Book the confirmed day, once a key, also where an earlier try was cut off behind the case."""
        if self._pickups is None or case.day is None or await self._done(f"{key}:day"):
            return
        day = await self._pickups.book(known, case, self._services[case.service])
        if day is not None:
            await self._web.batch([self._event(known, Change.SCHEDULED, {"day": day.isoformat()}, f"{key}:day")])

    async def free_days(
        self, service: str, location: Location | None, *, system: str, today: date, most: int = 3
    ) -> tuple[date, ...]:
        """Implements `tools.pickups.PickUps`, where the site has entities for it."""
        del system
        if self._pickups is None or service not in self._services:
            return ()
        return await self._pickups.free_days(self._services[service], location, after=today, most=most)

    async def rebook(self, case_id: str, day: date, *, key: str) -> Case:
        """Implements `tools.pickups.PickUps`, where the site has entities for it."""
        row = await self._read.row(case_id)
        case, row_id = await self._read.whole(str(row["Id"])), str(row["Id"])
        if not await self._done(key):
            service = self._services.get(self._open(row).service, "")
            if self._pickups is None or not await self._pickups.move(case, row_id, service, day):
                raise CRMRejected(f"The day {day} cannot be booked for {case_id!r}.")
        answers = json.dumps(case.model_dump(mode="json")["attributes"] | {PICKUP_DAY: day.isoformat()})
        return await self._change(row, Change.SCHEDULED, {self._names.columns.answers: answers}, moved(case, day), key)

    async def by_key(self, key: str) -> Case | None:
        """The case that a key gave already."""
        known = await self._read.by_key(key)
        return None if known is None else await self._read.whole(known)

    def closings(self, clock: Clock) -> CreatioChanges:
        """What staff close there, for news of cases."""
        return CreatioChanges(self._web, self._names, self._ours, clock)

    async def get(self, case_id: str) -> Case:
        """The case by its number, its legacy number or its UUID, with its history. Raises CaseNotFound."""
        return await self._read.whole(str((await self._read.row(case_id))["Id"]))

    async def numbers(self, case_id: str) -> Numbers:
        """Implements `tools.crosswalk.CaseNumbers`."""
        row = await self._read.row(case_id)
        legacy = str(row.get(self._names.columns.legacy_number) or "")
        return Numbers(
            creatio_number=str(row.get("Number")), creatio_id=str(row.get("Id")), legacy_number=legacy or None
        )

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of a service opened since then and within the radius, nearest first."""
        if location.lat is None or location.long is None or service not in self._services:
            return ()
        where = self._read.box(self._services[service], location, radius_m=radius_m, since=since)
        found = await self._read.cases(" and ".join([*where, "Status/IsFinal eq false"]))
        return within([case for case in found if case.status is Status.OPEN], location, radius_m)

    async def ever_near(
        self, service: str, location: Location, *, radius_m: float, since: datetime
    ) -> tuple[Case, ...]:
        """Implements `tools.repeats.RepeatPlaces`; further reports stand under their case and have no place."""
        if location.lat is None or location.long is None or service not in self._services:
            return ()
        where = self._read.box(self._services[service], location, radius_m=radius_m, since=since)
        return within(await self._read.cases(" and ".join(where)), location, radius_m)

    async def reported_by(self, phone: str) -> tuple[Case, ...]:
        """Cases reported with this phone number (E.164), newest first; for a further report the case it belongs to."""
        rows = await self._web.rows(
            "Case",
            filter=f"Contact/MobilePhone eq {quoted(phone)}",
            expand=expand(self._names),
            orderby="RegisteredOn desc",
            top="100",
        )
        found: dict[str, Case] = {}
        for row in rows:
            parent = row.get("ParentCase")
            case = await self.get(parent["Number"]) if isinstance(parent, dict) else self._read.as_case(row)
            found.setdefault(case.case_id, case)
        return tuple(found.values())

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Add a further report: a case of its own under the open one, closed as its duplicate. Raises CaseNotFound;
        CRMRejected if it is closed."""
        async with self._door(key):
            row = await self._read.row(case_id)
            if await self._read.by_key(key) is None:
                parent = self._open(row)
                child: dict[str, object] = {
                    "Subject": row.get("Subject") or parent.service,
                    "Symptoms": words,
                    "ParentCaseId": row["Id"],
                    f"{self._names.columns.service}Id": self._services.get(parent.service),
                    "StatusId": await self._lookups.id_of("CaseStatus", self._names.joined_status),
                    "ClosureCodeId": await self._lookups.id_of("ClosureCode", self._names.joined_closure),
                    "ContactId": await self._lookups.contact(reporter),
                    self._names.columns.key: key,
                }
                added = {"method": "POST", "url": "Case", "body": child}
                await self._web.batch([added, self._event(str(row["Id"]), Change.ADDED_TO, {}, key)])
        return await self._read.whole(str(row["Id"]))

    async def assign(
        self, case_id: str, *, department: str, team: str, reason: str, service: str | None = None, key: str
    ) -> Case:
        """Give the case to a team; the old one stays in the history. Raises CaseNotFound."""
        row = await self._read.row(case_id)
        case = self._read.as_case(row)
        before = case.route
        kept = before.model_dump(mode="json", exclude={"team", "department", "due"}) if before else {}
        values: dict[str, object] = {
            "GroupId": await self._lookups.id_of("SysAdminUnit", team),
            self._names.columns.department: department,
            self._names.columns.route: json.dumps(kept | {"rule": f"assigned:{reason}"}) if before else "",
            **await self._settled(case, service),
        }
        detail = {"from": before.team if before else "", "to": team, "department": department, "reason": reason}
        return await self._change(row, Change.ASSIGNED, values, detail | as_service(service, case), key)

    async def _settled(self, case: Case, service: str | None) -> dict[str, object]:
        """What else changes where a case was sent back, or taken for the wrong service."""
        if service is not None and service not in self._services:
            raise CRMRejected(f"The service {service!r} is not in Creatio yet.")
        under_way = await self._lookups.id_of("CaseStatus", self._names.assigned_status) if case.returned else None
        moved: dict[str, object] = {f"{self._names.columns.service}Id": self._services[service]} if service else {}
        return moved | ({"StatusId": under_way} if under_way else {})

    async def returned(self, *, most: int = 200) -> tuple[Case, ...]:
        """Implements `tools.returned.ReturnedCases`, without histories."""
        where = f"Status/Name eq {quoted(self._names.returned_status)}"
        asked = {"filter": where, "expand": expand(self._names), "orderby": "ModifiedOn asc", "top": str(most)}
        return tuple(self._read.as_case(row) for row in await self._web.rows("Case", **asked))

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
        row = await self._read.row(case_id)
        case = self._read.as_case(row)
        merged = case.model_copy(update={"attributes": case.attributes | (attributes or {})})
        values: dict[str, object] = {
            self._names.columns.answers: json.dumps(merged.model_dump(mode="json")["attributes"])
        }
        values |= place_columns(location, self._names) if location else {}
        values |= {"Symptoms": f"{case.description}\n{words}"} if words else {}
        changed = [*(attributes or {}), *(["location"] if location else []), *(["words"] if words else [])]
        return await self._change(row, Change.AMENDED, values, {"changed": ", ".join(changed)}, key, still_open=True)

    async def withdraw(self, case_id: str, *, reason: str, key: str) -> Case:
        """Close a case at its reporter's wish. Raises CaseNotFound, CRMRejected if it is closed already."""
        row = await self._read.row(case_id)
        values = {"StatusId": await self._lookups.id_of("CaseStatus", self._names.withdrawn_status), "Solution": reason}
        withdrawn = await self._change(row, Change.WITHDRAWN, values, {"reason": reason}, key, still_open=True)
        if self._pickups is not None:
            await self._pickups.release(str(row["Id"]))
        return withdrawn

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Open a closed case again. Raises CaseNotFound, CRMRejected if it is open."""
        row = await self._read.row(case_id)
        if self._read.as_case(row).status is Status.OPEN and not await self._done(key):
            raise CRMRejected(f"The case {case_id!r} is open already.")
        values = {"StatusId": await self._lookups.id_of("CaseStatus", self._names.reopened_status), "Solution": ""}
        return await self._change(row, Change.REOPENED, values, {"reason": reason}, key)

    async def attach(self, case_id: str, *, name: str, content: bytes, key: str) -> None:
        """Attach a file to a case, once a key. Raises CaseNotFound."""
        row = await self._read.row(case_id)
        async with self._door(key):
            if await self._done(key):
                return
            kept = await self._web.create("CaseFile", {"Name": name, "CaseId": row["Id"]})
            await self._web.upload(f"CaseFile({kept['Id']})/Data", content)
            await self._web.batch([self._event(str(row["Id"]), Change.NOTED, {"file": name}, key)])

    async def _change(
        self,
        row: Row,
        change: Change,
        values: Mapping[str, object],
        detail: dict[str, str],
        key: str,
        *,
        still_open: bool = False,
    ) -> Case:
        """Change a case and write its history in one batch, once a key."""
        async with self._door(key):
            if not await self._done(key):
                if still_open:
                    self._open(row)
                changed = {"method": "PATCH", "url": f"Case({row['Id']})", "body": dict(values)}
                await self._web.batch([changed, self._event(str(row["Id"]), change, detail, key)])
        return await self._read.whole(str(row["Id"]))

    def _event(self, row_id: str, change: Change, detail: dict[str, str], key: str) -> Row:
        told = self._names.event
        body = {
            f"{told.case}Id": row_id,
            told.key: key,
            told.change: change.value,
            told.detail: json.dumps(detail),
        }
        return {"method": "POST", "url": told.entity, "body": body}

    async def _done(self, key: str) -> bool:
        told = self._names.event
        return bool(await self._web.rows(told.entity, filter=f"{told.key} eq {quoted(key)}", select="Id", top="1"))

    def _open(self, row: Row) -> Case:
        case = self._read.as_case(row)
        if case.status is not Status.OPEN:
            raise CRMRejected(f"The case {case.case_id!r} is {case.status.value} already.")
        return case

    async def _new_row(self, case: NewCase) -> dict[str, object]:
        if case.service not in self._services:
            raise CRMRejected(f"The service {case.service!r} is not in Creatio yet.")
        return {
            **new_row(case, self._names),
            f"{self._names.columns.service}Id": self._services[case.service],
            "StatusId": await self._lookups.id_of("CaseStatus", self._names.new_status),
            "PriorityId": await self._lookups.id_of("CasePriority", self._names.priorities[case.route.priority]),
            "GroupId": await self._lookups.id_of("SysAdminUnit", case.route.team),
            "ContactId": await self._lookups.contact(case.reporter),
        }

    def _door(self, key: str) -> asyncio.Lock:
        """Within this process one task at a time works on a key."""
        return self._doors.setdefault(key, asyncio.Lock())
