"""A linear reader: tells labels apart by sentence vectors and hashed words, trained on our own examples and kept on
disk."""

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.plain import plainly
from knowledge.vectors import Encoder

HASHED = 2**13
"""Columns for words, pairs of words and pieces of words, by a hash."""

Matrix = NDArray[np.float32]
_WORD = re.compile(r"[^\W_]+")
READ = 600
"""Characters of a text that are read."""

TRAINING = (120, 0.08, 2e-4)
"""Steps, rate and shrinkage of the training (full batch, Adam)."""


@dataclass(frozen=True)
class Examples:
    """Texts with their labels, and whether each is English (other languages are read by their words alone)."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    english: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Linear:
    """The trained reader: `labels` name the columns of `weights` (384 + HASHED, labels) and `bias`."""

    encoder: Encoder
    labels: tuple[str, ...]
    weights: Matrix
    bias: Matrix

    def shares(self, text: str, *, english: bool, temperature: float) -> Matrix:
        """A probability for every label."""
        logits = (features([text], self.encoder, english=english)[0] @ self.weights + self.bias) / temperature
        shares: Matrix = np.exp(logits - logits.max())
        shares /= shares.sum()
        return shares

    def word_weight(self, word: str, label: int) -> float:
        """How much a single word (lower case, without accents) speaks for a label."""
        return float(self.weights[384 + _bucket(f"w:{word}"), label])


def load_linear(data_dir: Path, encoder: Encoder, examples: Examples, labels: tuple[str, ...], *, name: str) -> Linear:
    """The reader of these examples; it is trained when they or the encoder have changed, and kept in the data
    directory."""
    stamp = hashlib.sha256(repr((encoder.version, examples, labels, HASHED, TRAINING)).encode()).hexdigest()[:16]
    path = data_dir / "models" / f"{name}-{stamp}.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as kept:
            return Linear(encoder, labels, kept["weights"].astype(np.float32), kept["bias"])
    weights, bias = _trained(examples, encoder, labels)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, weights=weights.astype(np.float16), bias=bias)
    unfinished.replace(path)
    return Linear(encoder, labels, weights, bias)


def _trained(examples: Examples, encoder: Encoder, codes: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    texts, labels, english = list(examples.texts), examples.labels, examples.english
    rows = features(texts, encoder, english=True)
    rows[~np.array(english), :384] = 0.0
    target = np.zeros((len(texts), len(codes)), dtype=np.float32)
    target[np.arange(len(texts)), [codes.index(label) for label in labels]] = 1.0
    steps, rate, shrink = TRAINING
    weights = np.zeros((rows.shape[1], len(codes)), dtype=np.float32)
    bias = np.zeros(len(codes), dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    balance = (1.0 / np.maximum(1, target.sum(axis=0)))[target.argmax(axis=1)][:, None]
    balance *= len(texts) / balance.sum()
    for step in range(1, steps + 1):
        logits = rows @ weights + bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        error = (shares - target) * balance / len(texts)
        gradient = rows.T @ error + shrink * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        bias -= rate * error.sum(axis=0)
    return weights.astype(np.float32), bias


def features(texts: list[str], encoder: Encoder, *, english: bool) -> Matrix:
    """Sentence vectors (left out for languages the encoder does not know) beside hashed words; (n, 384 + HASHED)."""
    rows = np.zeros((len(texts), 384 + HASHED), dtype=np.float32)
    if english:
        read = [text[:READ] for text in texts]
        rows[:, :384] = 3.0 * (encoder.encode_one(read[0]) if len(read) == 1 else encoder.encode(read))
    for row, text in enumerate(texts):
        columns = [_bucket(piece) for piece in _pieces(plainly(text[:READ]))]
        if columns:
            np.add.at(rows[row], 384 + np.array(columns), 1.0)
            rows[row, 384:] = np.sqrt(rows[row, 384:])
            rows[row, 384:] /= np.linalg.norm(rows[row, 384:])
    return rows


def _pieces(plain: str) -> list[str]:
    words = _WORD.findall(plain)
    pieces = [f"w:{word}" for word in words if word not in _EMPTY]
    pieces += [f"p:{one} {other}" for one, other in pairwise(words)]
    for word in words:
        if word not in _EMPTY:
            edged = f"<{word}>"
            pieces += [f"c:{edged[start : start + 4]}" for start in range(max(1, len(edged) - 3))]
    return pieces


def _bucket(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=4).digest()) % HASHED


_EMPTY = frozenset(
    "the a an of to in on at is are was were be been it its this that and or for from with by my our your their his"
    " her i we you"
    " they he she there here has have had do does did not no please can could would should will just very so some any"
    " all de la"
    " el en un una y los las que se es por para con a".split()
)
"""Words that say nothing about the service."""
