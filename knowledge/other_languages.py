"""One language of an index other than English, opened: found by words and by meaning, and only where they are sure.

An article is found by its title, headings and questions: nearly all that was asked must stand in them, and no second
article may come close. A word that no article has counts against every one. In the languages that our multilingual
model speaks (`knowledge/tongues.py`) what the question means counts as much as its words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import exp, log
from pathlib import Path

from rapidfuzz.distance import OSA

from knowledge.article import Found, Passage
from knowledge.meaning import Meaning, Meant, passages_in_english
from knowledge.other_sentences import asks_for_a_sum
from knowledge.shelf import AS_WELL, TELLS_A_SUM
from knowledge.terms import Terms, terms_in
from knowledge.words import CHINESE, STEMMERS

TOLD = 0.6
"""A word of the question that stands only in an article's text counts so much; one in its questions counts whole."""

LIKE_A_WAY = 0.3
"""How much likeness to a single question of the article adds."""

UNHEARD, UNHEARD_OF_FEW = 0.75, 0.55
"""A word that no article holds weighs this share of the rarest; less where a language has few articles."""

BAR, BAR_OF_FEW, FEW = 0.55, 0.48, 20
"""The sum at which the score is one half; where a language has few articles their words seldom meet those of strange
questions, and a lower bar keeps them out as well. Set on the development half of our questions."""

STEEP = 14.0
"""How fast the score rises there."""

LEAD = 0.06
"""By so much the best article must lead where words alone decide; otherwise nothing is sure."""

MEANT_BAR = 0.7
"""The same bar where words and meaning are summed up, a lead of at most `LED` counting twice."""

LED, WORTH = 0.1, 2.0

UNSURE = 0.3
SHORTEST_STEM, SHARED = 4, 0.6
"""Where a language has no stemmer, words with so long a common beginning are forms of one word."""

SAME, FORM, SLIP = 1.0, 0.9, 0.8
"""How much the same word, another form of it and a likely typing error count."""


@dataclass(frozen=True, eq=False)
class _Entry:
    """An article as it is searched: the places of its passages, the terms it is asked by, and those of its text."""

    places: tuple[int, ...]
    ways: tuple[frozenset[str], ...]
    asked: frozenset[str]
    told: frozenset[str]

    @cached_property
    def held(self) -> frozenset[str]:
        """Every term of it."""
        return self.asked | self.told


