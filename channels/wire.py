"""The shapes of the JSON API (design section 5), apart from those that are domain values themselves."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from assistant.message import Citation, QuickReply, Reply
from assistant.outcome import Outcome
from assistant.turn import Turn
from tools.case import Case, Status
from tools.draft import Draft
from tools.location import Location

Language = Literal["en", "es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru"]


class Wire(BaseModel):
    """What is sent to us: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenRequest(Wire):
    """Begin a conversation."""

    channel: Literal["web"] = "web"
    language: Language | None = None


class OpenedResponse(Wire):
    """A new conversation and the token that opens it."""

    conversation_id: str
    token: str


class MessageRequest(Wire):
    """One text from the resident. `message_id` is made by the client; the same id again changes nothing."""

    text: str = Limits(examples=["theres a huge pothole outside 12 Beacon st"])
    message_id: str = Limits(min_length=1, max_length=100, examples=["4f1c"])
    media: tuple[str, ...] = Limits(default=(), max_length=10)


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
