"""Works a conversation off: takes its lease, answers what is unanswered as one turn, and commits it whole."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from assistant.conversation import Conversation
from assistant.history import History
from assistant.leases import PARKED_AFTER, Lease
from assistant.message import Message, Reply
from assistant.news_rows import news_between
from assistant.progress import ToFile
from assistant.store import LeaseLost, Store
from assistant.turn import Turn, turn_id_of
from assistant.turn_watch import TurnWatch
from assistant.under_way import working_on
from tools.crash_points import Point, reached
from tools.value import Value

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 0.25
"""How often a held lease of another process is tried again; within a process nobody polls."""


class Responded(Value):
    """What a turn came to: the record of it, the conversation after it, cases still to be filed, and the texts that go
    out if they are not the replies as they stand."""

    turn: Turn
    conversation: Conversation
    to_file: tuple[ToFile, ...] = ()
    texts: tuple[Reply, ...] | None = None


Respond = Callable[[Conversation, tuple[Message, ...]], Awaitable[Responded]]


class Worker:
    """Serialises turns: one conversation at a time, by a lease that expires if the worker dies."""

    def __init__(
        self,
        store: Store,
        history: History,
        respond: Respond,
        *,
        lease_seconds: float,
        park: Respond | None = None,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._history = history
        self._respond = respond
        self._park = park
        self._committed = committed
        self._lease_seconds = lease_seconds
        self._doors: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._under_way: dict[str, tuple[str, ...]] = {}
        self.watch = TurnWatch(history)

    async def work(self, conversation_id: str) -> Turn | None:
        """Answer everything unanswered; the last turn, or None if there was nothing or another process has the lease.

        A worker that lost its lease writes nothing; whoever took over answers.
        """
        async with self._door(conversation_id):
            with working_on(conversation_id):
                return await self._work_alone(conversation_id)

    async def _work_alone(self, conversation_id: str) -> Turn | None:
        lease = await self._store.take_lease(conversation_id, seconds=self._lease_seconds)
        if lease is None:
            return None
        turn, reads_to = None, lease.reads_to
        reached(Point.AFTER_LEASE)
        try:
            async with self._renewing(lease):
                while unanswered := await self._store.unanswered(conversation_id):
                    parks = turn is None and lease.failures >= PARKED_AFTER
                    read = tuple(each for each in unanswered if parks or each.sequence <= reads_to) or unanswered
                    turn, reads_to = await self._one_turn(lease, read, self._park if parks else None)
                reached(Point.BEFORE_RELEASE)
        except LeaseLost:
            log.warning("A turn lost its lease.", extra={"event": "lease_lost"})
            return None
        except Exception:
            await self._store.record_failure(conversation_id)
            raise
        finally:
            self._under_way.pop(conversation_id, None)
            await self._store.release(lease)
        return turn

    async def _one_turn(self, lease: Lease, unanswered: tuple[Message, ...], park: Respond | None) -> tuple[Turn, int]:
        """Answer; or, where that failed too often, give the conversation to a person and say so. Also returns up to
        which message the next turn may read."""
        self._under_way[lease.conversation_id] = tuple(message.message_id for message in unanswered)
        conversation = await self._store.conversation(lease.conversation_id)
        reached(Point.AFTER_READ)
        responded = await (park or self._respond)(conversation, unanswered)
        reached(Point.AFTER_GRAPH)
        reads_to = await self._store.commit(
            lease,
            responded.turn,
            responded.conversation,
            texts=responded.texts,
            opt=_changed_wish(conversation, responded.conversation),
            cases=responded.to_file,
            parked=park is not None,
            news=news_between(conversation, responded.conversation),
        )
        reached(Point.AFTER_COMMIT)
        self._committed()
        self.watch.tell(lease.conversation_id)
        return responded.turn, reads_to

    async def finished(self, conversation_id: str, message_id: str, *, wait_seconds: float) -> Turn | None:
        """The turn that answers a message, run here if nobody runs it yet; None if it takes longer than that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                while (turn := await self._history.turn_of_message(conversation_id, message_id)) is None:
                    worked = asyncio.create_task(self.work(conversation_id))
                    if await asyncio.shield(worked) is None:
                        await asyncio.sleep(LOOK_AGAIN_SECONDS)
                return turn
        return None

    async def promised(self, conversation_id: str, message_id: str) -> str:
        """The id that the turn which answers an unanswered message will have, as far as this process can know.

        The turn under way if the message is part of it, else the one that begins with what waits behind it.
        """
        under_way = self._under_way.get(conversation_id, ())
        if message_id in under_way:
            return turn_id_of(conversation_id, under_way[0])
        waiting = [message.message_id for message in await self._store.unanswered(conversation_id)]
        behind = (each for each in waiting if each not in under_way)
        return turn_id_of(conversation_id, next(behind, message_id))

    @asynccontextmanager
    async def _door(self, conversation_id: str) -> AsyncIterator[None]:
        """Within this process one task at a time works on a conversation; the others wait their turn."""
        lock = self._doors.setdefault(conversation_id, asyncio.Lock())
        self._waiting[conversation_id] = self._waiting.get(conversation_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id], self._doors[conversation_id]

    @asynccontextmanager
    async def _renewing(self, lease: Lease) -> AsyncIterator[None]:
        async def renew() -> None:
            while True:
                await asyncio.sleep(self._lease_seconds / 3)
                if not await self._store.renew(lease, seconds=self._lease_seconds):
                    return

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _changed_wish(before: Conversation, after: Conversation) -> str | None:
    if before.opted_out == after.opted_out:
        return None
    return "out" if after.opted_out else "in"
