"""What goes into an index: for one language its passages, and the ways residents ask for them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article, Passage
from knowledge.lexical import build_lexical
from knowledge.passages import PATH, passages_of
from knowledge.sentences import sentences_of
from knowledge.vectors import Vectors

ENGLISH = "en"


@dataclass(frozen=True)
class Way:
    """A title, heading or question that asks for one of `count` passages from the place `first` on."""

    text: str
    first: int
    count: int


@dataclass(frozen=True)
class Stock:
    """One language's part of an index. The first rows of its vectors are the passages, the further ones the ways.

    Only English has vectors: the sentence model knows no other language. `sentences` are those an answer may be made
    of: their vectors are kept beside, so that none is made for a question.
    """

    language: str
    passages: Sequence[Passage]
    ways: Sequence[Way] = ()
    sentences: Sequence[str] = ()
    authority: dict[str, float] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """Everything that gets a vector, row by row."""
        if self.language != ENGLISH:
            return []
        return [searched(passage) for passage in self.passages] + [way.text for way in self.ways]

    def write(self, folder: Path, vectors: Vectors, said: Vectors) -> None:
        """Write all but the Chroma part into a new folder; `said` are the vectors of the sentences."""
        folder.mkdir()
        (folder / "sentences.json").write_text(json.dumps(list(self.sentences)), encoding="utf-8")
        np.save(folder / "sentences.npy", said)
        lines = [passage.model_dump_json() for passage in self.passages]
        (folder / "passages.jsonl").write_text("\n".join(lines), encoding="utf-8")
        ways = [(way.text, way.first, way.count) for way in self.ways]
        (folder / "ways.json").write_text(json.dumps(ways, ensure_ascii=False), encoding="utf-8")
        if self.language != ENGLISH:
            return
        (folder / "authority.json").write_text(json.dumps(self.authority), encoding="utf-8")
        np.save(folder / "vectors.npy", vectors)
        np.save(folder / "leads_to.npy", self._leads_to(vectors))
        build_lexical(self._worded(), self.language, folder / "words")

    def _leads_to(self, vectors: Vectors) -> NDArray[np.int32]:
        """For every row the passage it leads to; a way leads to that of its passages which fits it best."""
        owners = list(range(len(self.passages)))
        for row, way in enumerate(self.ways, len(self.passages)):
            own = vectors[way.first : way.first + way.count]
            owners.append(way.first + int(np.argmax(own @ vectors[row])))
        return np.array(owners, dtype=np.int32)

    def _worded(self) -> list[str]:
        """The words by which each passage is found: its own, and those of the questions asked for its article."""
        texts = [searched(passage) for passage in self.passages]
        for way in self.ways:
            for place in range(way.first, way.first + way.count):
                texts[place] += f"\n{way.text}"
        return texts


def stocked(articles: Iterable[Article]) -> list[Stock]:
    """The stock of these articles, language by language."""
    shelves: dict[str, list[Article]] = {}
    for article in articles:
        shelves.setdefault(article.language, []).append(article)
    return [_stock(language, shelves[language]) for language in sorted(shelves)]


def searched(passage: Passage) -> str:
    """The words of a passage that are searched: its heading path and its text."""
    return f"{passage.heading.replace(PATH, ': ')}. {passage.text}"


def _stock(language: str, articles: Sequence[Article]) -> Stock:
    passages: list[Passage] = []
    ways: list[Way] = []
    for article in articles:
        first, parts = len(passages), passages_of(article)
        passages += parts
        ways += [Way(text, first, len(parts)) for text in dict.fromkeys((article.title, *article.questions))]
        headed = [(place, passage) for place, passage in enumerate(parts, first) if passage.heading != passage.title]
        ways += [Way(passage.heading.replace(PATH, ": "), place, 1) for place, passage in headed]
    spoken = passages if language == ENGLISH else ()
    sentences = tuple(dict.fromkeys(each for passage in spoken for each in sentences_of(passage.text)))
    return Stock(language, passages, ways, sentences, {article.id: article.authority for article in articles})
