"""A library that searches with vectors of a server, and with the embedded index whenever those cannot be had.

The two indexes are never mixed: a search is made in one of them as a whole. Both hold the same articles.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.article import Article, Found
from knowledge.index import IndexBroken, build_stock, current_version, index_version, verified
from knowledge.library import BostonLibrary
from knowledge.openai_vectors import EmbeddingServer, OpenAIEncoder, Switch, VectorsUnavailable
from knowledge.shelf import WEIGHTS, Weights
from knowledge.stock import stocked
from knowledge.vectors import Encoder, Progress, Vectors

FOLDER = "far"
"""Where under the data directory the index of a server's vectors lies."""

MOST_SECONDS = 1.5
"""The longest a question waits for its vector; the embedded index needs none."""

SAMPLE = 4_000
log = logging.getLogger(__name__)


class FarLibrary:
    """Implements `knowledge.article.Library`. A question is prepared first; one that is not is searched embedded."""

    def __init__(self, own: BostonLibrary, far: BostonLibrary, encoder: OpenAIEncoder) -> None:
        self._own, self._far, self._encoder = own, far, encoder

    @property
    def version(self) -> str:
        """Which builds of both indexes answer."""
        return f"{self._own.version}+{self._far.version}"

    @property
    def embedded(self) -> bool:
        """Whether it searches with the vectors of this machine only."""
        return False

    async def prepare(self, question: str, *, seconds: float) -> None:
        """Fetch the question's vector. Without it the embedded index answers, and the log says so."""
        if not question.strip():
            return
        try:
            await self._encoder.fetch(question, seconds=max(0.05, min(seconds, MOST_SECONDS)))
        except VectorsUnavailable as error:
            log.warning("%s The embedded index answers.", error, extra={"event": "vectors_unavailable"})

    def search(self, question: str, *, language: str, limit: int = 5) -> tuple[Found, ...]:
        """The passages that fit, best first. Raises SearchUnavailable."""
        vector = self._encoder.remembered(question)
        if vector is None:
            return self._own.search(question, language=language, limit=limit)
        return self._far.search(question, language=language, limit=limit, vector=vector)

    async def close(self) -> None:
        """Let go of the files of both, and of the connections."""
        self._own.close()
        self._far.close()
        await self._encoder.close()


def open_far_library(
    server: EmbeddingServer,
    own: BostonLibrary,
    articles: Sequence[Article],
    data_dir: Path,
    encoder: Encoder,
    *,
    switch: Switch,
    progress: Progress | None = None,
) -> FarLibrary:
    """The library with vectors of a server, its index built if these articles, the model or the width are new.

    Raises VectorsUnavailable if it has to be built and the server does not help; then what was there before stays.
    """
    home, stock = data_dir / FOLDER, [replace(part, sentences=()) for part in stocked(articles)]
    width = _width_in_use(home, server)
    if width and index_version(stock, far := OpenAIEncoder(server, encoder, switch=switch, width=width)) == (
        current_version(home)
    ):
        return _opened(own, home, data_dir, far)
    far = OpenAIEncoder(server, encoder, switch=switch)
    build_stock(stock, far, home, tongues=own.tongues, progress=progress)
    return _opened(own, home, data_dir, far)


def _opened(own: BostonLibrary, home: Path, data_dir: Path, far: OpenAIEncoder) -> FarLibrary:
    weights = scaled(_likenesses(home), _likenesses(data_dir))
    return FarLibrary(own, BostonLibrary(home, far, weights, tongues=own.tongues), far)


def _width_in_use(home: Path, server: EmbeddingServer) -> int | None:
    version = current_version(home)
    try:
        return server.width_of(verified(home / "index" / version).encoder) if version else None
    except IndexBroken:
        return None


def scaled(far: tuple[float, float], own: tuple[float, float], weights: Weights = WEIGHTS) -> Weights:
    """The weights under which a server's likenesses give scores as ours do, though its cosines run higher or lower.

    `far` and `own` are the mean likeness of a way to ask and its passage, and of one and a strange passage: the line
    through both pairs turns the one scale into the other. Raises VectorsUnavailable if the vectors tell nothing apart.
    """
    if far[0] - far[1] < 0.01:
        raise VectorsUnavailable("The vectors of the server do not tell the articles apart.")
    steep = (own[0] - own[1]) / (far[0] - far[1])
    moved = own[0] - steep * far[0]
    return Weights(
        asked=weights.asked * steep,
        told=weights.told * steep,
        words=weights.words,
        steep=weights.steep,
        middle=weights.middle - (weights.asked + weights.told) * moved,
    )


def _likenesses(data_dir: Path) -> tuple[float, float]:
    """The mean likeness of English ways to ask and their passages, and of the same ways and strange passages."""
    folder = data_dir / "index" / str(current_version(data_dir)) / "en"
    vectors: Vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    leads_to = np.load(folder / "leads_to.npy")
    passages = int(np.argmax(leads_to != np.arange(len(leads_to)))) or len(leads_to)
    ways = np.arange(passages, len(leads_to))[:SAMPLE]
    homes = leads_to[ways]
    strange = (homes + passages // 2) % passages
    near, far = (np.einsum("ij,ij->i", vectors[ways], vectors[rows]) for rows in (homes, strange))
    return float(near.mean()), float(far.mean())
