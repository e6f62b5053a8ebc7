"""The shapes of the JSON API (design section 5), apart from those that are domain values themselves."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Limits

from assistant.message import Citation, QuickReply, Reply
from assistant.outcome import Outcome
from assistant.turn import Turn
from channels.text import storable
from tools.case import Case, Status
from tools.draft import Draft
from tools.location import Location

Language = Literal["en", "es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru"]


Text = Annotated[str, BeforeValidator(lambda given: storable(given) if isinstance(given, str) else given)]
"""Text from outside, safe to store."""


LONGEST_ID = 100


class Wire(BaseModel):
    """What is sent to us: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenRequest(Wire):
    """Begin a conversation. A `language` that is given here sticks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "web", "language": None}]})

    channel: Literal["web"] = "web"
    language: Language | None = None


class OpenedResponse(Wire):
    """A new conversation and the token that opens it."""

    conversation_id: str
    token: str


class MessageRequest(Wire):
    """One text from the resident. `message_id` is made by the client; the same id again changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "theres a huge pothole outside 12 Beacon st", "message_id": "4f1c", "media": []}]
        }
    )

    text: Text
    message_id: Text = Limits(min_length=1, max_length=LONGEST_ID)
    media: tuple[Text, ...] = Limits(default=(), max_length=10)


class MediaResponse(Wire):
    """A photo that was taken; send its id with the message it belongs to."""

    media_id: str


class SaidLine(Wire):
    """One line of a conversation: `who` is `resident` or `city`."""

    who: str
    text: str
    at: datetime
    language: str | None


class HistoryResponse(Wire):
    """Everything said in a conversation, in order."""

    conversation_id: str
    messages: tuple[SaidLine, ...]


class TurnResponse(Wire):
    """A finished turn."""

    turn_id: str
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    replies: tuple[Reply, ...]
    asking_for: str | None
    citations: tuple[Citation, ...]
    quick_replies: tuple[QuickReply, ...]
    draft: Draft | None
    case: "CaseResponse | None"
    engine: str
    handed_off: bool

    @classmethod
    def of(cls, turn: Turn) -> "TurnResponse":
        """The public part of a turn."""
        shown = {name: getattr(turn, name) for name in cls.model_fields if name != "case"}
        return cls(**shown, case=CaseResponse.of(turn.case) if turn.case else None)


class PendingResponse(Wire):
    """The turn is not finished yet; its reply comes by the events."""

    turn_id: str


class CaseResponse(Wire):
    """The public part of a case: never who reported it, nor their words."""

    case_id: str
    service: str
    status: Status
    closure_reason: str | None
    opened: datetime
    updated: datetime
    closed: datetime | None
    location: Location | None
    department: str | None
    team: str | None
    due: datetime | None
    reports: int

    @classmethod
    def of(cls, case: Case) -> "CaseResponse":
        """The public part of a case."""
        route = case.route
        place = case.location.model_copy(update={"evidence": None, "unit": None}) if case.location else None
        return cls(
            **{name: getattr(case, name) for name in ("case_id", "service", "status", "closure_reason", "reports")},
            **{name: getattr(case, name) for name in ("opened", "updated", "closed")},
            location=place,
            department=route.department if route else None,
            team=route.team if route else None,
            due=route.due if route else None,
        )
