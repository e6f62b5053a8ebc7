"""The city's business days: weekdays that are not a city holiday, in Boston time."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from tools.clock import CITY_ZONE, city_time
from tools.route import Target

CLOSING = time(17, 0)
"""City offices close at five; a target of business days ends then."""


@lru_cache(maxsize=20)
def city_holidays(year: int) -> frozenset[date]:
    """Massachusetts holidays with those of Suffolk County (Evacuation Day, March 17, and Bunker Hill Day, June 17)."""
    state = holidays.country_holidays("US", subdiv="MA", years=year)
    return frozenset(state) | {date(year, 3, 17), date(year, 6, 17)}


def is_business_day(day: date) -> bool:
    """Whether city offices work on this day."""
    return day.weekday() < 5 and day not in city_holidays(day.year)


def due(opened: datetime, target: Target) -> datetime:
    """When a target ends, aware UTC: whole days later at the same hour, or at closing time so many business days
    later."""
    local = city_time(opened)
    if target.unit == "days":
        return (opened + timedelta(days=target.days)).astimezone(opened.tzinfo)
    day, left = local.date(), max(1, round(target.days))
    while left:
        day += timedelta(days=1)
        left -= is_business_day(day)
    return datetime.combine(day, CLOSING, tzinfo=CITY_ZONE).astimezone(opened.tzinfo)
