"""Decides where a case goes, by rules in a fixed order, and says which rule decided.

    1. the service's own team
    2. its district's team, where the service's team is "(by address)" or "(by park)"
    3. what the answers change: team, priority, target (the last answer that changes one wins)

The rule's name is written so that a person can follow it: `pothole/district-07`, `graffiti/surface=mailbox`.
"""

from datetime import datetime

from tools.calendar import due
from tools.districts import QUEUES, Districts
from tools.draft import FieldValue
from tools.location import Location
from tools.route import Route
from tools.service import Effect, Service

BY_ADDRESS = "(by address)"
BY_PARK = "(by park)"
PARK_REGIONS = {
    "East Boston": "1", "Charlestown": "1", "North End": "1", "Downtown": "1", "Beacon Hill": "1", "West End": "1",
    "South Boston": "2", "South Boston Waterfront": "2", "Dorchester": "3", "Mattapan": "3", "Allston": "4",
    "Brighton": "4", "Fenway": "4", "Back Bay": "6", "South End": "6", "Roxbury": "6", "Mission Hill": "6",
    "Jamaica Plain": "5", "Roslindale": "5", "West Roxbury": "5", "Hyde Park": "5",
}  # fmt: skip
"""The Parks maintenance region that keeps most parks of a neighborhood (from the city's open space table)."""


class Router:
    """Routes on the district table."""

    def __init__(self, districts: Districts) -> None:
        self._districts = districts

    def __call__(
        self, service: Service, answers: dict[str, FieldValue], location: Location | None, when: datetime
    ) -> Route:
        """Where a case of this service goes, given the answers and the place, if it is opened then (aware UTC)."""
        team, rule = self._team(service, location)
        priority, target = service.priority, service.target
        for code, effect in effects_of(service, answers):
            team = self._named(effect.team, location) if effect.team else team
            priority = effect.priority or priority
            target = effect.target or target
            if effect.team or effect.priority or effect.target:
                rule = f"{service.code}/{code}={_said(answers[code])}"
        return Route(
            department=service.department,
            team=team,
            system=service.system,
            priority=priority,
            target=target,
            usually_within_days=service.usually_within_days,
            due=due(when, target) if target else None,
            rule=rule,
        )

    def _team(self, service: Service, location: Location | None) -> tuple[str, str]:
        if BY_ADDRESS in service.team:
            district = self._districts.of(location)
            return self._named(service.team, location), f"{service.code}/district-{district or 'unknown'}"
        if BY_PARK in service.team:
            region = PARK_REGIONS.get((location.neighborhood if location else None) or "", "unknown")
            return self._named(service.team, location), f"{service.code}/region-{region}"
        return service.team, f"{service.code}/team"

    def _named(self, team: str, location: Location | None) -> str:
        """The team's full name at this place; with the open end left out where the place does not tell."""
        if BY_ADDRESS in team:
            return QUEUES.get(self._districts.of(location) or "", team.replace(BY_ADDRESS, "").strip())
        if BY_PARK in team:
            region = PARK_REGIONS.get((location.neighborhood if location else None) or "")
            return team.replace(BY_PARK, region or "").strip()
        return team


def effects_of(service: Service, answers: dict[str, FieldValue]) -> tuple[tuple[str, Effect], ...]:
    """What the answers change, with the question that each came from, in the order of the questions."""
    return tuple(
        (attribute.code, effect)
        for attribute in service.attributes
        if attribute.code in answers
        for effect in attribute.effects
        if set(_values(answers[attribute.code])) & set(effect.answers)
    )


def _values(value: FieldValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _said(value: FieldValue) -> str:
    return "+".join(_values(value))
