"""The CRM while the city moves: new cases go to the system of the day, and old ones are read where they are."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from tools.case import Case, CaseEvent, Change, NewCase, Reporter, Status
from tools.case_files import CaseFiles
from tools.case_number import is_of_creatio
from tools.clock import Clock, city_time
from tools.crm import CRM, CaseNotFound, CRMError, CRMRejected
from tools.crosswalk import CaseNumbers, Numbers
from tools.draft import FieldValue
from tools.location import Location
from tools.pickups import PickUps
from tools.repeats import RepeatPlaces
from tools.returned import ReturnedCases
from tools.waves import System, WavePlan

LOOKED_BACK = timedelta(days=7)
"""So long after a move a key is first looked for in the system that the service came from."""

T = TypeVar("T")


class KeyedCRM(CRM, Protocol):
    """A CRM that can say which case a key gave."""

    async def by_key(self, key: str) -> Case | None:
        """The case that a key gave already."""
        ...


class WavedCRM:
    """Implements `tools.crm.CRM` over both systems. The system of a new case stands in its route."""

    def __init__(self, systems: Mapping[System, KeyedCRM], plan: WavePlan, clock: Clock) -> None:
        self.systems = systems
        self._plan = plan
        self._clock = clock

    async def create(self, case: NewCase, *, key: str) -> Case:
        """Open a case in the system of the day. A key that gave a case before the move gives it after it too."""
        today = city_time(self._clock()).date()
        moved = self._plan.last_move(case.service, today)
        if moved is not None and today - moved.day <= LOOKED_BACK:
            other: System = "legacy" if case.route.system == "creatio" else "creatio"
            if (known := await self.systems[other].by_key(key)) is not None:
                return known
        return await self.systems[case.route.system].create(case, key=key)

    async def get(self, case_id: str) -> Case:
        """The case, whichever system holds it, and under which number it goes on if it was carried over. Raises
        CaseNotFound only if every system says so."""
        case = await self._held(case_id, lambda crm: crm.get(case_id))
        creatio = self.systems["creatio"]
        if (
            case.status is not Status.TRANSITIONED
            or is_of_creatio(case.case_id)
            or not isinstance(creatio, CaseNumbers)
        ):
            return case
        with suppress(CRMError):  # a case that was not carried over, or while Creatio is down: told as it is
            return _carried_over(case, (await creatio.numbers(case_id)).creatio_number or "")
        return case

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of both systems, nearest first by system; what one system cannot say is left out. Raises CRMError
        if none answers."""
        asked = [crm.near(service, location, radius_m=radius_m, since=since) for crm in self.systems.values()]
        return await _of_those_that_answer(asked)

    async def ever_near(
        self, service: str, location: Location, *, radius_m: float, since: datetime
    ) -> tuple[Case, ...]:
        """Implements `tools.repeats.RepeatPlaces` over both systems. Raises CRMError if one cannot say: fewer reports
        than there were would be told."""
        asked = [
            crm.ever_near(service, location, radius_m=radius_m, since=since)
            for crm in self.systems.values()
            if isinstance(crm, RepeatPlaces)
        ]
        return tuple(case for each in await asyncio.gather(*asked) for case in each)

    async def reported_by(self, phone: str) -> tuple[Case, ...]:
        """Cases of both systems reported with this phone number, newest first. Raises CRMError if one cannot say."""
        found = await asyncio.gather(*(crm.reported_by(phone) for crm in self.systems.values()))
        return tuple(sorted((case for each in found for case in each), key=lambda case: case.opened, reverse=True))

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Add a further report, where the case is."""
        return await self._held(case_id, lambda crm: crm.add_report(case_id, words=words, reporter=reporter, key=key))

    async def assign(
        self, case_id: str, *, department: str, team: str, reason: str, service: str | None = None, key: str
    ) -> Case:
        """Give the case to a team, where the case is."""
        return await self._held(
            case_id,
            lambda crm: crm.assign(case_id, department=department, team=team, reason=reason, service=service, key=key),
        )

    async def amend(
        self,
        case_id: str,
        *,
        location: Location | None = None,
        attributes: dict[str, FieldValue] | None = None,
        words: str | None = None,
        key: str,
    ) -> Case:
        """Correct or complete a case, where it is."""
        return await self._held(
            case_id,
            lambda crm: crm.amend(case_id, location=location, attributes=attributes, words=words, key=key),
        )

    async def withdraw(self, case_id: str, *, reason: str, key: str) -> Case:
        """Close a case at its reporter's wish, where it is."""
        return await self._held(case_id, lambda crm: crm.withdraw(case_id, reason=reason, key=key))

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Open a closed case again, where it is."""
        return await self._held(case_id, lambda crm: crm.reopen(case_id, reason=reason, key=key))

    async def numbers(self, case_id: str) -> Numbers:
        """Implements `tools.crosswalk.CaseNumbers`: of Creatio, which keeps the legacy number of a case that was
        carried over, else of the legacy system. A system that is down hides whether it holds the case."""
        hidden: CRMError | None = None
        for crm in (self.systems["creatio"], self.systems["legacy"]):
            try:
                if isinstance(crm, CaseNumbers):
                    return await crm.numbers(case_id)
            except CaseNotFound:
                continue
            except CRMError as error:
                hidden = error
        raise hidden or CaseNotFound(case_id)

    async def free_days(
        self, service: str, location: Location | None, *, system: str, today: date, most: int = 3
    ) -> tuple[date, ...]:
        """Implements `tools.pickups.PickUps`: of the system that takes the case."""
        taking = self.systems["creatio" if system == "creatio" else "legacy"]
        if not isinstance(taking, PickUps):
            return ()
        return await taking.free_days(service, location, system=system, today=today, most=most)

    async def rebook(self, case_id: str, day: date, *, key: str) -> Case:
        """Implements `tools.pickups.PickUps`, where the case is. Raises CRMRejected if no days are offered there."""

        async def act(crm: KeyedCRM) -> Case:
            if isinstance(crm, PickUps):
                return await crm.rebook(case_id, day, key=key)
            await crm.get(case_id)
            raise CRMRejected(f"No days can be booked where {case_id!r} is.")

        return await self._held(case_id, act)

    async def attach(self, case_id: str, *, name: str, content: bytes, key: str) -> None:
        """Implements `tools.case_files.CaseFiles`, where the case is. Raises CRMRejected if no files are kept there."""

        async def act(crm: KeyedCRM) -> None:
            if isinstance(crm, CaseFiles):
                return await crm.attach(case_id, name=name, content=content, key=key)
            await crm.get(case_id)
            raise CRMRejected(f"No files are kept where {case_id!r} is.")

        await self._held(case_id, act)

    async def returned(self, *, most: int = 200) -> tuple[Case, ...]:
        """Implements `tools.returned.ReturnedCases` over both systems. Raises CRMError if one cannot say."""
        asked = [crm.returned(most=most) for crm in self.systems.values() if isinstance(crm, ReturnedCases)]
        found = [case for each in await asyncio.gather(*asked) for case in each]
        return tuple(sorted(found, key=lambda case: case.returned or case.updated)[:most])

    async def _held(self, case_id: str, act: Callable[[KeyedCRM], Awaitable[T]]) -> T:
        """Act in the system that holds the case: the one its number looks like first. A system that is down hides
        whether it holds the case, so it is not called missing then."""
        first: System = "creatio" if is_of_creatio(case_id) else "legacy"
        hidden: CRMError | None = None
        for system in sorted(self.systems, key=lambda each: each != first):
            try:
                return await act(self.systems[system])
            except CaseNotFound:
                continue
            except CRMError as error:
                if system == first:
                    raise
                hidden = error
        raise hidden or CaseNotFound(case_id)


def _carried_over(case: Case, number: str) -> Case:
    """The same case with its new number beside the line that says that it was handed on."""
    at, reason = case.closed or case.updated, case.closure_reason or ""
    line = CaseEvent(at=at, change=Change.TRANSITIONED, detail={"reason": reason, "as": number})
    kept = tuple(each for each in case.history if each.change is not Change.TRANSITIONED)
    return case.model_copy(update={"history": (*kept, line)})


async def _of_those_that_answer(asked: Sequence[Coroutine[object, object, tuple[Case, ...]]]) -> tuple[Case, ...]:
    """What the systems found; what one cannot say is left out. Raises CRMError if none answers."""
    found = await asyncio.gather(*asked, return_exceptions=True)
    failures = [each for each in found if isinstance(each, BaseException)]
    for failure in failures:
        if not isinstance(failure, CRMError) or len(failures) == len(asked):
            raise failure
    return tuple(case for each in found if not isinstance(each, BaseException) for case in each)
