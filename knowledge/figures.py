"""Finds the figures of a text (links, phone numbers, sums, dates, hours, numbers) and gives each one spelling.

"$25", "25 dollars" and "twenty-five dollars" are one figure, as are "6 a.m.", "6am" and "06:00". It reads the digits of
all eleven languages and their commonest words for units; a unit it does not know leaves a plain number.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from knowledge.figure_words import FigureWords, figure_words
from knowledge.words import plain


class FigureKind(StrEnum):
    """What a figure measures or names."""

    LINK = "link"
    EMAIL = "email"
    PHONE = "phone"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"


@dataclass(frozen=True)
class Figure:
    """A figure as it was said, with its value; several values if it can be read in several ways ("8:30").

    Values: a link without dress, the digits of a phone number, an amount in dollars, percent, `04-01` or `04` or `mon`,
    `18:00`, or a number with its unit (`3 day`) or without.
    """

    kind: FigureKind
    said: str
    values: frozenset[str]


@dataclass(frozen=True)
class _Rule:
    kind: FigureKind
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], set[str]]

    def taken_from(self, text: str, found: list[Figure]) -> str:
        """Add this rule's figures to those found; gives the text with their places left blank."""
        taken = [(match, values) for match in self.pattern.finditer(text) if (values := self.read(match))]
        found.extend(Figure(self.kind, match[0].strip(), frozenset(values)) for match, values in taken)
        for match, _ in taken:
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
        return text


def figures_of(text: str) -> tuple[Figure, ...]:
    """Every figure of a text, kind by kind; no part of the text belongs to two."""
    left = plain(_ascii_digits(text))
    found: list[Figure] = []
    for rule in _rules():
        left = rule.taken_from(left, found)
    return tuple(found)


def amount(digits: str) -> str:
    """A number in one spelling, without marks for thousands: "1,200", "1.200" and "1200.00" are all `1200`."""
    whole = re.sub(r"(?<=\d)[,.  ](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    value = Decimal(whole)
    return f"{value.normalize():f}" if value else "0"


def _ascii_digits(text: str) -> str:
    return "".join(str(int(each)) if each.isdecimal() else each for each in text)


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    words = figure_words()
    number = (
        rf"\d{{1,3}}(?:[,.  ]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d+(?:[.,]\d+)?|(?<!\w)(?:{words.pattern_of_numbers})"
    )
    return (
        _Rule(FigureKind.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), lambda match: {match[0]}),
        _Rule(FigureKind.LINK, _LINK, lambda match: {_bare_link(match[0])}),
        _Rule(FigureKind.PHONE, _PHONE, lambda match: {re.sub(r"\D", "", match[0])[-10:]}),
        _Rule(FigureKind.PHONE, _SHORT_PHONE, lambda match: {re.sub(r"\W", "", match[0])}),
        *_money(number, words),
        _Rule(
            FigureKind.PERCENT,
            re.compile(rf"({number})\s?(?:{words.percent})"),
            lambda match: {amount(words.digits(match[1]))},
        ),
        *_dates(words),
        *_times(words),
        _Rule(
            FigureKind.NUMBER,
            re.compile(rf"(?<![\d.])({number})\s?-?\s?({words.pattern_of_units})"),
            lambda match: {f"{amount(words.digits(match[1]))} {words.unit(match[2])}"},
        ),
        _Rule(FigureKind.NUMBER, re.compile(r"\d+(?:[.,]\d+)*"), _plain_number),
    )


_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'()\[\]{}，。；）]+[^\s<>\"'()\[\]{}，。；）.,;:!?]"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:gov|com|org|net|edu|us|io|info|app|care|health|ly)(?![\w-])(?:/[^\s<>\"'()\[\]{}，。；）]*[\w/])?"
)
_PHONE = re.compile(r"(?<![\d-])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}(?!\d)")
_SHORT_PHONE = re.compile(r"(?<![\d-])(?:1-?8\d\d-[a-z][a-z-]{3,}|\d{3}-\d{4})(?![\d-])")


