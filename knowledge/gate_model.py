"""The learned part of the gate: how likely what was found answers a question, and else the reason not to answer.

A linear model on how well the best passages fit, how the question is put, and its sentence vector. It is trained on our
own questions (lexicons/gate_questions.yaml) each time the index or the questions have changed, and kept on disk.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.article import Found, Library
from knowledge.facets import FACETS, facet_names, facets_of
from knowledge.gate import Gate
from knowledge.gate_signs import GateSigns
from knowledge.kept_vectors import kept_vectors
from knowledge.vectors import Encoder, Vectors

QUESTIONS = Path(__file__).parent / "lexicons" / "gate_questions.yaml"
ANSWER = "answer"
FORMAT = 1
MEANING = 2.0
"""How much the sentence vector weighs beside the other signs, which are brought to a spread of one."""

STEPS, RATE, SHRINK = 400, 0.05, 0.003
FOUND = 8
Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GateModel:
    """The trained model: `labels` name the columns of the weights; `middle` and `spread` belong to the signs."""

    labels: tuple[str, ...]
    weights: Matrix
    middle: Matrix
    spread: Matrix

    def shares(self, signs: Matrix, vector: Vectors) -> dict[str, float]:
        """A probability for being answered and for every reason not to."""
        logits = _row((signs - self.middle) / self.spread, vector) @ self.weights
        raised = np.exp(logits - logits.max())
        return dict(zip(self.labels, (raised / raised.sum()).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class LearnedGate:
    """The model with what it takes to ask it."""

    model: GateModel
    signs: GateSigns
    encoder: Encoder

    def shares(self, question: str, found: tuple[Found, ...]) -> dict[str, float]:
        """A probability for being answered and for every reason not to."""
        return self.model.shares(signs_of(question, found, self.signs), self.encoder.encode_one(question))


def signs_of(question: str, found: Sequence[Found], rules: GateSigns) -> Matrix:
    """What is told by what was found, and by how the question is put."""
    best = found[0] if found else None
    others = [each for each in found if best and each.passage.article != best.passage.article]
    rival = others[0].score if others else 0.0
    near = (best.score, best.asked, best.told, best.words, best.score - rival) if best else (0.0,) * 5
    asked = {facet.name for facet in facets_of(question)}
    put = [float(name in asked) for name in facet_names()]
    return np.array([*near, *rules.flags(question), *put, np.log1p(len(question.split()))], dtype=np.float32)


def load_gate(data_dir: Path, encoder: Encoder, library: Library) -> Gate:
    """The gate with the model for this index, trained if it is not there yet. Raises SearchUnavailable.

    What it learned holds for our own articles and sentence model: with others, or with vectors of a server, the gate
    goes by its threshold.
    """
    rules = GateSigns()
    if not library.embedded:
        return Gate(rules)
    path = data_dir / "gate" / f"{_digest(library, rules)}.npz"
    model = _kept(path)
    if model is None:
        rows = [(text, label) for label, texts in _questions().items() for text in texts]
        model = trained(rows, data_dir, encoder, library, rules)
        _keep(path, model)
    return Gate(rules, LearnedGate(model, rules, encoder))


def trained(
    rows: Sequence[tuple[str, str]], data_dir: Path, encoder: Encoder, library: Library, rules: GateSigns
) -> GateModel:
    """The model of these questions with their labels."""
    texts = [text for text, _ in rows]
    vectors = kept_vectors(texts, encoder, data_dir)
    encoder.remember(texts, vectors)
    signs = np.array([signs_of(text, library.search(text, language="en", limit=FOUND), rules) for text in texts])
    labels = (ANSWER, *sorted({label for _, label in rows} - {ANSWER}))
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 0.05
    inputs = np.array([_row((each - middle) / spread, vector) for each, vector in zip(signs, vectors, strict=True)])
    wanted = np.array([labels.index(label) for _, label in rows])
    return GateModel(labels, _fitted(inputs, wanted, len(labels)), middle, spread)


def _row(signs: Matrix, vector: Vectors) -> Matrix:
    return np.concatenate([signs, MEANING * vector, np.ones(1, dtype=np.float32)])


def _fitted(inputs: Matrix, wanted: NDArray[np.int64], labels: int) -> Matrix:
    """Weights of a multinomial regression with shrinkage: Adam (D. Kingma, J. Ba, 2014) on all rows at once."""
    weights = np.zeros((inputs.shape[1], labels))
    first, second, target = np.zeros_like(weights), np.zeros_like(weights), np.eye(labels)[wanted]
    for step in range(1, STEPS + 1):
        logits = inputs @ weights
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        slope = inputs.T @ (raised / raised.sum(axis=1, keepdims=True) - target) / len(inputs) + SHRINK * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights.astype(np.float32)


def _questions() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = yaml.load(QUESTIONS.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return rows


def _digest(library: Library, rules: GateSigns) -> str:
    parts = (str(FORMAT), library.version, rules.version)
    whole = hashlib.sha256("\n".join(parts).encode())
    for path in (QUESTIONS, FACETS):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _kept(path: Path) -> GateModel | None:
    try:
        with np.load(path) as kept:
            labels = tuple(str(label) for label in kept["labels"])
            return GateModel(labels, kept["weights"], kept["middle"], kept["spread"])
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def _keep(path: Path, model: GateModel) -> None:
    """In one step; what was kept for an earlier index goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, labels=np.array(model.labels), weights=model.weights, middle=model.middle, spread=model.spread)
    os.replace(file.name, path)
    for other in path.parent.glob("*.npz"):
        if other != path:
            other.unlink(missing_ok=True)
