"""A turn: what happens between inbound messages and the replies to them, kept whole for reviewers."""

from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from pydantic import Field as Limits

from assistant.message import Citation, QuickReply, Reply
from assistant.outcome import Outcome
from assistant.reading import Reading
from tools.case import Case
from tools.draft import Draft
from tools.value import Value


def turn_id_of(conversation_id: str, first_message_id: str) -> str:
    """The id of the turn that begins with this message: known before the turn is finished."""
    return uuid5(NAMESPACE_OID, f"{conversation_id}\n{first_message_id}").hex


class Step(Value):
    """One thing the assistant did, in plain words for a reviewer ("looked up the address"), with how long it took."""

    name: str
    did: str
    ms: float = Limits(ge=0)
    detail: dict[str, str | int | float | bool | None] = Limits(default_factory=dict)


class PassageUsed(Value):
    """A passage that was considered for an answer, and whether the answer rests on it."""

    passage_id: str
    article: str
    score: float
    used: bool


class Turn(Value):
    """Everything that was understood, done and said in one turn. `outcomes` are in order; `outcome` is the
    weightiest."""

    turn_id: str
    conversation_id: str
    started: datetime
    message_ids: tuple[str, ...]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    replies: tuple[Reply, ...]
    asking_for: str | None = None
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    draft: Draft | None = None
    case: Case | None = None
    handed_off: bool = False
    engine: str = "embedded"
    reading: Reading | None = None
    passages: tuple[PassageUsed, ...] = ()
    steps: tuple[Step, ...] = ()
    versions: dict[str, str] = Limits(default_factory=dict)
