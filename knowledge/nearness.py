"""How near a question lies to each article of a language, by vectors that several languages share."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from knowledge.kept_vectors import kept_vectors
from knowledge.sentences import sentences_of
from knowledge.stock import Stock
from knowledge.tongues import Tongues
from knowledge.vectors import Vectors

VECTORS, OWNERS = "tongues.npy", "tongues.json"


@dataclass(frozen=True)
class Near:
    """The likeness (-1 to 1) of a question to an article: to the nearest way to ask, and the nearest sentence."""

    asked: float
    told: float


class Nearness:
    """One language of an index, as far as it has such vectors."""

    def __init__(self, folder: Path, tongues: Tongues) -> None:
        kept = json.loads((folder / OWNERS).read_text(encoding="utf-8"))
        self.articles: list[str] = kept["articles"]
        self._asked, self._told = np.array(kept["asked"]), np.array(kept["told"])
        vectors: Vectors = np.load(folder / VECTORS, mmap_mode="r")
        self._vectors = np.asarray(vectors, dtype=np.float32)
        self._from = len(vectors) - self._told[-1]
        tongues.remember(kept["sentences"], self._vectors[self._from :])

    def of(self, vector: Vectors) -> dict[str, Near]:
        """Every article with how near the question of this vector lies to it."""
        likeness = self._vectors @ vector
        asked = np.maximum.reduceat(likeness[: self._from], self._asked)
        told = np.maximum.reduceat(likeness[self._from :], self._told[:-1])
        near = zip(asked.tolist(), told.tolist(), strict=True)
        return {article: Near(*each) for article, each in zip(self.articles, near, strict=True)}


def write_nearness(parts: Sequence[Stock], folder: Path, tongues: Tongues, data_dir: Path) -> None:
    """Write the vectors of every language that the model speaks into its folder; none for English alone."""
    spoken = [part for part in parts if tongues.speaks(part.language)]
    if all(part.language == "en" for part in spoken):
        return
    for part in spoken:
        _write(part, folder / part.language, tongues, data_dir)


def has_nearness(folder: Path) -> bool:
    """Whether a language has such vectors."""
    return (folder / OWNERS).is_file()


def _write(part: Stock, folder: Path, tongues: Tongues, data_dir: Path) -> None:
    articles = list(dict.fromkeys(passage.article for passage in part.passages))
    ways: dict[str, list[str]] = {article: [] for article in articles}
    for way in part.ways:
        ways[part.passages[way.first].article].append(way.text)
    said: dict[str, list[str]] = {article: [] for article in articles}
    for passage in part.passages:
        said[passage.article] += sentences_of(passage.text)
    texts = [text for group in (ways, said) for article in articles for text in group[article]]
    np.save(folder / VECTORS, kept_vectors(texts, tongues, data_dir).astype(np.float16))
    sentences = [sentence for article in articles for sentence in said[article]]
    kept = {"articles": articles, "asked": _starts(ways)[:-1], "told": _starts(said), "sentences": sentences}
    (folder / OWNERS).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _starts(groups: dict[str, list[str]]) -> list[int]:
    """Where each article's rows begin, and where the last ends."""
    return list(accumulate((len(texts) for texts in groups.values()), initial=0))
