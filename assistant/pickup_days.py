"""Words the day of a pick-up in a resident's language, and reads which day they name."""

import re
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.day_question import read_when
from assistant.plain import plainly
from assistant.wording import Wording

WEEKDAYS = Path(__file__).parent / "lexicon" / "pickup_weekdays.yaml"
READ_BY_DATES = ("en", "es")
"""The languages whose dates and weekdays the reader of questions about days knows."""

FEWEST = 3
"""A bare number below this is an answer to the read-back, not a day of the month."""

LONGEST_NUMBERED = 4
"""In more words than this a number counts something else ("2 mattresses and a box spring")."""

_NUMBER = re.compile(r"(?<![\d/:.])(\d{1,2})(?![\d/:])")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b|\b(?:the|el|dia|day) (\d{1,2})\b|^(\d{1,2})$")


def day_in_words(day: date, wording: Wording, *, language: str) -> str:
    """A day with its weekday, as the language writes it."""
    weekday = wording.say("pickup_weekdays", language).split(",")[day.weekday()]
    return wording.say("pickup_date", language, weekday=weekday, date=wording.date(day, language))


def named_day(text: str, days: tuple[date, ...], *, today: date, language: str) -> date | None:
    """The day that words name, free or not: a date, a weekday, or the day of the month of one that is free."""
    plain = plainly(text)
    if language in READ_BY_DATES:
        found = read_when(plain, today=today)
        if found is not None and found.day is not None:
            return _same_weekday(found.day, days) if not any(map(str.isdigit, plain)) else found.day
    weekday = next((place for place, pattern in enumerate(_weekdays(language)) if pattern.search(plain)), None)
    numbered = _by_number(plain, days, language)
    if numbered is not None or weekday is None:
        return numbered
    return _same_weekday(today + timedelta(days=(weekday - today.weekday()) % 7), days)


def _same_weekday(day: date, days: tuple[date, ...]) -> date:
    """The first free day of this weekday; the day itself if none is."""
    return next((each for each in days if each.weekday() == day.weekday()), day)


def _by_number(plain: str, days: tuple[date, ...], language: str) -> date | None:
    """The one free day whose number stands there ("the 16th", "3月16日", "16 марта")."""
    if language in READ_BY_DATES:
        numbers = {int(number) for found in _ORDINAL.findall(plain.strip()) for number in found if number}
    else:
        numbers = {int(found) for found in _NUMBER.findall(plain)} if len(plain.split()) <= LONGEST_NUMBERED else set()
    alone = plain.strip().isdigit()
    named = [day for day in days if day.day in numbers and not (alone and day.day < FEWEST)]
    return named[0] if len(named) == 1 else None


@lru_cache
def _weekdays(language: str) -> tuple[re.Pattern[str], ...]:
    rows = yaml.safe_load(WEEKDAYS.read_text(encoding="utf-8"))
    return tuple(re.compile("".join(map(_plain, each))) for each in rows.get(language, ()))


def _plain(letter: str) -> str:
    """A letter of a pattern as it stands in plain text; its signs stay."""
    return plainly(letter) if letter.isalpha() and not letter.isascii() else letter
