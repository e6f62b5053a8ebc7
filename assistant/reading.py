"""A reading: what an engine understood from a message. It decides nothing and knows no case."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field as Limits

from tools.draft import Contact, Field, Jurisdiction, Kind, ServiceChoice
from tools.location import Location, Span
from tools.value import Value


class Consent(StrEnum):
    """A plain yes or no to what was asked last."""

    YES = "yes"
    NO = "no"


class Repair(StrEnum):
    """What a resident says about the conversation itself rather than about the city."""

    SKIP = "skip"
    DONT_KNOW = "dont_know"
    START_OVER = "start_over"
    REPEAT = "repeat"
    CORRECTION = "correction"


class Support(Value):
    """A word or phrase of the message that speaks for a service."""

    code: str
    span: Span


class Request(Value):
    """One thing a resident wants. `words` is the part of the message it was read from.

    For a report: `service` with its alternatives (None when nothing speaks for any), `why` the words that speak for
    each, `location`, `fields` (keyed by attribute code) and `jurisdiction`. For a status check: `case_id` if one was
    named. `clarify` is a look-alike question to put when the first two services are close. `asks_who` marks a wish to
    know who reported something, which is never told. `asks` is how much the words look like a question (0 to 1), as
    far as the engine can tell.
    """

    kind: Kind
    words: Span
    service: ServiceChoice | None = None
    why: tuple[Support, ...] = ()
    clarify: str | None = None
    location: Location | None = None
    fields: dict[str, Field] = Limits(default_factory=dict)
    contact: Contact = Contact()
    jurisdiction: Jurisdiction = Jurisdiction(city=True)
    case_id: str | None = None
    joke: bool = False
    asks_who: bool = False
    asks: float = Limits(default=0.0, ge=0.0, le=1.0)


class Reading(Value):
    """What an engine understood. `consent`, `repair` and `choice` answer what was asked last.

    `choice` is the number (from 1) picked from offered options. `corrects` are the codes a correction names
    (attribute codes, `location`, `service`, `contact`). `location`, `fields` and `contact` are values read from the
    whole message in the light of what was asked (for an answer or a correction); the same values may stand in a
    request too. `thanks` marks a message that thanks or takes leave.
    """

    language: str
    language_confidence: float = Limits(ge=0.0, le=1.0)
    requests: tuple[Request, ...] = ()
    consent: Consent | None = None
    repair: Repair | None = None
    choice: int | None = None
    corrects: tuple[str, ...] = ()
    location: Location | None = None
    fields: dict[str, Field] = Limits(default_factory=dict)
    contact: Contact = Contact()
    thanks: bool = False
    engine: Literal["embedded", "openai"] = "embedded"


class Asked(Value):
    """What the assistant asked last, in the light of which a message is read.

    `asking_for` is `service | location | location_choice | <attribute code> | contact | confirmation | duplicate |
    question_choice` or None; `service` the code of the draft under way; `options` the choices that were offered, in
    order. `earlier` are the resident's last questions and `said` our last replies, where an engine may want them.
    `now` is when the message is read, for "since Tuesday".
    """

    asking_for: str | None = None
    service: str | None = None
    options: tuple[str, ...] = ()
    language: str | None = None
    language_chosen: bool = False
    earlier: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    now: datetime | None = None
