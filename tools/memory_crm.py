"""A CRM in memory, shipped for scenarios and tests: keeps the port's promises, and fails on demand."""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from pydantic import Field as Limits

from tools.case import Case, CaseEvent, Change, NewCase, Reporter, Status
from tools.case_changes import CaseChange, Changes
from tools.case_number import make
from tools.clock import Clock
from tools.crm import CaseNotFound, CRMGarbled, CRMRejected, CRMUnavailable
from tools.draft import FieldValue
from tools.legacy_queues import SENT_BACK
from tools.local_search import within
from tools.location import Location
from tools.repeats import opening
from tools.returned import as_service, sent_back
from tools.value import Value

Point = Literal["create", "get", "search", "add"]


class Fault(Value):
    """A failure to play: where, what, and how often (`always` without an end)."""

    at: Point
    error: Literal["unavailable", "timeout", "rejected", "garbage"]
    times: int | Literal["always"] = Limits(default=1)


class MemoryCRM:
    """Implements `tools.crm.CRM` in memory. A time-out happens after the write was taken, as it does in life."""

    def __init__(self, clock: Clock, *, faults: Iterable[Fault] = ()) -> None:
        self._clock = clock
        self.cases: dict[str, Case] = {}
        self.reporters: dict[str, list[Reporter]] = {}
        self.words: dict[str, list[str]] = {}
        self._keys: dict[str, str] = {}
        self._happened: list[CaseChange] = []
        self._faults = list(faults)
        self._lock = asyncio.Lock()

    def seed(self, case: Case, *, reporter: Reporter | None = None) -> None:
        """Put a case there before anything happens."""
        self.cases[case.case_id] = case
        self.reporters[case.case_id] = [reporter] if reporter else []

    async def create(self, case: NewCase, *, key: str) -> Case:
        """Open a case. The same key always gives the same case."""
        late = self._play("create", late=True)
        async with self._lock:
            if key not in self._keys:
                self._keys[key] = self._open(case)
            made = self.cases[self._keys[key]]
        if late:
            raise CRMUnavailable("The case system did not answer in time.")
        return made

    async def by_key(self, key: str) -> Case | None:
        """The case that a key gave already."""
        return self.cases[self._keys[key]] if key in self._keys else None

    def _open(self, case: NewCase) -> str:
        now = self._clock()
        case_id = make(len(self._keys) + 1)
        shared = case.model_dump(exclude={"reporter", "channel", "location", "route", "day", "repeat", "photos"})
        self.cases[case_id] = Case(
            case_id=case_id,
            status=Status.OPEN,
            opened=now,
            updated=now,
            location=case.location,
            route=case.route,
            history=(CaseEvent(at=now, change=Change.CREATED, detail=opening(case)),),
            **shared,
        )
        self.reporters[case_id] = [case.reporter] if case.reporter else []
        self._note(case_id, self.cases[case_id].history[0])
        return case_id

    async def get(self, case_id: str) -> Case:
        """The case with its history, oldest first. Raises CaseNotFound."""
        self._play("get")
        return self._known(case_id)

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of a service opened since then and within the radius, nearest first."""
        self._play("search")
        return tuple(case for case in self._around(service, location, radius_m, since) if case.status is Status.OPEN)

    async def ever_near(
        self, service: str, location: Location, *, radius_m: float, since: datetime
    ) -> tuple[Case, ...]:
        """Implements `tools.repeats.RepeatPlaces`."""
        self._play("search")
        return self._around(service, location, radius_m, since)

    def _around(self, service: str, location: Location, radius_m: float, since: datetime) -> tuple[Case, ...]:
        found = [each for each in self.cases.values() if each.service == service and each.opened >= since]
        return within(found, location, radius_m)

    async def reported_by(self, phone: str) -> tuple[Case, ...]:
        """Cases reported with this phone number (E.164), newest first."""
        self._play("search")
        own = [case_id for case_id, known in self.reporters.items() if any(each.phone == phone for each in known)]
        return tuple(sorted((self.cases[case_id] for case_id in own), key=lambda case: case.opened, reverse=True))

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Add a further report to an open case. Raises CaseNotFound; CRMRejected if it is closed."""
        self._play("add")
        case = self._still_open(case_id, key)
        if key not in self._keys:
            self.reporters[case_id] += [reporter] if reporter else []
            self.words.setdefault(case_id, []).append(words)
            case = self._changed(case, Change.ADDED_TO, key, {"reports": case.reports + 1})
        return case

    async def assign(
        self, case_id: str, *, department: str, team: str, reason: str, service: str | None = None, key: str
    ) -> Case:
        """Give the case to a team; the old one stays in the history. Raises CaseNotFound."""
        if team == SENT_BACK:
            return await self.send_back(case_id, reason=reason, key=key)
        case = self._known(case_id)
        if key in self._keys or case.route is None:
            return case
        detail = {"from": case.route.team, "to": team, "department": department, "reason": reason}
        route = case.route.model_copy(update={"department": department, "team": team, "rule": f"assigned:{reason}"})
        values = {"route": route, "service": service or case.service, "returned": None}
        return self._changed(case, Change.ASSIGNED, key, values, detail | as_service(service, case))

    async def send_back(self, case_id: str, *, reason: str, key: str) -> Case:
        """Say for a department that the case is not its own. Raises CaseNotFound, CRMRejected if it is closed."""
        case = self._still_open(case_id, key)
        values: dict[str, object] = {"returned": self._clock()}
        return case if key in self._keys else self._changed(case, Change.RETURNED, key, values, sent_back(case, reason))

    async def returned(self, *, most: int = 200) -> tuple[Case, ...]:
        """Implements `tools.returned.ReturnedCases`."""
        waiting = [(case.returned, case) for case in self.cases.values() if case.returned is not None]
        return tuple(case for _, case in sorted(waiting, key=lambda pair: pair[0])[:most])

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
        case = self._still_open(case_id, key)
        if key in self._keys:
            return case
        values: dict[str, object] = {"attributes": case.attributes | (attributes or {})}
        if location is not None:
            values["location"] = location
        if words:
            values["description"] = f"{case.description}\n{words}"
        return self._changed(case, Change.AMENDED, key, values)

    async def withdraw(self, case_id: str, *, reason: str, key: str) -> Case:
        """Close a case at its reporter's wish. Raises CaseNotFound, CRMRejected if it is closed already."""
        case = self._still_open(case_id, key)
        if key in self._keys:
            return case
        values = {"status": Status.CLOSED, "closure_reason": reason, "closed": self._clock(), "returned": None}
        return self._changed(case, Change.WITHDRAWN, key, values, {"reason": reason})

    async def close(
        self, case_id: str, *, reason: str, transitioned: bool = False, to: str | None = None, key: str
    ) -> Case:
        """Close a case, or hand it on `to` an agency or department, by its code. Raises CaseNotFound, CRMRejected if
        it is closed already."""
        case = self._still_open(case_id, key)
        status, change = (Status.TRANSITIONED, Change.TRANSITIONED) if transitioned else (Status.CLOSED, Change.CLOSED)
        values = {"status": status, "closure_reason": reason, "closed": self._clock(), "returned": None}
        detail = {"reason": reason} | ({"to": to} if to else {})
        return case if key in self._keys else self._changed(case, change, key, values, detail)

    async def schedule(self, case_id: str, *, day: date, key: str) -> Case:
        """Say on which day the work is planned. Raises CaseNotFound, CRMRejected if the case is closed."""
        case = self._still_open(case_id, key)
        return case if key in self._keys else self._changed(case, Change.SCHEDULED, key, {}, {"day": day.isoformat()})

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Open a closed case again. Raises CaseNotFound, CRMRejected if it is open."""
        case = self._known(case_id)
        if key in self._keys:
            return case
        if case.status is Status.OPEN:
            raise CRMRejected(f"The case {case_id!r} is open already.")
        values: dict[str, object] = {"status": Status.OPEN, "closure_reason": None, "closed": None}
        return self._changed(case, Change.REOPENED, key, values, {"reason": reason})

    async def changes(self, mark: str | None, *, most: int = 200) -> Changes:
        """Implements `tools.case_changes.CaseChanges`."""
        self._play("search")
        if mark is None:
            return Changes(changes=(), mark=str(len(self._happened)))
        found = self._happened[int(mark) : int(mark) + most]
        return Changes(changes=tuple(found), mark=str(int(mark) + len(found)))

    def _known(self, case_id: str) -> Case:
        if case_id not in self.cases:
            raise CaseNotFound(case_id)
        return self.cases[case_id]

    def _still_open(self, case_id: str, key: str) -> Case:
        case = self._known(case_id)
        if case.status is not Status.OPEN and key not in self._keys:
            raise CRMRejected(f"The case {case_id!r} is {case.status.value} already.")
        return case

    def _changed(
        self, case: Case, change: Change, key: str, values: dict[str, object], detail: dict[str, str] | None = None
    ) -> Case:
        event = CaseEvent(at=self._clock(), change=change, detail=detail or {})
        update = values | {"updated": self._clock(), "history": (*case.history, event)}
        self._keys[key] = case.case_id
        self.cases[case.case_id] = case.model_copy(update=update)
        self._note(case.case_id, event)
        return self.cases[case.case_id]

    def _note(self, case_id: str, event: CaseEvent) -> None:
        told = {"at": event.at, "change": event.change, "detail": event.detail}
        self._happened.append(CaseChange(change_id=str(len(self._happened) + 1), case_id=case_id, **told))

    def _play(self, point: Point, *, late: bool = False) -> bool:
        """Play the next fault of a point; True for a time-out that is to come after the work."""
        fault = next((each for each in self._faults if each.at == point and each.times != 0), None)
        if fault is None:
            return False
        if isinstance(fault.times, int):
            self._faults[self._faults.index(fault)] = fault.model_copy(update={"times": fault.times - 1})
        match fault.error:
            case "rejected":
                raise CRMRejected("The case system refused this.")
            case "garbage":
                raise CRMGarbled("The case system answered something that makes no sense.")
            case "timeout" if late:
                return True
        raise CRMUnavailable("The case system does not answer.")
