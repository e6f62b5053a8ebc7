"""Which service a text means: ranks all services by meaning and by words, with calibrated confidence and the words that speak for each."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.screening import plainly
from knowledge.vectors import Encoder
from tools.location import Span
from tools.service import Catalogue
from tools.value import Value

EXAMPLES = Path(__file__).parent / "examples"
HASHED = 2**13
"""Columns for words, pairs of words and pieces of words, by a hash."""

TEMPERATURE = 0.55
"""Divides the logits before the softmax; fitted on one half of the labelled texts (docs/understanding.md)."""

CLOSE = 0.18
"""Two services nearer to each other than this in confidence are told apart by a question."""

Matrix = NDArray[np.float32]
_WORD = re.compile(r"[^\W_]+")


class Ranked(Value):
    """A service the text may mean: confidence 0 to 1, and the words that speak for it."""

    code: str
    confidence: float
    supports: tuple[Span, ...] = ()


class Ranking(Value):
    """The likeliest services, best first, three at most. `close` when the first two cannot be told apart."""

    choices: tuple[Ranked, ...]
    close: bool = False


@dataclass(frozen=True, eq=False)
class ServiceRanker:
    """A linear reader over sentence vectors and hashed words, trained on our own examples only."""

    encoder: Encoder
    codes: tuple[str, ...]
    weights: Matrix
    bias: Matrix

    def rank(self, text: str, *, language: str = "en") -> Ranking:
        """The likeliest services of a text; none for a text without words."""
        if not _WORD.search(text):
            return Ranking(choices=())
        features = _features([text], self.encoder, english=language == "en")[0]
        logits = (features @ self.weights + self.bias) / TEMPERATURE
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        best = np.argsort(-shares)[:3]
        first = int(best[0])
        choices = tuple(
            Ranked(
                code=self.codes[place],
                confidence=round(float(shares[place]), 4),
                supports=self._supports(text, int(place)) if place == first else (),
            )
            for place in best
        )
        return Ranking(choices=choices, close=float(shares[best[0]] - shares[best[1]]) < CLOSE)

    def _supports(self, text: str, place: int) -> tuple[Span, ...]:
        """The three words that speak most for a service, by the weight of their own columns."""
        column = self.weights[384:, place]
        weighed = [
            (float(column[_bucket(f"w:{plainly(match[0])}")]), match)
            for match in _WORD.finditer(text)
            if len(match[0]) > 2
        ]
        best = sorted((pair for pair in weighed if pair[0] > 0.05), key=lambda pair: -pair[0])[:3]
        return tuple(
            Span.of(text, match.start(), match.end()) for _, match in sorted(best, key=lambda pair: pair[1].start())
        )


def load_ranker(data_dir: Path, encoder: Encoder, catalogue: Catalogue, *, examples: Path = EXAMPLES) -> ServiceRanker:
    """The ranker; it is trained when examples, catalogue or encoder have changed, and kept in the data directory."""
    texts, labels, english = _examples(examples, catalogue)
    stamp = hashlib.sha256(repr((encoder.version, texts, labels, HASHED, TRAINING)).encode()).hexdigest()[:16]
    path = data_dir / "models" / f"services-{stamp}.npz"
    codes = tuple(catalogue.services)
    if path.exists():
        with np.load(path, allow_pickle=False) as kept:
            return ServiceRanker(encoder, codes, kept["weights"], kept["bias"])
    weights, bias = _trained(texts, labels, english, encoder, codes)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, weights=weights, bias=bias)
    unfinished.replace(path)
    return ServiceRanker(encoder, codes, weights, bias)


def _examples(folder: Path, catalogue: Catalogue) -> tuple[list[str], list[str], list[bool]]:
    texts, labels, english = [], [], []
    for path in sorted(folder.glob("*.yaml")):
        for code, lines in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).items():
            texts += lines
            labels += [code] * len(lines)
            english += [path.stem.startswith("en")] * len(lines)
    for code, service in catalogue.services.items():
        texts += [service.name(), service.summary]
        labels += [code, code]
        english += [True, True]
    return texts, labels, english


TRAINING = (120, 0.08, 2e-4)
"""Steps, rate and shrinkage of the training (full batch, Adam)."""


def _trained(
    texts: list[str], labels: list[str], english: list[bool], encoder: Encoder, codes: tuple[str, ...]
) -> tuple[Matrix, Matrix]:
    features = _features(texts, encoder, english=True)
    features[~np.array(english), :384] = 0.0
    target = np.zeros((len(texts), len(codes)), dtype=np.float32)
    target[np.arange(len(texts)), [codes.index(label) for label in labels]] = 1.0
    steps, rate, shrink = TRAINING
    weights = np.zeros((features.shape[1], len(codes)), dtype=np.float32)
    bias = np.zeros(len(codes), dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    balance = (1.0 / np.maximum(1, target.sum(axis=0)))[target.argmax(axis=1)][:, None]
    balance *= len(texts) / balance.sum()
    for step in range(1, steps + 1):
        logits = features @ weights + bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        error = (shares - target) * balance / len(texts)
        gradient = features.T @ error + shrink * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        bias -= rate * error.sum(axis=0)
    return weights.astype(np.float32), bias


def _features(texts: list[str], encoder: Encoder, *, english: bool) -> Matrix:
    """Sentence vectors (left out for languages the encoder does not know) beside hashed words; (n, 384 + HASHED)."""
    features = np.zeros((len(texts), 384 + HASHED), dtype=np.float32)
    if english:
        features[:, :384] = 3.0 * encoder.encode([text[:600] for text in texts])
    for row, text in enumerate(texts):
        columns = [_bucket(piece) for piece in _pieces(plainly(text[:600]))]
        if columns:
            np.add.at(features[row], 384 + np.array(columns), 1.0)
            features[row, 384:] = np.sqrt(features[row, 384:])
            features[row, 384:] /= np.linalg.norm(features[row, 384:])
    return features


def _pieces(plain: str) -> list[str]:
    words = _WORD.findall(plain)
    pieces = [f"w:{word}" for word in words if word not in _EMPTY]
    pieces += [f"p:{one} {other}" for one, other in zip(words, words[1:], strict=False)]
    for word in words:
        if word not in _EMPTY:
            edged = f"<{word}>"
            pieces += [f"c:{edged[start : start + 4]}" for start in range(max(1, len(edged) - 3))]
    return pieces


def _bucket(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=4).digest()) % HASHED


_EMPTY = frozenset(
    "the a an of to in on at is are was were be been it its this that and or for from with by my our your their his her i we you"
    " they he she there here has have had do does did not no please can could would should will just very so some any all de la"
    " el en un una y los las que se es por para con a".split()
)
"""Words that say nothing about the service."""
