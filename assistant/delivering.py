"""Sends texts: takes what is due, hands it to the carrier outside of any transaction, and notes what became of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from assistant.deliveries import Deliveries, Due
from assistant.sender import NotNow, Refused, Sender, SendFailed, ShutOut, Unsure
from assistant.switches import Switch
from tools.crash_points import Point, reached

log = logging.getLogger(__name__)

MOST_AT_ONCE = 16
LOOK_AGAIN_SECONDS = 30.0
"""How often the table is looked at although nobody woke us; other processes write to it too."""

GATHERING_SECONDS = 0.05
"""What becomes due within so short a while is taken in one round: a round costs several statements, each text one."""

SHUT_OUT_SECONDS = 60.0


SWITCH_SECONDS = 2.0
"""How soon texts go out again once their channel is switched on."""

Off = Callable[[], Awaitable[frozenset[Switch]]]


async def nothing_off() -> frozenset[Switch]:
    """Every channel is on."""
    return frozenset()


class Post:
    """Carries the outbox to the carrier. Without a carrier everything waits where it is."""

    def __init__(self, deliveries: Deliveries, sender: Sender | None, *, off: Off = nothing_off) -> None:
        self.deliveries = deliveries
        self._sender = sender
        self._off = off
        self._awake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    @property
    def carries(self) -> bool:
        """Whether there is a carrier."""
        return self._sender is not None

    def wake(self) -> None:
        """Something may be due."""
        self._awake.set()

    async def start(self, *, alone: bool) -> None:
        """Begin. `alone` says that no other process sends: what is being sent was left by one that died."""
        if self._sender is not None:
            await self.deliveries.recover(**({"older_than": 0.0} if alone else {}))
            self._loop = asyncio.create_task(self._run(self._sender))

    async def recover(self) -> None:
        """Doubt what a process was sending when it died."""
        if await self.deliveries.recover():
            self.wake()

    async def drain(self, seconds: float) -> None:
        """Start nothing new, finish what is with the carrier, within so many seconds."""
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*self._under_way)
                await self.settled()
        if self._sender is not None:
            await self._sender.close()

    async def settled(self) -> None:
        """Send everything that is due now, until nothing is; for tests and short commands, without `start`."""
        if self._sender is None or Switch.SMS in await self._off():
            return
        while due := (await self.deliveries.claim(most=MOST_AT_ONCE)).due:
            for each in due:
                await self._one(self._sender, each)

    async def _run(self, sender: Sender) -> None:
        while True:
            self._awake.clear()
            wait: float | None = LOOK_AGAIN_SECONDS
            try:
                free = MOST_AT_ONCE - len(self._under_way)
                wait = await self._round(sender, free) if free else LOOK_AGAIN_SECONDS
            except Exception:
                log.exception("Texts could not be looked up; this is tried again.", extra={"event": "post_failed"})
                wait = 1.0
            with suppress(TimeoutError):
                async with asyncio.timeout(min(LOOK_AGAIN_SECONDS, wait if wait is not None else LOOK_AGAIN_SECONDS)):
                    await self._awake.wait()
            await asyncio.sleep(GATHERING_SECONDS)

    async def _round(self, sender: Sender, free: int) -> float | None:
        off = await self._off()
        if Switch.SMS in off:
            return SWITCH_SECONDS
        taken = await self.deliveries.claim(most=free, whatsapp=Switch.WHATSAPP not in off)
        for each in taken.due:
            task = asyncio.create_task(self._one(sender, each))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        return taken.wait

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._awake.set()

    async def _one(self, sender: Sender, due: Due) -> None:
        try:
            await (self._look_for(sender, due) if due.doubtful else self._send(sender, due))
        except Exception:
            log.exception("A text could not be settled; it is looked for later.", extra={"event": "delivery_failed"})

    async def _send(self, sender: Sender, due: Due) -> None:
        reached(Point.BEFORE_SEND)
        try:
            provider_id = await sender.send(due.text)
        except SendFailed as error:
            await self._failed(due, error)
        else:
            reached(Point.AFTER_SEND)
            await self.deliveries.taken(due.text.delivery_id, provider_id)
            reached(Point.AFTER_TAKEN)

    async def _failed(self, due: Due, error: SendFailed) -> None:
        told = {"event": "text_not_taken", "code": error.code, "delivery_id": due.text.delivery_id}
        match error:
            case Refused():
                log.warning("The carrier refused a text.", extra=told)
                await self.deliveries.failed(due, code=error.code)
            case NotNow():
                await self.deliveries.again(due, code=error.code, seconds=error.seconds)
            case ShutOut():
                log.error("The carrier does not accept our credentials; no texts go out.", extra=told)
                await self.deliveries.again(due, code=error.code, seconds=SHUT_OUT_SECONDS, counts=False)
            case Unsure():
                log.warning("The carrier did not say whether it took a text.", extra=told)
                await self.deliveries.doubtful(due, code=error.code)

    async def _look_for(self, sender: Sender, due: Due) -> None:
        """Ask the carrier for a doubtful text. What it does not have is sent again: rather twice than never."""
        try:
            found = await sender.find(due.text, since=due.at)
        except SendFailed as error:
            await self.deliveries.doubtful(due, code=error.code)
            return
        taken = await self.deliveries.known(found)
        if ours := [each for each in found if each not in taken]:
            await self.deliveries.taken(due.text.delivery_id, ours[0])
        else:
            await self.deliveries.again(due, code="not_found", seconds=0.0)
