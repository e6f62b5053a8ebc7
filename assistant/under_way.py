"""Which conversation and turn are worked on, for whoever tells of it: log lines and traces.

It travels in a context variable, so that everything said within a turn can name it however deep it is said.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class UnderWay:
    """What is worked on. There is no turn yet while a conversation is only taken up."""

    conversation_id: str
    turn_id: str | None = None


_current: ContextVar[UnderWay | None] = ContextVar("under_way", default=None)


@contextmanager
def working_on(conversation_id: str, turn_id: str | None = None) -> Iterator[None]:
    """Everything inside belongs to this conversation, and to this turn of it."""
    token = _current.set(UnderWay(conversation_id, turn_id))
    try:
        yield
    finally:
        _current.reset(token)


def under_way() -> UnderWay | None:
    """What is worked on here; None outside of any conversation."""
    return _current.get()
