"""Who wakes whom: the port, and the in-process runner that needs no broker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from assistant.message import Channel
from assistant.store import Store
from assistant.work import Worker

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds at most before a conversation that failed is tried again."""


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

    def lives(self) -> bool:
        """Whether all that was started here still runs."""
        ...


@dataclass(frozen=True)
class Chore:
    """Work that is due every so many seconds, whoever else does it too."""

    name: str
    run: Callable[[], Awaitable[None]]
    every: float


async def nobody() -> frozenset[Channel]:
    """No channel is switched off."""
    return frozenset()


class InProcessRunner:
    """One task a busy conversation, started by a wake; nothing polls while nothing is due.

    `silent` channels are left alone by the sweep. `at_once` turns run side by side: an engine that computes gains
    nothing by more, and the doors stay quick.
    """

    def __init__(
        self,
        store: Store,
        worker: Worker,
        *,
        chores: tuple[Chore, ...] = (),
        sweep_seconds: float = 30.0,
        at_once: int = 4,
        silent: Callable[[], Awaitable[frozenset[Channel]]] = nobody,
    ) -> None:
        self._worker = worker
        self._chores = (Chore("sweep", self._sweep, sweep_seconds), *chores)
        self._store = store
        self._silent = silent
        self._room = asyncio.Semaphore(at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, float] = {}
        self._failed: dict[str, int] = {}
        self._chore_tasks: list[asyncio.Task[None]] = []
        self._draining = asyncio.Event()

    async def start(self) -> None:
        """Begin, with a sweep for what was left unanswered."""
        self._chore_tasks = [asyncio.create_task(self._regularly(chore)) for chore in self._chores]

    def wake(self, conversation_id: str, *, delay: float = 0.0) -> None:
        """Work the conversation off, once more if a task is at it already."""
        if self._draining.is_set():
            return
        if conversation_id in self._tasks:
            self._again.setdefault(conversation_id, delay)
            return
        task = asyncio.create_task(self._work(conversation_id, delay))
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda _: self._done(conversation_id))

    async def drain(self, seconds: float) -> None:
        """Finish what is under way, within so many seconds, and start nothing new. Nobody waits for a burst to end."""
        self._draining.set()
        for chore in self._chore_tasks:
            chore.cancel()
        await asyncio.gather(*self._chore_tasks, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)

    def lives(self) -> bool:
        """Whether all that was started here still runs."""
        return not any(task.done() for task in self._chore_tasks)

    def _done(self, conversation_id: str) -> None:
        self._tasks.pop(conversation_id, None)
        delay = self._again.pop(conversation_id, None)
        if conversation_id in self._failed:
            delay = min(LONGEST_PAUSE, 2.0 ** self._failed[conversation_id])
        if delay is not None:
            self.wake(conversation_id, delay=delay)

    async def _work(self, conversation_id: str, delay: float) -> None:
        await self._pause(delay)
        if self._draining.is_set() and conversation_id in self._failed:
            return
        try:
            async with self._room:
                # What came until now is read in this turn; what comes from now on may need another.
                self._again.pop(conversation_id, None)
                await self._worker.work(conversation_id)
        except Exception:
            self._failed[conversation_id] = self._failed.get(conversation_id, 0) + 1
            told = {"event": "work_failed", "conversation_id": conversation_id}
            log.exception("A conversation could not be worked off.", extra=told)
        else:
            self._failed.pop(conversation_id, None)

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._draining.wait()

    async def _sweep(self) -> None:
        for conversation_id in await self._store.with_unanswered(but=await self._silent()):
            if conversation_id not in self._tasks:
                self.wake(conversation_id)

    async def _regularly(self, chore: Chore) -> None:
        while True:
            try:
                await chore.run()
            except Exception:
                told = {"event": "chore_failed", "chore": chore.name}
                log.exception("Regular work failed; it is tried again.", extra=told)
            await asyncio.sleep(chore.every)
