"""The library: searches the city's knowledge by meaning and by words at once."""

import re
from datetime import date
from pathlib import Path

import numpy as np

from knowledge.article import Found, Freshness, SearchUnavailable
from knowledge.index import DenseIndex, IndexBroken, current_version, open_index
from knowledge.lexical import LexicalIndex
from knowledge.vectors import Encoder

CANDIDATES = 24
"""How many entries the dense search brings before they are scored exactly."""

BY_WORDS = 0.25
"""The weight of shared words beside meaning (set on our own development questions, see docs/knowledge.md)."""

_SLANG = {
    r"\bcouch(es)?\b|\bsofas?\b": "couch furniture bulky item",
    r"\bfridge\b": "refrigerator appliance",
    r"\bac\b|\ba/c\b": "air conditioner",
    r"\btix\b|\btickets?\b": "parking ticket",
    r"\btowed\b|\btow(ing)?\b": "towed car tow lot",
    r"\bsweeping\b|\bsweeper\b": "street sweeping street cleaning",
    r"\bsticker\b": "resident parking permit sticker",
    r"\bxmas\b": "Christmas",
    r"\bbday\b": "birthday",
    r"\breg(ister|istration)?\b": "register registration",
    r"\bapt\b": "apartment",
}


class BostonLibrary:
    """Implements `knowledge.article.Library` on the index of a data directory, and reloads it when a new one is in use."""

    def __init__(self, data_dir: Path, encoder: Encoder) -> None:
        self._data_dir = data_dir
        self._encoder = encoder
        self._load()

    def _load(self) -> None:
        manifest, self._dense = open_index(self._data_dir)
        self._version = manifest.version
        self._lexical = {
            language: LexicalIndex([entry.text for entry in index.entries], language)
            for language, index in self._dense.items()
        }

    @property
    def version(self) -> str:
        """Which build of the index answers."""
        return self._version

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have articles."""
        return tuple(self._dense)

    def search(self, question: str, *, language: str, limit: int = 5) -> tuple[Found, ...]:
        """The passages that fit a question, best first. Raises SearchUnavailable."""
        self._reload_if_new()
        index = self._dense.get(language)
        if index is None or not question.strip():
            return ()
        expanded = expand(question) if language == "en" else question
        scores = self._scores(index, self._lexical[language], expanded)
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:limit]
        return tuple(
            Found(passage=index.passages[passage], score=round(min(1.0, max(0.0, score)), 4))
            for passage, score in ranked
        )

    def _scores(self, index: DenseIndex, lexical: LexicalIndex, question: str) -> dict[str, float]:
        vector = self._encoder.encode_one(question)
        by_words = lexical.scores(question)
        strongest = float(by_words.max()) or 1.0
        near = dict(index.nearest(vector, CANDIDATES))
        for place in np.argsort(-by_words)[:CANDIDATES]:
            near.setdefault(int(place), 0.0)
        scores: dict[str, float] = {}
        for place, cosine in near.items():
            entry = index.entries[place]
            shared = float(by_words[place]) / strongest * min(1.0, strongest / 8.0)
            score = (1 - BY_WORDS) * cosine + BY_WORDS * shared
            scores[entry.passage] = max(scores.get(entry.passage, 0.0), score * _trust(index, entry.passage))
        return self._with_neighbours(index, scores)

    def _with_neighbours(self, index: DenseIndex, scores: dict[str, float]) -> dict[str, float]:
        """A question leads to an article's first passage; its other passages come along if they were found too."""
        best: dict[str, float] = {}
        for passage, score in scores.items():
            article = index.passages[passage].article
            best[article] = max(best.get(article, 0.0), score)
        return {passage: 0.6 * score + 0.4 * best[index.passages[passage].article] for passage, score in scores.items()}

    def _reload_if_new(self) -> None:
        if current_version(self._data_dir) != self._version:
            try:
                self._load()
            except IndexBroken as error:
                raise SearchUnavailable(str(error)) from error


def _trust(index: DenseIndex, passage: str) -> float:
    return 0.97 if index.passages[passage].freshness is Freshness.LIVE else 1.0


def expand(question: str) -> str:
    """The question with the plain words for its slang and abbreviations added."""
    added = [words for pattern, words in _SLANG.items() if re.search(pattern, question, re.IGNORECASE)]
    return " ".join([question, *added])


def is_stale(found: Found, today: date) -> bool:
    """Whether a passage is past the day until which it may be trusted."""
    return found.passage.expires is not None and found.passage.expires < today
