"""Finds figures that contradict each other: between the languages of one article, and between articles of one language.

Between languages every figure of a translation must stand in the English article. Between articles two sentences that
say nearly the same with other sums, phones, dates or hours contradict, as does one office with two phone numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge.article import Article, Passage
from knowledge.figures import Figure, FigureKind, figures_of
from knowledge.grounding import ungrounded
from knowledge.passages import passages_of
from knowledge.sentences import sentences_of
from knowledge.words import Stems, load_lexicon, words_of

SAME = 0.8
"""From this share of words in common on, two sentences say the same. A lower share confuses two fees of one office."""

LEAST_WORDS = 4
_WEIGHED = (FigureKind.MONEY, FigureKind.PHONE, FigureKind.DATE, FigureKind.TIME, FigureKind.PERCENT)
_OFFICE = re.compile(
    r"(?:\b[Cc]all|\b[Cc]ontact|\b[Pp]hone|\b[Aa]sk)\s+(?:the\s+)?(?P<office>[A-Z][^.,;:()]{2,50}?)\s+(?:at|on)\s+"
    r"(?P<phone>\(?\d{3}\)?[ .-]\d{3}[.-]\d{4})"
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Disagreement:
    """Something to correct in the article at `place` of those given, in the sentence `line`."""

    place: int
    line: str
    what: str


@dataclass(frozen=True)
class _Claim:
    place: int
    article: Article
    sentence: str
    subject: frozenset[str]
    figures: dict[FigureKind, frozenset[str]]


def disagreements(articles: Sequence[Article]) -> Iterator[Disagreement]:
    """Every contradiction among these articles."""
    yield from _between_languages(articles)
    for language in sorted({article.language for article in articles}):
        claims = _claims(articles, language)
        yield from _between_articles(claims)
        yield from _offices(claims)


def _between_languages(articles: Sequence[Article]) -> Iterator[Disagreement]:
    english: dict[str, tuple[Passage, ...]] = {
        article.id: passages_of(article) for article in articles if article.language == "en"
    }
    for place, article in enumerate(articles):
        if article.language == "en" or article.id not in english:
            continue
        for passage in passages_of(article):
            for sentence in sentences_of(passage.text):
                if strange := ungrounded(sentence, english[article.id]):
                    said = ", ".join(map(repr, strange))
                    yield Disagreement(place, sentence, f"{said} does not stand in the English article {article.id!r}")


def _claims(articles: Sequence[Article], language: str) -> list[_Claim]:
    stems, ignored = Stems(language), load_lexicon(language).ignored
    claims = []
    for place, article in enumerate(articles):
        if article.language != language:
            continue
        for sentence in (each for passage in passages_of(article) for each in sentences_of(passage.text)):
            figures = _by_kind(figures_of(sentence))
            words = [word for word in words_of(sentence) if word not in ignored and not _DIGITS.search(word)]
            if figures and len(words) >= LEAST_WORDS:
                claims.append(_Claim(place, article, sentence, frozenset(stems(words)), figures))
    return claims


def _by_kind(figures: Sequence[Figure]) -> dict[FigureKind, frozenset[str]]:
    return {
        kind: frozenset(value for figure in figures if figure.kind is kind for value in figure.values)
        for kind in _WEIGHED
        if any(figure.kind is kind for figure in figures)
    }


def _between_articles(claims: Sequence[_Claim]) -> Iterator[Disagreement]:
    for one, other in combinations(claims, 2):
        if one.article.id == other.article.id or _likeness(one.subject, other.subject) < SAME:
            continue
        for kind in one.figures.keys() & other.figures.keys():
            if not one.figures[kind] & other.figures[kind]:
                says = f"{', '.join(sorted(other.figures[kind]))} where the article {one.article.id!r} says "
                yield Disagreement(other.place, other.sentence, f"{says}{', '.join(sorted(one.figures[kind]))}")


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _offices(claims: Sequence[_Claim]) -> Iterator[Disagreement]:
    """An office whose phone in one article is none of its phones in another."""
    known: dict[str, tuple[str, str]] = {}
    for claim in claims:
        for match in _OFFICE.finditer(claim.sentence):
            office, phone = match["office"].casefold(), _DIGITS.findall(match["phone"])
            first, where = known.setdefault(office, ("".join(phone), claim.article.id))
            if first != "".join(phone) and where != claim.article.id:
                what = f"{match['office']!r} has another phone number in the article {where!r}: {first}"
                yield Disagreement(claim.place, claim.sentence, what)
