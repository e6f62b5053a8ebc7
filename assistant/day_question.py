"""Reads whether a question is about a day: what it asks about, which day or week, or the next holiday."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.plain import plainly
from tools.calendar import Holiday, holidays_of
from tools.live import Matter
from tools.value import Value

WORDS = Path(__file__).parent / "lexicon" / "days.yaml"
LONGEST = 300
"""Longer texts are not about a day; the patterns are not run on them."""

_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?(?![\d:])"
_NUMERIC = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?(?![\d/])")
_NEXT_NAMED = re.compile(r"\bnext\s*$|\bproxim[oa]\s*$")


class When(Value):
    """A day, or the Monday of a week. `holiday` is set if the day was named by its holiday."""

    day: date | None = None
    week: date | None = None
    holiday: Holiday | None = None


class DayQuestion(Value):
    """What is asked about a day. `matter` is None for a question about holidays; `when` None if no day is named."""

    matter: Matter | None
    when: When | None = None
    next_holiday: bool = False


@dataclass(frozen=True)
class DayWords:
    """The word patterns of the lexicon."""

    matters: tuple[tuple[Matter, re.Pattern[str]], ...]
    weekdays: tuple[re.Pattern[str], ...]
    months: tuple[re.Pattern[str], ...]
    asks: re.Pattern[str]
    single: dict[str, re.Pattern[str]]

    def has(self, name: str, plain: str) -> bool:
        """Whether words of this name of the lexicon stand in a plain text."""
        return self.single[name].search(plain) is not None


@lru_cache(maxsize=2)
def load_day_words(path: Path = WORDS) -> DayWords:
    """The lexicon of days."""
    text = "".join(
        plainly(each) if each.isalpha() and not each.isascii() else each for each in path.read_text(encoding="utf-8")
    )
    rows = yaml.load(text, yaml.CSafeLoader)
    return DayWords(
        matters=tuple((Matter(name), re.compile("|".join(rows["matters"][name]))) for name in rows["matters"]),
        weekdays=tuple(re.compile(each) for each in rows["weekdays"]),
        months=tuple(re.compile(each) for each in rows["months"]),
        asks=re.compile("|".join(rows["asks"])),
        single={name: re.compile(text) for name, text in rows.items() if isinstance(text, str)},
    )


def read_day_question(text: str, *, today: date, street: bool = False) -> DayQuestion | None:
    """What a text asks about a day; None if it asks nothing of the kind. `street` tells that it names a street."""
    words, plain = load_day_words(), plainly(text)
    if len(text) > LONGEST or not words.asks.search(plain) or words.has("trouble", plain):
        return None
    when = read_when(plain, today=today)
    matter = next((each for each, pattern in words.matters if pattern.search(plain)), None)
    if matter is None:
        return _about_holidays(plain, when, words)
    return DayQuestion(matter=matter, when=when) if _asks_of_day(matter, plain, when, words, street=street) else None


def _about_holidays(plain: str, when: When | None, words: DayWords) -> DayQuestion | None:
    if not words.has("holiday", plain) or words.has("rules", plain):
        return None
    if when is not None and when.day is not None:
        return DayQuestion(matter=None, when=when)
    return DayQuestion(matter=None, next_holiday=True) if words.has("next", plain) else None


def _asks_of_day(matter: Matter, plain: str, when: When | None, words: DayWords, *, street: bool) -> bool:
    """Whether words about a matter ask for its state on a day rather than for its rules."""
    if words.has("rules", plain):
        return False
    match matter:
        case Matter.SNOW_EMERGENCY:
            return True
        case Matter.SWEEPING:
            return street or (when is not None and when.holiday is None)
        case Matter.COLLECTION:
            return when is not None and when.holiday is None
        case Matter.BUILDINGS | Matter.SCHOOLS | Matter.TOW_LOT:
            return when is not None and words.has("open", plain)
        case Matter.METERS:
            return when is not None


def read_when(plain: str, *, today: date) -> When | None:
    """The day or week that a plain text names, seen from today."""
    words = load_day_words()
    if named := next(_by_holiday(plain, today), None):
        return _beside(named, plain, words)
    if day := _by_date(plain, today, words):
        return When(day=day)
    if words.has("next_week", plain):
        return When(week=today - timedelta(days=today.weekday()) + timedelta(days=7))
    if words.has("today", plain):
        return When(day=today)
    if words.has("tomorrow", plain):
        return When(day=today + timedelta(days=1))
    if (day := _by_weekday(plain, today, words)) is not None:
        return When(day=day)
    return When(week=today - timedelta(days=today.weekday())) if words.has("this_week", plain) else None


def _beside(named: Holiday, plain: str, words: DayWords) -> When:
    """The holiday's own day, or the one after or before it."""
    if words.has("day_after", plain):
        return When(day=named.day + timedelta(days=1))
    if words.has("day_before", plain):
        return When(day=named.day - timedelta(days=1))
    return When(day=named.day, holiday=named)


def _by_holiday(plain: str, today: date) -> Iterator[Holiday]:
    """The next holiday of each name that is said, at its observed day if it was moved."""
    for each in (*holidays_of(today.year), *holidays_of(today.year + 1)):
        if each.day >= today and re.search(rf"\b(?:{each.said})(?!\w)", plain):
            moved = next((other for other in holidays_of(each.day.year) if other.observed and _same(other, each)), each)
            yield moved


def _same(one: Holiday, other: Holiday) -> bool:
    return one.names == other.names and abs((one.day - other.day).days) <= 1


def _by_date(plain: str, today: date, words: DayWords) -> date | None:
    if match := _NUMERIC.search(plain):
        return _coming(int(match[1]), int(match[2]), today)
    for number, month in enumerate(words.months, 1):
        for match in month.finditer(plain):
            after = re.match(rf"\s*{_ORDINAL}", plain[match.end() :])
            before = re.search(rf"{_ORDINAL}\s*(?:de|of)?\s*$", plain[: match.start()])
            if found := after or before:
                return _coming(number, int(found[1]), today)
    return None


def _coming(month: int, day: int, today: date) -> date | None:
    """The next such day; None if there is none."""
    for year in (today.year, today.year + 1):
        try:
            if (found := date(year, month, day)) >= today:
                return found
        except ValueError:
            continue
    return None


def _by_weekday(plain: str, today: date, words: DayWords) -> date | None:
    """The coming such weekday, today included; "next Monday" said on a Monday is a week away."""
    for number, weekday in enumerate(words.weekdays):
        if match := weekday.search(plain):
            ahead = (number - today.weekday()) % 7
            again = ahead == 0 and _NEXT_NAMED.search(plain[: match.start()])
            return today + timedelta(days=7 if again else ahead)
    return None