def _bare_link(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip("/.,;:")


def _plain_number(match: re.Match[str]) -> set[str]:
    parts = match[0].split(".")
    decimal = len(parts) <= 2 and not re.fullmatch(r"\d+(?:,\d{1,2}){2,}", match[0])
    return {amount(match[0])} if decimal else set(re.findall(r"\d+", match[0]))


def _money(number: str, words: FigureWords) -> Iterator[_Rule]:
    def dollars(match: re.Match[str]) -> set[str]:
        value = Decimal(amount(words.digits(match[1])))
        times = {"thousand": 1000, "mil": 1000, "million": 10**6, "millones": 10**6, "k": 1000}.get(
            (match[2] or "").strip(), 1
        )
        return {f"{(value * times).normalize():f}"}

    times = r"(\s?(?:thousand|million|millones|mil|k)(?!\w))?"
    yield _Rule(FigureKind.MONEY, re.compile(rf"(?:us)?[$＄]\s?({number}){times}"), dollars)
    yield _Rule(FigureKind.MONEY, re.compile(rf"({number}){times}\s?-?(?:[$＄]|(?:{words.dollars}))"), dollars)
    yield _Rule(
        FigureKind.MONEY,
        re.compile(rf"({number})\s?(?:¢|(?:{words.cents}))"),
        lambda match: {f"{(Decimal(amount(words.digits(match[1]))) / 100).normalize():f}"},
    )


def _dates(words: FigureWords) -> Iterator[_Rule]:
    month, day = words.pattern_of_months, r"(\d{1,2})(?:st|nd|rd|th|er|º|°)?(?![\d:])"
    of = r"(?:\s?(?:de|of|di|du|en)\s|\s|\.\s?|-)"

    def named(match: re.Match[str]) -> set[str]:
        name, number = (match[1], match[2]) if not match[1][0].isdigit() else (match[2], match[1])
        return {f"{words.month(name):02d}-{int(number):02d}"} if 1 <= int(number) <= 31 else set()

    def numeric(match: re.Match[str]) -> set[str]:
        first, second = int(match[1]), int(match[2])
        return {f"{first:02d}-{second:02d}"} if 1 <= first <= 12 and 1 <= second <= 31 else set()

    yield _Rule(FigureKind.DATE, re.compile(r"(?<=\d{4}-)(\d\d)-(\d\d)(?!\d)"), numeric)
    yield _Rule(FigureKind.DATE, re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(?:\d{4}|\d\d))?(?![\d/])"), numeric)
    yield _Rule(FigureKind.DATE, re.compile(r"(\d{1,2})月(\d{1,2})[日号號]?"), numeric)
    yield _Rule(
        FigureKind.DATE, re.compile(r"ngay (\d{1,2}) thang (\d{1,2})(?!\d)"), lambda match: _swapped(match, numeric)
    )
    yield _Rule(FigureKind.DATE, re.compile(rf"(?<!\w)({month})\.?\s{day}"), named)
    yield _Rule(FigureKind.DATE, re.compile(rf"(?<![\d:]){day}{of}({month})(?!\w)"), named)
    yield _Rule(
        FigureKind.DATE,
        re.compile(rf"(?<!\w)(?:{words.sure_months})(?!\w)"),
        lambda match: {f"{words.month(match[0]):02d}"},
    )
    yield _Rule(
        FigureKind.DATE,
        re.compile(r"(\d{1,2})月|thang (\d{1,2})(?!\d)"),
        lambda match: {f"{int(match[1] or match[2]):02d}"},
    )
    yield _Rule(
        FigureKind.DATE, re.compile(rf"(?<!\w)(?:{words.sure_weekdays})(?!\w)"), lambda match: {words.weekday(match[0])}
    )


def _swapped(match: re.Match[str], read: Callable[[re.Match[str]], set[str]]) -> set[str]:
    swapped = re.fullmatch(r"(\d+) (\d+)", f"{match[2]} {match[1]}")
    return read(swapped) if swapped else set()


def _times(words: FigureWords) -> Iterator[_Rule]:
    half = rf"(?:(a\.?\s?m\.?(?!\w)|{words.morning})|(p\.?\s?m\.?(?!\w)|{words.afternoon}))"
    clock = r"(?<![\d.$])(\d{1,2})(?:[:h.](\d\d))?"

    def whole(match: re.Match[str]) -> set[str]:
        return _clock(match[1], match[2], late=bool(match[4]), early=bool(match[3]))

    def opened(match: re.Match[str]) -> set[str]:
        return _clock(match[1], match[2], late=False, early=False)

    yield _Rule(
        FigureKind.TIME, re.compile(rf"{clock}(?=\s?(?:-|–|to|a|and|until)\s?\d{{1,2}}(?::\d\d)?\s?{half})"), opened
    )
    yield _Rule(FigureKind.TIME, re.compile(rf"{clock}\s?(?:(?:gio|点|點|час\w*|o'clock)\s?)?{half}"), whole)
    yield _Rule(
        FigureKind.TIME, re.compile(rf"({words.before_noon})?({words.after_noon})?(\d{{1,2}})[点點](半)?"), _chinese
    )
    yield _Rule(FigureKind.TIME, re.compile(r"(?<![\d.])(\d{1,2})(?::|h)(\d\d)(?!\d)"), opened)
    yield _Rule(FigureKind.TIME, re.compile(r"(?<![\d.])(\d{1,2})\s?(?:h|gio|o'clock)(?!\w)()"), opened)
    yield _Rule(FigureKind.TIME, re.compile(rf"(?<!\w)(?:{words.noon})"), lambda _match: {"12:00"})
    yield _Rule(FigureKind.TIME, re.compile(rf"(?<!\w)(?:{words.midnight})"), lambda _match: {"00:00"})


def _chinese(match: re.Match[str]) -> set[str]:
    return _clock(match[3], "30" if match[4] else "00", early=bool(match[1]), late=bool(match[2]))


def _clock(hour: str, minute: str | None, *, early: bool, late: bool) -> set[str]:
    """The hours of the day that this can mean; both halves of it when none was said."""
    at, past = int(hour), int(minute or 0)
    if at > 24 or past > 59:
        return set()
    halves = [at % 12, at % 12 + 12] if at <= 12 else [at % 24]
    if (early or late) and at <= 12:
        halves = [halves[1] if late else halves[0]]
    return {f"{each:02d}:{past:02d}" for each in halves}


def values_by_kind(text: str) -> Mapping[FigureKind, frozenset[str]]:
    """The values of a text's figures, all readings together."""
    found: dict[FigureKind, set[str]] = {}
    for figure in figures_of(text):
        found.setdefault(figure.kind, set()).update(figure.values)
    return {kind: frozenset(values) for kind, values in found.items()}
