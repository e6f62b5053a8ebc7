"""The index of words: BM25 (bm25s) over stems, for the names, numbers and rare words that vectors blur."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.words import Stems, load_lexicon, words_of

FREQUENCY = "words.json"
Scores = NDArray[np.float32]


def build_lexical(texts: Sequence[str], language: str, folder: Path) -> None:
    """Index texts of one language into a folder."""
    spoken = [words_of(text) for text in texts]
    stems, lexicon = Stems(language), load_lexicon(language)
    model = bm25s.BM25()
    tokens = [stems([word for word in words if word not in lexicon.ignored]) or [""] for words in spoken]
    model.index(tokens, show_progress=False)
    model.save(folder, show_progress=False)
    frequency = Counter(word for words in spoken for word in words)
    (folder / FREQUENCY).write_text(json.dumps(frequency, ensure_ascii=False), encoding="utf-8")


class Lexical:
    """A folder made by `build_lexical`, opened for searching."""

    def __init__(self, folder: Path, language: str) -> None:
        self._model = bm25s.BM25.load(folder, show_progress=False)
        self._stems, self._lexicon = Stems(language), load_lexicon(language)
        self.frequency: dict[str, int] = json.loads((folder / FREQUENCY).read_text(encoding="utf-8"))
        held = np.diff(self._model.scores["indptr"])
        self._size = int(self._model.scores["num_docs"])
        self._rarity = np.log(1 + (self._size - held + 0.5) / (held + 0.5))
        self._rarest = float(np.log(1 + (self._size + 0.5) / 0.5))

    def scores(self, words: Sequence[str]) -> Scores:
        """For every text its BM25 score as a share of the best that these words could reach (0 to 1).

        A word that no text holds lowers every score: it is something asked for that we do not have.
        """
        asked = list(dict.fromkeys(self._stems([word for word in words if word not in self._lexicon.ignored])))
        known = self._model.get_tokens_ids(asked)
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        reachable = float(self._rarity[known].sum()) + self._rarest * (len(asked) - len(known))
        found: Scores = self._model.get_scores_from_ids(known)
        return found / np.float32(reachable)
