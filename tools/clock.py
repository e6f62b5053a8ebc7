"""The city's clock: aware UTC for storing, Boston time for people."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Tells the time, aware UTC."""

CITY_ZONE = ZoneInfo("America/New_York")


def system_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


def fixed_clock(at: datetime) -> Clock:
    """A clock that always tells the same time. Raises ValueError if `at` has no time zone."""
    if at.tzinfo is None:
        raise ValueError(
            f"The clock needs a time with its zone, such as 2026-03-10T09:00:00-05:00, not {at.isoformat()!r}."
        )
    moment = at.astimezone(UTC)
    return lambda: moment


def city_time(at: datetime) -> datetime:
    """The same moment as Boston's clocks show it."""
    return at.astimezone(CITY_ZONE)
