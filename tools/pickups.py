"""The port to free days of pick-ups, who may book one, and which day a case was booked for."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import yaml

from tools.calendar import is_business_day
from tools.case import Case, Change
from tools.location import Location
from tools.value import Value

FILE = Path(__file__).parent / "boston" / "pickups.yaml"
PICKUP_DAY = "pickup_day"
"""The code under which a draft and a case keep the day that was wished for."""


@runtime_checkable
class PickUps(Protocol):
    """A case system that offers days. A case that is created with one of them is booked for it, if it is still free."""

    async def free_days(
        self, service: str, location: Location | None, *, system: str, today: date, most: int = 3
    ) -> tuple[date, ...]:
        """The first free days for a service at a place; none where the system offers none. Raises CRMError."""
        ...

    async def rebook(self, case_id: str, day: date, *, key: str) -> Case:
        """Move the pick-up of an open case to another free day: its place is given back, and both days stay in the
        history. Raises CaseNotFound, CRMRejected if the day is not free or the case is closed."""
        ...


class PickUpRules(Value):
    """Who may book a service and, for our own case system, when. `homes` is the question that tells the homes."""

    homes: str
    most_homes: int
    places: int
    notice: int
    ahead: int

    def days(self, today: date) -> tuple[date, ...]:
        """The days that may be booked, seen from today."""
        day, found = today, list[date]()
        while len(found) < self.notice - 1 + self.ahead:
            day += timedelta(days=1)
            if is_business_day(day):
                found.append(day)
        return tuple(found[self.notice - 1 :])


@lru_cache
def load_pickups(path: Path = FILE) -> Mapping[str, PickUpRules]:
    """The services that are booked, by code."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {code: PickUpRules.model_validate(row) for code, row in rows.items()}


def planned_day(case: Case) -> date | None:
    """The day that the work is planned for, as the history says it last."""
    told = [each.detail.get("day", "") for each in case.history if each.change is Change.SCHEDULED]
    return day_of(told[-1]) if told else None


def wished_day(case: Case) -> date | None:
    """The day that was confirmed when the case was filed."""
    return day_of(str(case.attributes.get(PICKUP_DAY, "")))


def moved(case: Case, day: date) -> dict[str, str]:
    """The line of history of a pick-up that is moved."""
    before = planned_day(case)
    return {"day": day.isoformat()} | ({"from": before.isoformat()} if before else {})


def day_of(text: str) -> date | None:
    """A day as it is kept, YYYY-MM-DD; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
