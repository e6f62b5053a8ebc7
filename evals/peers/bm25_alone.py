"""bm25s alone, as its own guide uses it: English stop words and stems, its default weights."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import Stemmer

from knowledge.vectors import Vectors


class BM25Alone:
    """Implements `Peer` on bm25s."""

    name = "bm25s, words alone"

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")

    def build(self, texts: Sequence[str], vectors: Vectors, folder: Path) -> None:
        """Index these texts; their vectors are of no use here."""
        del vectors, folder
        tokens = bm25s.tokenize(list(texts), stopwords="en", stemmer=self._stemmer, show_progress=False)
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)
        self._size = len(texts)

    def search(self, question: str, vector: Vectors, limit: int) -> list[int]:
        """The rows that fit best, best first."""
        del vector
        tokens = bm25s.tokenize([question], stopwords="en", stemmer=self._stemmer, show_progress=False)
        rows, _ = self._index.retrieve(tokens, k=min(limit, self._size), show_progress=False)
        return [int(each) for each in rows[0]]
