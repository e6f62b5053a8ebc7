"""Reads when something was or since when it lasts, as a date in the city's calendar, with the words that say so."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.numbers import IN_WORDS, number_of
from tools.clock import city_time
from tools.draft import Field, Source
from tools.location import Span

EXACT, ABOUT = 0.9, 0.7
"""How sure a date is that was named, and one that was only counted ("for weeks")."""

_WEEKDAYS = (
    "monday|mon|lunes|segunda(?:-feira)?|lendi|lundi|thu hai",
    "tuesday|tues|tue|martes|terca(?:-feira)?|madi|mardi|thu ba",
    "wednesday|weds|wed|miercoles|quarta(?:-feira)?|mekredi|mercredi|thu tu",
    "thursday|thurs|thu|jueves|quinta(?:-feira)?|jedi|jeudi|thu nam",
    "friday|fri|viernes|sexta(?:-feira)?|vandredi|vendredi|thu sau",
    "saturday|sabado|samdi|samedi|thu bay",
    "sunday|domingo|dimanch|dimanche|chu nhat",
)
_MONTHS = (
    "january|jan|enero|janeiro|janvye",
    "february|feb|febrero|fevereiro|fevriye",
    "march|marzo|marco|mas",
    "april|apr|abril|avril",
    "may|mayo|maio|me",
    "june|jun|junio|junho|jen",
    "july|jul|julio|julho|jiye",
    "august|aug|agosto|out",
    "september|sept|sep|septiembre|setembro|septanm",
    "october|oct|octubre|outubro|oktob",
    "november|nov|noviembre|novembro|novanm",
    "december|dec|diciembre|dezembro|desanm",
)
_DAYS_AGO = (
    ("the day before yesterday|day before yesterday|anteayer|antier|anteontem|avan ?ye|avant ?hier", 2),
    ("yesterday|last night|ayer|anoche|ontem|ye swa|hier|hom qua|昨天|昨晚|вчера", 1),
    (
        "today|this (?:morning|afternoon)|tonight|hoy|esta manana|hoje|jodi a|aujourd'hui|hom nay|今天|今早",
        0,
    ),
)
_SPANS = {
    1: "days?|dias?|jou|ngay|天",
    7: "weeks?|wks?|semanas?|semen|tuan|周|週|星期",
    30: "months?|mos|mes(?:es)?|mwa|thang|个月|個月",
    365: "years?|yrs?|anos?|ane|nam|年",
}
_UNIT = "|".join(f"(?P<of{days}>{names})" for days, names in _SPANS.items())
_SINCE = r"(?:(?:since|from|desde(?: hace)?|depi|tu|depuis|on|el|este|last|this past|starting)\s+)?"
_LASTING = r"(?P<lasting>(?:for|over|about|almost|hace|desde hace|ha|faz|depi|depuis|da|already|past|last)\s+)"
_SOME = r"(?P<some>the (?:last|past) |the |last |past |over |about |almost |at least |more than |mas de |como )*"
_COUNT = rf"(?:(?P<count>{IN_WORDS[1:-1]}|several|few|a few|some|varios|varias|unas|unos)\s*)?"


@dataclass(frozen=True)
class Rule:
    """A pattern and the day it means, seen from today; how sure that day is."""

    pattern: re.Pattern[str]
    day: Callable[[re.Match[str], date], date | None]
    sure: float = EXACT


def read_when(text: str, plain: str, now: datetime | None) -> Field | None:
    """The first day a text names or counts back to, as YYYY-MM-DD; its bare words where the time is not known. `plain`
    is the text in lower case without accents."""
    found = [(match, rule) for rule in _RULES if (match := rule.pattern.search(plain))]
    if not found:
        return None
    match, rule = min(found, key=lambda each: (each[0].start(), -each[0].end()))
    day = rule.day(match, city_time(now).date()) if now else None
    span = Span.of(text, *match.span())
    return Field(
        value=day.isoformat() if day else span.quote,
        confidence=rule.sure if day else ABOUT,
        source=Source.SAID,
        evidence=span,
    )


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{pattern})(?![a-z0-9])")


def _ago(days: int) -> Callable[[re.Match[str], date], date | None]:
    return lambda _match, today: today - timedelta(days=days)


def _weekday(place: int) -> Callable[[re.Match[str], date], date | None]:
    """The last such day before today."""
    return lambda _match, today: today - timedelta(days=(today.weekday() - place - 1) % 7 + 1)


def _month(place: int) -> Callable[[re.Match[str], date], date | None]:
    """The last such month, or day of it, that is not after today."""

    def day(match: re.Match[str], today: date) -> date | None:
        return _past(place, int(match["day"] or match["before"] or 1), today)

    return day


def _figures(match: re.Match[str], today: date) -> date | None:
    """A date in figures, the month first."""
    if match["year"] is None:
        return _past(int(match["month"]), int(match["day"]), today)
    year = int(match["year"])
    return _date(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]))


def _past(month: int, day: int, today: date) -> date | None:
    this = _date(today.year, month, day)
    return _date(today.year - 1, month, day) if this is None or this > today else this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _counted(match: re.Match[str], today: date) -> date | None:
    unit = next(days for days in _SPANS if match[f"of{days}"])
    said = (match["count"] or "1").strip()
    count = number_of(said) or 3
    return today - timedelta(days=round(min(float(count), 100) * unit))


_RULES = (
    *(Rule(_whole(f"{_SINCE}(?:{words})"), _ago(days)) for words, days in _DAYS_AGO),
    *(
        Rule(
            _whole(
                rf"(?:since|from|desde(?: el)?|depi|tu|depuis|on|el|last|this past|starting)\s+"
                rf"(?:last |el |a )?(?:{words})"
            ),
            _weekday(place),
        )
        for place, words in enumerate(_WEEKDAYS)
    ),
    Rule(
        _whole(f"{_SINCE}(?:over |during |el )?(?:the |last |this |pasado )?(?:weekend|fin de semana)(?: pasado)?"),
        _weekday(5),
        ABOUT,
    ),
    *(
        Rule(
            _whole(
                rf"(?:since|in|from|on|desde|en|el|depi|depuis)\s+(?:(?P<before>\d{{1,2}}) (?:de )?)?"
                rf"(?:early |late |mid )?(?:{words})"
                r"(?:\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d))?"
            ),
            _month(place),
        )
        for place, words in enumerate(_MONTHS, start=1)
    ),
    Rule(
        _whole(r"(?:since|on|from|desde|el)\s+(?P<month>1[0-2]|0?[1-9])/(?P<day>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?"),
        _figures,
    ),
    Rule(_whole(rf"{_LASTING}{_SOME}{_COUNT}(?:{_UNIT})"), _counted, ABOUT),
    Rule(
        _whole(rf"{_COUNT}(?:{_UNIT}) (?:ago|atras|pasados?|pase|truoc|前)"),
        _counted,
        ABOUT,
    ),
    Rule(_whole(rf"(?P<count>{IN_WORDS[1:-1]})(?: |-)?(?:{_UNIT}) (?:now|already|ya|roi)"), _counted, ABOUT),
)