class WordShelf:
    """One language other than English, opened."""

    def __init__(self, folder: Path, language: str, meaning: Meaning | None = None) -> None:
        lines = (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()
        self.passages = [Passage.model_validate_json(line) for line in lines]
        self._language, self._terms = language, terms_in(language)
        self._has_stems = language in STEMMERS
        ways: list[tuple[str, int, int]] = json.loads((folder / "ways.json").read_text(encoding="utf-8"))
        self._entries = _entries(self.passages, ways, self._terms)
        held = [entry.held for entry in self._entries]
        self._rarity = {term: _rarity(sum(term in each for each in held), len(held)) for each in held for term in each}
        few = len(held) < FEW
        self._bar = BAR_OF_FEW if few else BAR
        self._unheard = (UNHEARD_OF_FEW if few else UNHEARD) * _rarity(0, len(held))
        self._meaning = meaning

    def search(self, question: str, limit: int) -> tuple[Found, ...]:
        """The best passages, best first; nothing if neither a word of the question is known nor what it means."""
        asked = [self._matches(each) for each in self._terms.with_synonyms(question)]
        weights = [max((self._rarity[term] for term in each), default=self._unheard) for each in asked]
        meant = self._meaning.of(question) if self._meaning else None
        if not any(asked) and meant is None:
            return ()
        known = frozenset(term for each in asked for term in each)
        by_words = [self._sum(entry, asked, weights) if known & entry.held else 0.0 for entry in self._entries]
        sums = self._with_meaning(by_words, meant) if meant else by_words
        order = sorted(range(len(sums)), key=lambda place: -sums[place])
        order = self._with_the_sum_first(question, order, sums) if meant else order
        lead = max(0.0, sums[order[0]] - (sums[order[1]] if len(order) > 1 else 0.0))
        best = self.passages[self._entries[order[0]].places[0]].article
        bar = self._bar if meant is None else MEANT_BAR - WORTH * min(lead, LED)
        sure = (lead >= LEAD and _is_enough(asked)) if meant is None else not meant.is_elsewhere(best)
        found = (
            Found(passage=self.passages[row], score=_score(sums[place] - bar, sure=rank > 0 or sure))
            for rank, place in enumerate(order)
            if sums[place] > 0
            for row in self._ranked(self._entries[place], asked, weights)
        )
        return tuple(islice(found, limit))

    def _with_the_sum_first(self, question: str, order: list[int], sums: Sequence[float]) -> list[int]:
        """The order; where a sum is asked for that the best article does not tell, one that does leads if it fits."""
        if not asks_for_a_sum(question, self._language) or self._tells_a_sum(order[0]):
            return order
        near = (place for place in order[1:] if sums[place] >= AS_WELL * sums[order[0]] and self._tells_a_sum(place))
        first = next(near, order[0])
        return [first, *(place for place in order if place != first)]

    def _tells_a_sum(self, place: int) -> bool:
        return any(TELLS_A_SUM.search(self.passages[row].text) for row in self._entries[place].places)

    def in_english(self, question: str, passages: Mapping[str, list[Passage]], limit: int) -> tuple[Found, ...]:
        """The English passages of the article that a question is surely about, by what it means; else nothing."""
        return passages_in_english(self._meaning.of(question), passages, limit) if self._meaning else ()

    def _with_meaning(self, by_words: Sequence[float], meant: Meant) -> list[float]:
        articles = [self.passages[entry.places[0]].article for entry in self._entries]
        return [meant.with_words(article, words) for article, words in zip(articles, by_words, strict=True)]

    def _matches(self, synonyms: Sequence[str]) -> dict[str, float]:
        """The index's terms that a word of the question may stand for, and how much each counts."""
        found: dict[str, float] = {}
        for place, term in enumerate(synonyms):
            worth = SAME if place == 0 else FORM
            if term in self._rarity:
                found[term] = max(SAME if CHINESE.search(term) else worth, found.get(term, 0.0))
            elif place == 0:
                found |= {other: how for other in self._rarity if (how := self._alike(term, other))}
        return found

    def _alike(self, term: str, other: str) -> float:
        if CHINESE.search(term):
            return SLIP if len(term) == 1 and term in other else 0.0
        if term[0] != other[0]:
            return 0.0
        shorter, longer = sorted((len(term), len(other)))
        if not self._has_stems and shorter >= SHORTEST_STEM:
            shared = next((n for n, (a, b) in enumerate(zip(term, other, strict=False)) if a != b), shorter)
            if shared >= SHORTEST_STEM and (shared == shorter or shared >= SHARED * longer):
                return FORM
        allowed = (shorter >= 5) + (shorter >= 8)
        return SLIP if allowed and OSA.distance(term, other, score_cutoff=allowed) <= allowed else 0.0

    def _sum(self, entry: _Entry, asked: Sequence[dict[str, float]], weights: Sequence[float]) -> float:
        total = sum(weights)
        covered = sum(w * _covered(each, entry.asked, entry.told) for each, w in zip(asked, weights, strict=True))
        nearest = max((self._likeness(way, asked, weights) for way in entry.ways), default=0.0)
        return (covered / total + LIKE_A_WAY * nearest) / (1 + LIKE_A_WAY)

    def _likeness(self, way: frozenset[str], asked: Sequence[dict[str, float]], weights: Sequence[float]) -> float:
        """The share that a question and a way to ask have in common."""
        common = sum(w * _covered(each, way, frozenset()) for each, w in zip(asked, weights, strict=True))
        return common / (sum(weights) + sum(self._rarity[term] for term in way) - common) if way else 0.0

    def _ranked(self, entry: _Entry, asked: Sequence[dict[str, float]], weights: Sequence[float]) -> list[int]:
        """The passages of an article, the one that holds most of the question first."""

        def worth(row: int) -> float:
            held = frozenset(self._terms(f"{self.passages[row].heading} {self.passages[row].text}"))
            return sum(w * _covered(each, held, frozenset()) for each, w in zip(asked, weights, strict=True))

        return sorted(entry.places, key=lambda row: -worth(row))


def _entries(passages: Sequence[Passage], ways: Sequence[tuple[str, int, int]], terms: Terms) -> tuple[_Entry, ...]:
    places: dict[str, list[int]] = {}
    for row, passage in enumerate(passages):
        places.setdefault(passage.article, []).append(row)
    asked = {article: [terms(text) for text, first, _ in ways if first in rows] for article, rows in places.items()}
    return tuple(
        _Entry(
            places=tuple(rows),
            ways=tuple(frozenset(each) for each in asked[article]),
            asked=frozenset(term for each in asked[article] for term in each),
            told=frozenset(term for row in rows for term in terms(passages[row].text)),
        )
        for article, rows in places.items()
    )


def _covered(matches: dict[str, float], asked: frozenset[str], told: frozenset[str]) -> float:
    """How far a word of the question stands in an article."""
    return max(
        (how * (1.0 if term in asked else TOLD if term in told else 0.0) for term, how in matches.items()), default=0.0
    )


def _is_enough(asked: Sequence[dict[str, float]]) -> bool:
    """Whether words alone may decide: one that is known beside one that no article has says too little."""
    return sum(map(bool, asked)) > 1 or all(asked)


def _rarity(held: int, size: int) -> float:
    return log(1 + (size - held + 0.5) / (held + 0.5))


def _score(above: float, *, sure: bool) -> float:
    """How well it fits, 0 to 1, by how far it is above the bar."""
    score = 1 / (1 + exp(-STEEP * above))
    return score if sure else min(score, UNSURE)
