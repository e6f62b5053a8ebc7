"""The port to whatever reads and words language: the embedded engine or an OpenAI-compatible model."""

from enum import StrEnum
from typing import Protocol

from assistant.reading import Asked, Reading
from knowledge.article import Passage


class Trouble(StrEnum):
    """Why an engine failed, as it is stored with the turn and counted."""

    KEY_REFUSED = "key_refused"
    MODEL_UNKNOWN = "model_unknown"
    REQUEST_REFUSED = "request_refused"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    CUT_SHORT = "cut_short"
    TOO_LONG = "too_long"
    REFUSED = "refused"
    FILTERED = "filtered"
    EMPTY = "empty"
    WRONG_SHAPE = "wrong_shape"
    UNUSABLE = "unusable"
    BREAKER_OPEN = "breaker_open"
    NO_TIME = "no_time"
    BUDGET = "budget"
    CALLS_SPENT = "calls_spent"
    OTHER = "other"


class EngineFailed(Exception):
    """An engine could not read or word this time; the sentence says why, for a trace.

    `retry_after` are the seconds after which the server wants to be asked again, where it said so; `reading` is what
    the embedded engine made of the message already, so that it need not read it twice.
    """

    def __init__(self, sentence: str, *, trouble: Trouble = Trouble.OTHER, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.trouble = trouble
        self.retry_after = retry_after
        self.reading: Reading | None = None


class Engine(Protocol):
    """Reads and words language. It decides nothing and acts on nothing."""

    @property
    def name(self) -> str:
        """Which engine this is: `embedded` or `openai`."""
        ...

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message in the light of what was asked. Always gives a Reading, whatever the text."""
        ...

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """The sentences that answer a question from these passages, at most so many; none if they do not answer it."""
        ...
