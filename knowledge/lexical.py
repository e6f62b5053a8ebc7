"""BM25 over short texts, with stemming (bm25s and PyStemmer)."""

from collections.abc import Sequence

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

_STEMMERS = {"en": "english", "es": "spanish", "pt": "portuguese", "fr": "french", "ru": "russian", "ar": "arabic"}


class LexicalIndex:
    """Ranks texts by the words they share with a question."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        name = _STEMMERS.get(language)
        self._stemmer = Stemmer.Stemmer(name) if name else None
        self._size = len(texts)
        self._model = bm25s.BM25()
        self._model.index(self._tokens(texts), show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """A BM25 score for every text, 0 where no word is shared."""
        tokens = self._tokens([question])[0]
        known = [token for token in tokens if token in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: NDArray[np.float32] = self._model.get_scores(known)
        return scores

    def _tokens(self, texts: Sequence[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            list(texts), stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return tokens
