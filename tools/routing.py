"""Decides where a case goes, by rules in a fixed order, and says which rule decided.

    1. the case system of the day, by the wave plan or else the catalogue, and the service's own team; for a case filed
       in the legacy system, the queue that its records show
    2. its district's team, where that is "(by address)" or "(by park)"
    3. what the answers change: team, priority, target (the last answer that changes one wins)

The rule's name is written so that a person can follow it: `pothole/district-07`, `graffiti/surface=mailbox`.
"""

from collections.abc import Mapping
from datetime import datetime

from tools.calendar import due
from tools.clock import city_time
from tools.districts import QUEUES, Districts
from tools.draft import FieldValue
from tools.legacy_queues import BY_ADDRESS, BY_PARK, Queue, load_legacy_queues, load_park_regions
from tools.location import Location
from tools.route import Route
from tools.service import Effect, Service
from tools.waves import WavePlan


class Router:
    """Routes on the district table, the legacy system's queues and the park regions."""

    def __init__(
        self,
        districts: Districts,
        *,
        queues: Mapping[str, Queue] | None = None,
        regions: Mapping[str, str] | None = None,
        waves: WavePlan | None = None,
    ) -> None:
        self._waves = waves or WavePlan()
        self._districts = districts
        self._queues = load_legacy_queues() if queues is None else queues
        self._regions = load_park_regions() if regions is None else regions

    def __call__(
        self, service: Service, answers: dict[str, FieldValue], location: Location | None, when: datetime
    ) -> Route:
        """Where a case of this service goes, given the answers and the place, if it is opened then (aware UTC)."""
        service = service.model_copy(update={"system": self._waves.system(service, city_time(when).date())})
        queue = self._queue(service)
        team, rule = self._named(queue.team, location), self._rule(service, queue, location)
        priority, target = service.priority, service.target
        for code, effect in effects_of(service, answers):
            team = self._named(effect.team, location) if effect.team else team
            priority = effect.priority or priority
            target = effect.target or target
            if effect.team or effect.priority or effect.target:
                rule = f"{service.code}/{code}={_said(answers[code])}"
        return Route(
            department=queue.department,
            team=team,
            system=service.system,
            priority=priority,
            target=target,
            usually_within_days=service.usually_within_days,
            due=due(when, target) if target else None,
            rule=rule,
        )

    def _queue(self, service: Service) -> Queue:
        """The service's team in the system that takes its cases."""
        own = Queue(service.team, service.department)
        return self._queues.get(service.code, own) if service.system == "legacy" else own

    def _rule(self, service: Service, queue: Queue, location: Location | None) -> str:
        if BY_ADDRESS in queue.team:
            return f"{service.code}/district-{self._districts.of(location) or 'unknown'}"
        if BY_PARK in queue.team:
            return f"{service.code}/region-{self._region(location) or 'unknown'}"
        return f"{service.code}/{'team' if queue.team == service.team else 'legacy-queue'}"

    def _named(self, team: str, location: Location | None) -> str:
        """The team's full name at this place; with the open end left out where the place does not tell."""
        if BY_ADDRESS in team:
            return QUEUES.get(self._districts.of(location) or "", team.replace(BY_ADDRESS, "").strip())
        if BY_PARK in team:
            return team.replace(BY_PARK, self._region(location) or "").strip()
        return team

    def _region(self, location: Location | None) -> str | None:
        """The park maintenance region of the neighborhood, or else of the Public Works district."""
        named = self._regions.get((location.neighborhood if location else None) or "")
        return named or self._regions.get(self._districts.of(location) or "")


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
