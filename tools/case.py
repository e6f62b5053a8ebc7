"""A case: what the CRM holds, and everything that happened to it."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field as Limits

from tools.draft import FieldValue
from tools.location import Location
from tools.route import Route
from tools.value import Value


class Status(StrEnum):
    """What a public case record says of its state."""

    OPEN = "open"
    CLOSED = "closed"
    TRANSITIONED = "transitioned"


class Change(StrEnum):
    """What can happen to a case."""

    CREATED = "created"
    ADDED_TO = "added_to"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    TRANSITIONED = "transitioned"
    REOPENED = "reopened"
    NOTED = "noted"


class CaseEvent(Value):
    """One line of a case's history. `at` is aware UTC; `detail` holds names, codes and reasons, never contact data."""

    at: datetime
    change: Change
    detail: dict[str, str] = Limits(default_factory=dict)


class Reporter(Value):
    """Who reported a case: never public."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


class Repeat(Value):
    """How often the same was reported at one place within a year, the newest report included, in how many cases."""

    reports: int
    cases: int


class NewCase(Value):
    """What is sent to the CRM to open a case. `description` is the resident's own words, in their language; `day` the
    free day that was confirmed, for a service that is booked; `repeat` is set where this was reported before;
    `photos` names those that are to be attached to it."""

    service: str
    description: str
    language: str = "en"
    location: Location | None = None
    attributes: dict[str, FieldValue] = Limits(default_factory=dict)
    route: Route
    reporter: Reporter | None = None
    channel: str = "web"
    day: date | None = None
    repeat: Repeat | None = None
    photos: tuple[str, ...] = ()


class Case(Value):
    """What the CRM holds. Times are aware UTC. `closure_reason` is the CRM's own code or note, untranslated; `returned`
    is since when a department has said that an open case is not its own and nobody has it yet."""

    case_id: str
    service: str
    status: Status
    closure_reason: str | None = None
    opened: datetime
    updated: datetime
    closed: datetime | None = None
    description: str = ""
    language: str = "en"
    location: Location | None = None
    attributes: dict[str, FieldValue] = Limits(default_factory=dict)
    route: Route | None = None
    reports: int = 1
    returned: datetime | None = None
    history: tuple[CaseEvent, ...] = ()
