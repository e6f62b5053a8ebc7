"""One language of an index, opened: finds the passages that fit a question by meaning and by words, scored exactly."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Found, Passage
from knowledge.index import Dense
from knowledge.lexical import Lexical
from knowledge.query import Speller, understand
from knowledge.vectors import Encoder, Vectors
from knowledge.words import load_lexicon

CANDIDATES = 48
"""How many rows each of the two indexes names; their best are then scored exactly."""

AUTHORITY = 0.02
"""What full authority is worth beside none, in likeness: it decides between passages that fit alike, no more."""

AS_WELL = 0.9
"""An article of at least this share of the best score fits as well."""

TELLS_A_SUM = re.compile(
    r"\$|\bfree\b|\bno (?:fee|charge|cost)\b|gr[aá]tis|gratuit|бесплатн|免费|免費|مجان|miễn phí|bilaash|di grasa",
    re.IGNORECASE,
)
"""How a text looks that tells what something costs, were it nothing."""

_ASKS_A_SUM = re.compile(
    r"\b(?:fines?|fees?|penalt(?:y|ies)|how much (?:is|are|does|do|will)|costs?|price)\b", re.IGNORECASE
)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """How much each sign counts; fitted on questions of our own (`evals/measure_knowledge.py`).

    `asked` is the likeness to a way residents ask for it, `told` to the passage itself, `words` the share of the
    question's words (weighed by rarity). `steep` and `middle` turn the sum into a score from 0 to 1.
    """

    asked: float = 0.45
    told: float = 0.25
    words: float = 0.30
    steep: float = 12.0
    middle: float = 0.45


WEIGHTS = Weights()


class Shelf:
    """One language of an index, opened."""

    def __init__(self, folder: Path, language: str, dense: Dense, encoder: Encoder) -> None:
        lines = (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()
        self.passages = [Passage.model_validate_json(line) for line in lines]
        self._language, self._dense, self._encoder = language, dense, encoder
        self._vectors: Vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        self._leads_to: NDArray[np.int32] = np.load(folder / "leads_to.npy")
        authority: dict[str, float] = json.loads((folder / "authority.json").read_text(encoding="utf-8"))
        self._authority = np.array([authority.get(passage.article, 1.0) for passage in self.passages], dtype=np.float32)
        self._lexical = Lexical(folder / "words", language)
        self._lexicon = load_lexicon(language)
        sentences: list[str] = json.loads((folder / "sentences.json").read_text(encoding="utf-8"))
        encoder.remember(sentences, np.load(folder / "sentences.npy"))
        self._of_article: dict[str, list[int]] = {}
        for row, passage in enumerate(self.passages):
            self._of_article.setdefault(passage.article, []).append(row)
        self._ways = _grouped(self._leads_to, len(self.passages))

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._lexical.frequency, self._encoder.knows)

    def search(self, question: str, limit: int, weights: Weights, vector: Vectors | None = None) -> tuple[Found, ...]:
        """The best passages, best first; after them what else the article of the best one holds.

        `vector` is the question's, encoded here unless given.
        """
        query = understand(question, self._lexicon, self._speller)
        vector = self._encoder.encode_one(query.text) if vector is None else vector
        by_words = self._lexical.scores(query.words)
        found = self._scored(self._candidates(vector, by_words), vector, by_words, weights, limit=limit)
        if not found:
            return ()
        found = self._with_the_sum_first(question, found)
        told = {each.passage.id for each in found}
        rest = [row for row in self._of_article[found[0].passage.article] if self.passages[row].id not in told]
        return (*found, *self._scored(np.array(rest, dtype=np.int64), vector, by_words, weights, limit=len(rest)))

    def _with_the_sum_first(self, question: str, found: tuple[Found, ...]) -> tuple[Found, ...]:
        """What was found; where a sum is asked for that the best article does not tell, the passages of one that tells
        sums and fits as well come first."""
        if not _ASKS_A_SUM.search(question) or self._tells_a_sum(found[0]):
            return found
        near = (each for each in found if each.score >= AS_WELL * found[0].score and self._tells_a_sum(each))
        other = next(near, None)
        if other is None:
            return found
        first = [each for each in found if each.passage.article == other.passage.article]
        return (*first, *(each for each in found if each not in first))

    def _tells_a_sum(self, found: Found) -> bool:
        return any(TELLS_A_SUM.search(self.passages[row].text) for row in self._of_article[found.passage.article])

    def _candidates(self, vector: Vectors, by_words: Floats) -> NDArray[np.int64]:
        near = self._leads_to[self._dense.nearest(vector, self._language, limit=CANDIDATES)]
        holding = np.flatnonzero(by_words)
        if len(holding) > CANDIDATES:
            holding = holding[np.argpartition(-by_words[holding], CANDIDATES)[:CANDIDATES]]
        return np.union1d(near, holding)

    def _scored(
        self, rows: NDArray[np.int64], vector: Vectors, by_words: Floats, weights: Weights, *, limit: int
    ) -> tuple[Found, ...]:
        """These passages with their scores, best first."""
        told, words = self._vectors[rows] @ vector, by_words[rows]
        asked = np.maximum(told, np.array([self._likeness(row, vector) for row in rows], dtype=np.float32))
        total = weights.asked * asked + weights.told * told + weights.words * words
        total += AUTHORITY * (self._authority[rows] - 1)
        scores = 1 / (1 + np.exp(-weights.steep * (total - weights.middle)))
        return tuple(
            Found(
                passage=self.passages[rows[place]],
                score=float(scores[place]),
                asked=float(asked[place]),
                told=float(told[place]),
                words=float(words[place]),
            )
            for place in np.argsort(-scores, kind="stable")[:limit]
        )

    def _likeness(self, row: int, vector: Vectors) -> float:
        ways = self._ways[row]
        return float((self._vectors[ways] @ vector).max()) if ways else -1.0


def _grouped(leads_to: NDArray[np.int32], passages: int) -> list[list[int]]:
    """For every passage the rows of the ways residents ask for it."""
    ways: list[list[int]] = [[] for _ in range(passages)]
    for row in range(passages, len(leads_to)):
        ways[leads_to[row]].append(row)
    return ways
