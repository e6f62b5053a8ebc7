"""Wakes everybody who follows a conversation when a turn of it is committed, here or by another process."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from assistant.history import History

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often the database is asked for turns of other processes: once for all followers, and never while nobody
follows."""


class TurnWatch:
    """One for a process, however many follow. A turn that was committed here wakes its followers at once."""

    def __init__(self, history: History, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._history = history
        self._look_seconds = look_seconds
        self._followers: dict[str, set[asyncio.Event]] = {}
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def following(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be a new turn; who follows clears it before reading."""
        event = asyncio.Event()
        self._followers.setdefault(conversation_id, set()).add(event)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield event
        finally:
            self._leave(conversation_id, event)

    def tell(self, conversation_id: str) -> None:
        """Wake whoever follows this conversation in this process."""
        for event in self._followers.get(conversation_id, ()):
            event.set()

    def _leave(self, conversation_id: str, event: asyncio.Event) -> None:
        others = self._followers[conversation_id]
        others.discard(event)
        if not others:
            del self._followers[conversation_id]
        if not self._followers and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look(self) -> None:
        told: frozenset[int] | None = None
        while True:
            try:
                newest = await self._history.newest_turns()
            except (SQLAlchemyError, OSError) as error:
                log.warning("New turns cannot be looked for.", extra={"event": "watch_failed", "error": str(error)})
            else:
                for number, conversation_id in newest.items():
                    if told is None or number not in told:
                        self.tell(conversation_id)
                told = frozenset(newest)
            await asyncio.sleep(self._look_seconds)
