"""Repeat and chronic places: how often the same was reported here within a year, told with the case from then on."""

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from tools.case import Case, Change, NewCase, Repeat
from tools.duplicates import PIN_M
from tools.location import Location
from tools.service import Service

FEWEST = 3
"""From the third report on a place is a repeat; from the third case on it is chronic: it came back."""

WITHIN = timedelta(days=365)
NOT_COUNTED = frozenset(("Withdrawn by its reporter", "taken back at the desk", "Case Invalid", "Internal Case"))
"""Cases that ended so say nothing of the place."""


@runtime_checkable
class RepeatPlaces(Protocol):
    """A case system that also finds cases that have ended."""

    async def ever_near(
        self, service: str, location: Location, *, radius_m: float, since: datetime
    ) -> tuple[Case, ...]:
        """Cases of a service opened since then and within the radius, open or ended, nearest first. Raises CRMError."""
        ...


async def repeat_at(crm: object, service: Service, location: Location | None, *, now: datetime) -> Repeat | None:
    """What a new report of a service at a place makes together with the earlier ones; None for fewer than a few, and
    where it cannot be told. Raises CRMError."""
    rule = service.duplicate_rule
    if rule is None or location is None or not location.found or not isinstance(crm, RepeatPlaces):
        return None
    found = await crm.ever_near(service.code, location, radius_m=rule.radius_m + PIN_M, since=now - WITHIN)
    counted = [case for case in found if case.closure_reason not in NOT_COUNTED]
    reports = 1 + sum(case.reports for case in counted)
    return Repeat(reports=reports, cases=1 + len(counted)) if reports >= FEWEST else None


def opening(case: NewCase) -> dict[str, str]:
    """What the history keeps of a new case: where it went and by which rule, and how often this was reported here."""
    detail = {"team": case.route.team, "department": case.route.department, "rule": case.route.rule}
    if case.repeat is None:
        return detail
    chronic = {"chronic": "yes"} if case.repeat.cases >= FEWEST else {}
    return detail | {"reports_here": str(case.repeat.reports), "cases_here": str(case.repeat.cases)} | chronic


def told_repeat(case: Case) -> Repeat | None:
    """What the case's own history says of its place."""
    opened = next((each.detail for each in case.history if each.change is Change.CREATED), {})
    reports, cases = opened.get("reports_here", ""), opened.get("cases_here", "")
    return Repeat(reports=int(reports), cases=int(cases)) if reports.isdigit() and cases.isdigit() else None
