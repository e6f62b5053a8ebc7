"""The city's calendar in Boston time: business days, and the City's holidays with those of Suffolk County."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import holidays
import yaml

from tools.clock import CITY_ZONE, city_time
from tools.route import Target
from tools.value import Value

CLOSING = time(17, 0)
"""City offices close at five; a target of business days ends then."""

NAMES = Path(__file__).parent / "boston" / "holidays.yaml"
_OBSERVED = " (observed)"


class Holiday(Value):
    """A City holiday. `names` by language; `said` is how residents name it, a pattern; `observed` marks a day moved
    from a Sunday; `county` the two of Suffolk County, on which what closes differs from year to year."""

    day: date
    names: dict[str, str]
    said: str
    county: bool = False
    observed: bool = False

    def name(self, language: str) -> str:
        """The holiday's name in a language, in English if we have no other."""
        return self.names.get(language, self.names["en"])


@lru_cache(maxsize=20)
def holidays_of(year: int) -> tuple[Holiday, ...]:
    """A year's holidays in order: those of Massachusetts, Evacuation Day (March 17) and Bunker Hill Day (June 17)."""
    rows = yaml.load(NAMES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    ours = {row["library"]: row for row in rows["state"]}
    found = [
        Holiday(
            day=day,
            names={"en": row["en"], "es": row["es"]},
            said=row["said"],
            observed=name.endswith(_OBSERVED),
        )
        for day, names in holidays.country_holidays("US", subdiv="MA", years=year).items()
        for name in names.split("; ")
        if (row := ours.get(name.removesuffix(_OBSERVED)))
    ]
    for row in rows["county"]:
        names = {"en": row["en"], "es": row["es"]}
        found.append(Holiday(day=date(year, row["month"], row["day"]), names=names, said=row["said"], county=True))
    return tuple(sorted(found, key=lambda each: each.day))


def holiday_on(day: date) -> Holiday | None:
    """The holiday that falls on a day."""
    return next((each for each in holidays_of(day.year) if each.day == day), None)


def next_holiday(day: date) -> Holiday:
    """The first holiday on or after a day that closes City offices."""
    coming = (*holidays_of(day.year), *holidays_of(day.year + 1))
    return next(each for each in coming if each.day >= day and not each.county)


@lru_cache(maxsize=20)
def city_holidays(year: int) -> frozenset[date]:
    """Massachusetts holidays with those of Suffolk County (Evacuation Day, March 17, and Bunker Hill Day, June 17)."""
    return frozenset(each.day for each in holidays_of(year))


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
