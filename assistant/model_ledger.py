"""The account of one turn's model calls: the time and calls it still has, and what they came to.

It travels in a context variable, so that every call of a turn shares it however deep it is made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic

from pydantic import Field as Limits

from assistant.engine import Trouble
from assistant.message import Channel
from assistant.model import Usage
from assistant.turn import Step
from tools.value import Value

SECONDS = {Channel.SMS: 10.0, Channel.WEB: 8.0, Channel.VOICE: 8.0}
"""How long a turn may take on each channel, all its model calls together."""

KEPT_FOR_US = 0.4
"""Seconds of a turn that are never given to a model: the embedded engine and our own steps need them."""

DESK_SECONDS = 4.0
"""How long a call-taker waits for a draft."""

DID = {"read": "asked the model to read the message", "word": "asked the model to word an answer"}


class ModelCall(Value):
    """One call of a model with its retries and repair. `trouble` says why the embedded engine did it instead."""

    call: str
    model: str
    prompt: str
    attempts: int = Limits(ge=0)
    ms: float = Limits(ge=0)
    usage: Usage = Usage()
    cost_usd: float | None = None
    trouble: Trouble | None = None

    def as_step(self) -> Step:
        """The call as a step of its turn."""
        instead = f"; the embedded engine did it instead ({self.trouble.value})" if self.trouble else ""
        detail: dict[str, str | int | float | bool | None] = {
            "call": self.call,
            "model": self.model,
            "prompt": self.prompt,
            "attempts": self.attempts,
            "prompt_tokens": self.usage.prompt,
            "cached_tokens": self.usage.cached,
            "completion_tokens": self.usage.completion,
            "cost_usd": self.cost_usd,
            "trouble": self.trouble.value if self.trouble else None,
        }
        return Step(name="model", did=f"{DID.get(self.call, self.call)}{instead}", ms=self.ms, detail=detail)


@dataclass
class Ledger:
    """What the model calls of a turn share. `ends` is in the seconds of `time.monotonic`."""

    conversation_id: str
    ends: float
    calls: list[ModelCall] = field(default_factory=list)

    def left(self) -> float:
        """The seconds this turn still has; never less than 0."""
        return max(0.0, self.ends - monotonic())

    def made(self, call: str) -> bool:
        """Whether a call of this name was made in the turn: each is made once."""
        return any(each.call == call for each in self.calls)

    def steps(self) -> tuple[Step, ...]:
        """The calls as steps of the turn."""
        return tuple(each.as_step() for each in self.calls)


_current: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def opened_ledger(conversation_id: str, *, seconds: float) -> Iterator[Ledger]:
    """The account of what happens inside, with so many seconds for all of it."""
    ledger = Ledger(conversation_id, monotonic() + seconds)
    token = _current.set(ledger)
    try:
        yield ledger
    finally:
        _current.reset(token)


def current_ledger() -> Ledger:
    """The account of the turn under way; one of its own, with the desk's time, for a call outside any turn."""
    return _current.get() or Ledger("", monotonic() + DESK_SECONDS)
