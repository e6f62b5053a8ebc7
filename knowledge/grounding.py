"""Checks a sentence against passages: each link, phone number, sum, date, hour and number must stand in one of them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.article import Passage
from knowledge.figures import Figure, FigureKind, figures_of
from knowledge.known_sites import is_known

CITY_LINES = frozenset({"311", "911", "988"})
"""Numbers that are right whatever the passage says."""

_NUMERIC = (FigureKind.MONEY, FigureKind.PERCENT, FigureKind.NUMBER)


def ungrounded(sentence: str, passages: Iterable[Passage]) -> tuple[str, ...]:
    """The figures and links of a sentence that stand in none of the passages; nothing if the sentence may be said.

    A passage is its heading, text, link and date. The spelling may differ ("$25", "25 dollars"; "6 a.m.", "06:00"), the
    kind may not: a sum is no number of days, and "$25" in a passage does not allow "25 %". A link that stands in a
    passage must besides lead to the passage's own site or to a known one: a page may have been tampered with.
    """
    known = _known(tuple(passages))
    return tuple(figure.said for figure in figures_of(sentence) if not _stands(figure, known))


def _stands(figure: Figure, known: frozenset[tuple[FigureKind, str]]) -> bool:
    if figure.kind is FigureKind.NUMBER:
        return any(_number_stands(value, known) for value in figure.values)
    if figure.kind is FigureKind.LINK:
        links = [value for kind, value in known if kind is FigureKind.LINK]
        return any(link == value or link.startswith(f"{value}/") for value in figure.values for link in links)
    if figure.kind is FigureKind.PHONE:
        return any((figure.kind, value) in known for value in figure.values) or _ends_a_number(figure, known)
    return any((figure.kind, value) in known for value in figure.values)


def _number_stands(value: str, known: frozenset[tuple[FigureKind, str]]) -> bool:
    """A number with a unit needs that unit, or a passage with the number alone; a number alone needs the number."""
    number, _, unit = value.partition(" ")
    if value in CITY_LINES or (FigureKind.NUMBER, value) in known:
        return True
    return (FigureKind.NUMBER, number) in known if unit else (FigureKind.NUMBER, f"{number} *") in known


def _ends_a_number(figure: Figure, known: frozenset[tuple[FigureKind, str]]) -> bool:
    """Whether a short number ("635-4500") is the end of one with its area code."""
    short = [value for value in figure.values if len(value) == 7]
    return any(kind is FigureKind.PHONE and value.endswith(end) for end in short for kind, value in known)


@lru_cache(maxsize=256)
def _known(passages: tuple[Passage, ...]) -> frozenset[tuple[FigureKind, str]]:
    return frozenset(fact for passage in passages for fact in _facts(passage))


@lru_cache(maxsize=2048)
def _facts(passage: Passage) -> frozenset[tuple[FigureKind, str]]:
    dated = f"{passage.as_of.isoformat()} {passage.as_of.year}"
    figures = figures_of(f"{passage.heading}\n{passage.text}\n{passage.url}\n{dated}")
    facts = {
        (figure.kind, value)
        for figure in figures
        for value in figure.values
        if figure.kind is not FigureKind.LINK or is_known(value, passage.url)
    }
    facts |= {(FigureKind.DATE, value[:2]) for kind, value in facts if kind is FigureKind.DATE and "-" in value}
    numbers = {value.partition(" ")[0] for kind, value in facts if kind in _NUMERIC}
    numbers |= {
        digits
        for figure in figures
        if figure.kind in (FigureKind.TIME, FigureKind.DATE)
        for digits in re.findall(r"\d+", figure.said)
    }
    return frozenset(facts | {(FigureKind.NUMBER, f"{number} *") for number in numbers})
