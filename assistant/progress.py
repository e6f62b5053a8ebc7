"""How far a turn has got: what every step reads, and what a step gives back."""

from datetime import datetime

from pydantic import Field as Limits

from assistant.conversation import Conversation
from assistant.message import Citation, QuickReply
from assistant.outcome import Outcome
from assistant.reading import Reading, Request
from assistant.turn import PassageUsed, Step
from knowledge.article import Passage
from tools.case import Case, NewCase
from tools.draft import Draft
from tools.value import Value


class ToFile(Value):
    """A confirmed case that the CRM could not take yet. The same `key` always gives the same case."""

    key: str
    case: NewCase


class Part(Value):
    """One part of the reply. What an engine worded `rests_on` passages; None marks our own fixed sentences."""

    text: str
    rests_on: tuple[Passage, ...] | None = None


class Did(Value):
    """What one step changed. Tuples are added to what stands; everything else replaces it; None leaves it alone."""

    say: tuple[Part, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[PassageUsed, ...] = ()
    steps: tuple[Step, ...] = ()
    to_file: tuple[ToFile, ...] = ()
    quick_replies: tuple[QuickReply, ...] | None = None
    conversation: Conversation | None = None
    reading: Reading | None = None
    queue: tuple[Request, ...] | None = None
    draft: Draft | None = None
    case: Case | None = None
    text: str | None = None
    resumes: bool | None = None
    done: bool | None = None
    asked_before: str | None = None


_ADDED = ("say", "outcomes", "citations", "passages", "steps", "to_file")


class Progress(Value):
    """A turn under way. `text` is what is still to be read; `queue` the requests still to be worked off.

    `resumes` is set when the work under way has yet to speak in this turn; `done` when nothing more may be said;
    `asked_before` is what had been asked when the message came; `wish` what is wished about texting ("out", "in",
    "help"), answered already if it is `by_carrier`; `limited` is set where the sender wrote too much.
    """

    turn_id: str
    now: datetime
    conversation: Conversation
    text: str
    wish: str | None = None
    by_carrier: bool = False
    limited: str | None = None
    message_ids: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    say: tuple[Part, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[PassageUsed, ...] = ()
    steps: tuple[Step, ...] = ()
    to_file: tuple[ToFile, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    reading: Reading | None = None
    queue: tuple[Request, ...] = ()
    draft: Draft | None = None
    case: Case | None = None
    resumes: bool = False
    done: bool = False
    asked_before: str | None = None
    engine: str = Limits(default="embedded")

    @property
    def language(self) -> str:
        """The language to reply in."""
        return self.conversation.language

    @property
    def request(self) -> Request:
        """The request to work off now. Raises IndexError when there is none."""
        return self.queue[0]

    def after(self, did: Did) -> "Progress":
        """The turn once a step has done its part."""
        added = {name: (*getattr(self, name), *getattr(did, name)) for name in _ADDED}
        given = {
            name: value for name in did.model_fields_set - set(_ADDED) if (value := getattr(did, name)) is not None
        }
        return self.model_copy(update=added | given)
