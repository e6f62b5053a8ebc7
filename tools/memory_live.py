"""A live status in memory, shipped for scenarios and tests: says what it is given, or fails on demand."""

from collections.abc import Iterable

from tools.clock import Clock
from tools.live import LiveUnavailable, Notice, Seen


class MemoryLive:
    """Implements `tools.live.LiveStatus` in memory."""

    def __init__(self, clock: Clock, notices: Iterable[Notice] = (), *, fails: LiveUnavailable | None = None) -> None:
        self._clock = clock
        self.notices = tuple(notices)
        self.fails = fails
        self.asked = 0

    async def seen(self) -> Seen:
        """The notices as given. Raises the failure that was given."""
        self.asked += 1
        if self.fails is not None:
            raise type(self.fails)(str(self.fails))
        return Seen(at=self._clock(), notices=self.notices)
