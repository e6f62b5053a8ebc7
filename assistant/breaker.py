"""A circuit breaker: after failures in a row a server is left alone for a while, then one call tries it again."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

FAILURES = 3
"""So many failures in a row open the breaker."""

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 240.0
"""Seconds a server is left alone; each failed trial doubles them."""

TRIAL_SECONDS = 60.0
"""After so long a trial that told nothing counts as lost, and another may be made."""


@dataclass
class Breaker:
    """Closed while a server answers, open while it is left alone, and half open for one trial call after that."""

    now: Callable[[], float] = monotonic
    failures: int = 0
    pause: float = FIRST_PAUSE
    opens_until: float | None = None
    trying_since: float | None = None

    def allows(self) -> bool:
        """Whether a call may be made now. Half open, the first to ask is the trial; the others are refused."""
        if self.opens_until is None:
            return True
        now = self.now()
        trying = self.trying_since is not None and now - self.trying_since < TRIAL_SECONDS
        if now < self.opens_until or trying:
            return False
        self.trying_since = now
        return True

    def succeeded(self) -> None:
        """The server answered, whatever it said."""
        self.failures, self.pause = 0, FIRST_PAUSE
        self.opens_until = self.trying_since = None

    def failed(self) -> None:
        """The server did not answer as a working server does."""
        self.failures += 1
        if self.trying_since is not None:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if self.trying_since is not None or self.failures >= FAILURES:
            self.opens_until = self.now() + self.pause
        self.trying_since = None

    @property
    def open(self) -> bool:
        """Whether calls are refused just now, or only a trial is let through."""
        return self.opens_until is not None
