"""The City's Creatio as a CRM: cases by OData 4, one case a key, one line of history a change."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from math import cos, radians
from weakref import WeakValueDictionary

from tools.case import Case, Change, NewCase, Reporter, Status
from tools.clock import Clock
from tools.creatio_changes import CreatioChanges
from tools.creatio_lookups import Lookups, is_uuid, moment, quoted
from tools.creatio_names import CreatioNames
from tools.creatio_rows import as_case, as_event, expand, new_row, place_columns
from tools.creatio_web import CreatioWeb, Row
from tools.crm import CaseNotFound, CRMError, CRMGarbled, CRMRejected
from tools.distance import METRES_PER_DEGREE, distance_m
from tools.draft import FieldValue
from tools.location import Location
from tools.work_progress import WorkProgress

SKEW = timedelta(minutes=5)
"""Creatio's clock and ours may differ by so much: searches by time reach that much further."""

MOST_NEAR = 500


class CreatioCRM:
    """Implements `tools.crm.CRM`. `services` are Creatio's codes by ours, `work` is who knows of the crews."""

    def __init__(
        self, web: CreatioWeb, names: CreatioNames, services: Mapping[str, str], *, work: WorkProgress | None = None
    ) -> None:
        self._work = work
        self._web = web
        self._names = names
        self._services = services
        self._ours = {theirs: ours for ours, theirs in services.items()}
        self._lookups = Lookups(web)
        self._doors: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, case: NewCase, *, key: str) -> Case:
        """Open a case. The same key always gives the same case: it is looked for before, and after a failure."""
        async with self._door(key):
            known = await self._by_key(key)
            if known is None:
                row = await self._new_row(case) | {self._names.columns.key: key}
                try:
                    known = str((await self._web.create("Case", row))["Id"])
                except KeyError as error:
                    raise CRMGarbled("Creatio opened a case and did not say which.") from error
                except CRMRejected:
                    known = await self._by_key(key)  # another process was quicker: the key is unique there
                    if known is None:
                        raise
                where = {"team": case.route.team, "department": case.route.department, "rule": case.route.rule}
                await self._web.batch([self._event(known, Change.CREATED, where, f"{key}:created")])
        return await self._whole(known)

    async def by_key(self, key: str) -> Case | None:
        """The case that a key gave already."""
        known = await self._by_key(key)
        return None if known is None else await self._whole(known)

    def closings(self, clock: Clock) -> CreatioChanges:
        """What staff close there, for news of cases."""
        return CreatioChanges(self._web, self._names, self._ours, clock)

    async def get(self, case_id: str) -> Case:
        """The case by its number, its legacy number or its UUID, with its history. Raises CaseNotFound."""
        return await self._whole(str((await self._row(case_id))["Id"]))

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of a service opened since then and within the radius, nearest first."""
        if location.lat is None or location.long is None or service not in self._services:
            return ()
        high = radius_m / METRES_PER_DEGREE
        wide, own = high / cos(radians(location.lat)), self._names.columns
        where = [
            f"{own.service}/Id eq {self._services[service]}",
            "Status/IsFinal eq false",
            f"{own.latitude} ge {location.lat - high:.7f}",
            f"{own.latitude} le {location.lat + high:.7f}",
            f"{own.longitude} ge {location.long - wide:.7f}",
            f"{own.longitude} le {location.long + wide:.7f}",
            f"RegisteredOn ge {moment(since - SKEW)}",
        ]
        found = [case for case in await self._cases(" and ".join(where)) if case.status is Status.OPEN]
        placed = [(distance_m(location, case.location), case) for case in found if case.location is not None]
        return tuple(case for away, case in sorted(placed, key=lambda pair: pair[0]) if away <= radius_m)

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
            case = await self.get(parent["Number"]) if isinstance(parent, dict) else self._as_case(row)
            found.setdefault(case.case_id, case)
        return tuple(found.values())

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Add a further report: a case of its own under the open one, closed as its duplicate. Raises CaseNotFound;
        CRMRejected if it is closed."""
        async with self._door(key):
            row = await self._row(case_id)
            if await self._by_key(key) is None:
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
        return await self._whole(str(row["Id"]))

    async def assign(self, case_id: str, *, department: str, team: str, reason: str, key: str) -> Case:
        """Give the case to a team; the old one stays in the history. Raises CaseNotFound."""
        row = await self._row(case_id)
        before = self._as_case(row).route
        kept = before.model_dump(mode="json", exclude={"team", "department", "due"}) if before else {}
        values: dict[str, object] = {
            "GroupId": await self._lookups.id_of("SysAdminUnit", team),
            self._names.columns.department: department,
            self._names.columns.route: json.dumps(kept | {"rule": f"assigned:{reason}"}) if before else "",
        }
        detail = {"from": before.team if before else "", "to": team, "department": department, "reason": reason}
        return await self._change(row, Change.ASSIGNED, values, detail, key)

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
        row = await self._row(case_id)
        case = self._as_case(row)
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
        row = await self._row(case_id)
        values = {"StatusId": await self._lookups.id_of("CaseStatus", self._names.withdrawn_status), "Solution": reason}
        return await self._change(row, Change.WITHDRAWN, values, {"reason": reason}, key, still_open=True)

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Open a closed case again. Raises CaseNotFound, CRMRejected if it is open."""
        row = await self._row(case_id)
        if self._as_case(row).status is Status.OPEN and not await self._done(key):
            raise CRMRejected(f"The case {case_id!r} is open already.")
        values = {"StatusId": await self._lookups.id_of("CaseStatus", self._names.reopened_status), "Solution": ""}
        return await self._change(row, Change.REOPENED, values, {"reason": reason}, key)

    async def attach(self, case_id: str, *, name: str, content: bytes, key: str) -> None:
        """Attach a file to a case, once a key. Raises CaseNotFound."""
        row = await self._row(case_id)
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
        return await self._whole(str(row["Id"]))

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

    async def _by_key(self, key: str) -> str | None:
        where = f"{self._names.columns.key} eq {quoted(key)}"
        found = await self._web.rows("Case", filter=where, select="Id", orderby="RegisteredOn asc", top="1")
        return str(found[0]["Id"]) if found else None

    async def _row(self, case_id: str) -> Row:
        number = quoted(case_id)
        named = f"Number eq {number} or {self._names.columns.legacy_number} eq {number}"
        where = f"Id eq {case_id.lower()}" if is_uuid(case_id) else named
        rows = await self._web.rows("Case", filter=where, expand=expand(self._names), top="1")
        if not rows:
            raise CaseNotFound(case_id)
        return rows[0]

    async def _whole(self, row_id: str) -> Case:
        """The case with its history and how many reports stand under it, in one call."""
        told = self._names.event
        case, events, children = await self._web.batch(
            [
                _asks("Case", filter=f"Id eq {row_id}", expand=expand(self._names), top="1"),
                _asks(told.entity, filter=f"{told.case}/Id eq {row_id}", orderby="CreatedOn asc", top="1000"),
                _asks("Case", filter=f"ParentCase/Id eq {row_id}", select="Id", count="true", top="1"),
            ]
        )
        try:
            row, history = case["value"][0], tuple(as_event(each, self._names) for each in events["value"])
            reports = 1 + int(children["@odata.count"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise CRMGarbled("Creatio gave a case that makes no sense.") from error
        whole = as_case(row, self._names, self._ours, reports=reports)
        with suppress(CRMError):  # a case is told without its crews' progress rather than not at all
            history += await self._work.events(whole.case_id) if self._work else ()
        return whole.model_copy(update={"history": tuple(sorted(history, key=lambda event: event.at))})

    async def _cases(self, where: str) -> list[Case]:
        rows = await self._web.rows("Case", filter=where, expand=expand(self._names), top=str(MOST_NEAR))
        return [self._as_case(row) for row in rows]

    def _as_case(self, row: Row) -> Case:
        return as_case(row, self._names, self._ours)

    def _open(self, row: Row) -> Case:
        case = self._as_case(row)
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


def _asks(entity: str, **options: str) -> Row:
    told = "&".join(f"${name}={value}" for name, value in options.items())
    return {"method": "GET", "url": f"{entity}?{told}"}
