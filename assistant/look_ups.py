"""Keeps look-ups from telling anything to who guesses: so many that lead to nothing in an hour, all equally slow."""

import asyncio
from datetime import datetime, timedelta
from time import monotonic

from assistant.conversation import Conversation

MOST_NOT_FOUND = 5
"""Numbers that lead to nothing in one conversation in an hour; who goes on guessing is sent to a person."""

WINDOW = timedelta(hours=1)
SAME_SECONDS = 0.05
"""How long a look-up that tells nothing takes at least, so that its time tells nothing either."""


def may_look(conversation: Conversation, now: datetime) -> bool:
    """Whether a further number may be looked up."""
    return conversation.not_found < MOST_NOT_FOUND or _is_over(conversation, now)


def not_found(conversation: Conversation, now: datetime) -> Conversation:
    """The conversation after a number that led to nothing."""
    begins = _is_over(conversation, now)
    count = 1 if begins else conversation.not_found + 1
    since = now if begins else conversation.not_found_since
    return conversation.model_copy(update={"not_found": count, "not_found_since": since})


async def as_long(began: float, seconds: float = SAME_SECONDS) -> None:
    """Wait until so long has passed since `began`, by the monotonic clock."""
    await asyncio.sleep(max(0.0, began + seconds - monotonic()))


def _is_over(conversation: Conversation, now: datetime) -> bool:
    return conversation.not_found_since is None or now - conversation.not_found_since >= WINDOW
