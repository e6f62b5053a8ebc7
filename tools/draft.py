"""A draft: a case not yet filed, with the words that support every part of it."""

from enum import StrEnum
from typing import Literal

from pydantic import Field as Limits

from tools.location import Location, Span
from tools.route import Route
from tools.value import Value

FieldValue = str | int | float | bool | tuple[str, ...]


class Kind(StrEnum):
    """What a resident wants with one request."""

    REPORT = "report"
    QUESTION = "question"
    STATUS = "status"
    PERSON = "person"
    FEEDBACK = "feedback"
    OTHER = "other"


class Source(StrEnum):
    """Where a field's value comes from."""

    SAID = "said"
    LOOKED_UP = "looked_up"
    INFERRED = "inferred"


class Field(Value):
    """One value of a draft. `confidence` is 0 to 1; a value that was said carries its evidence."""

    value: FieldValue
    confidence: float = Limits(ge=0.0, le=1.0)
    source: Source = Source.SAID
    evidence: Span | None = None


class Alternative(Value):
    """Another service the words might mean."""

    code: str
    name: str
    confidence: float = Limits(ge=0.0, le=1.0)


class ServiceChoice(Value):
    """The service a report was read as, with what else it might be (most likely first)."""

    code: str
    name: str
    confidence: float = Limits(ge=0.0, le=1.0)
    alternatives: tuple[Alternative, ...] = ()


def _not_given(field: Field | None) -> bool:
    return field is None


class Contact(Value):
    """How to reach the resident; what they did not give is absent from the JSON too."""

    name: Field | None = Limits(default=None, exclude_if=_not_given)
    phone: Field | None = Limits(default=None, exclude_if=_not_given)
    email: Field | None = Limits(default=None, exclude_if=_not_given)


class Jurisdiction(Value):
    """Whether the matter is the city's, and whose it is if not (a code of the catalogue's jurisdictions)."""

    city: bool
    agency: str | None = None
    why: str = ""


class Duplicate(Value):
    """An open case that may be the same matter. `score` is 0 to 1, `why` is for people to read."""

    case_id: str
    distance_m: float
    age_days: float
    score: float = Limits(ge=0.0, le=1.0)
    why: str


class SingleDraft(Value):
    """A case not yet filed, read from one request.

    `service` is null unless `kind` is report. When `safety` is set, `suggested_reply` is the safety text.
    """

    draft_id: str
    language: str
    engine: Literal["embedded", "openai"]
    kind: Kind
    safety: Literal["911", "988"] | None = None
    service: ServiceChoice | None = None
    location: Location | None = None
    fields: dict[str, Field] = Limits(default_factory=dict)
    contact: Contact = Contact()
    missing: tuple[str, ...] = ()
    next_question: str | None = None
    jurisdiction: Jurisdiction = Jurisdiction(city=True)
    route: Route | None = None
    duplicates: tuple[Duplicate, ...] = ()
    suggested_reply: str = ""


class Draft(SingleDraft):
    """The draft of a text's first request. `more` holds those of its further ones, each with its own spans.

    Agrees with docs/schemas/draft.json.
    """

    more: tuple[SingleDraft, ...] = ()
