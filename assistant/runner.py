"""Who wakes whom: the port, and the in-process runner that needs no broker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from assistant.store import Store
from assistant.work import Worker

log = logging.getLogger(__name__)


class Runner(Protocol):
    """Sees to it that unanswered messages are worked off. A wake is only a hint; the sweep finds what was missed."""

    async def start(self) -> None:
        """Begin, with a sweep for what was left unanswered."""
        ...

    def wake(self, conversation_id: str, *, delay: float = 0.0) -> None:
        """Something arrived in this conversation."""
        ...

    async def drain(self, seconds: float) -> None:
        """Finish what is under way, within so many seconds, and start nothing new."""
        ...


class InProcessRunner:
    """One task a busy conversation, started by a wake; nothing polls while nothing is due."""

    def __init__(
        self,
        store: Store,
        worker: Worker,
        *,
        chores: tuple[Callable[[], Awaitable[None]], ...] = (),
        sweep_seconds: float = 30.0,
    ) -> None:
        self._store = store
        self._worker = worker
        self._chores = chores
        self._sweep_seconds = sweep_seconds
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, with a sweep for what was left unanswered."""
        self._sweeper = asyncio.create_task(self._sweep())

    def wake(self, conversation_id: str, *, delay: float = 0.0) -> None:
        """Work the conversation off unless a task is about to."""
        if conversation_id not in self._tasks:
            task = asyncio.create_task(self._work(conversation_id, delay))
            self._tasks[conversation_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(conversation_id, None))

    async def drain(self, seconds: float) -> None:
        """Finish what is under way, within so many seconds, and start nothing new."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)

    async def _work(self, conversation_id: str, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            await self._worker.work(conversation_id)
        except Exception:
            log.exception("A conversation could not be worked off.", extra={"event": "work_failed"})

    async def _sweep(self) -> None:
        while True:
            try:
                for conversation_id in await self._store.with_unanswered():
                    self.wake(conversation_id)
                for chore in self._chores:
                    await chore()
            except Exception:
                log.exception("A sweep failed; the next one tries again.", extra={"event": "sweep_failed"})
            await asyncio.sleep(self._sweep_seconds)
