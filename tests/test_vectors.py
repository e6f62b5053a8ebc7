"""The sentence encoder agrees with the model it was made from, is repeatable, and refuses damaged files."""

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from knowledge.vectors import (
    TOKENIZER,
    TOKENIZER_SHA256,
    WEIGHTS,
    WEIGHTS_SHA256,
    WeightsBroken,
    load_encoder,
    packaged,
)

TEXTS = (
    "how do I throw away a sofa",
    "the light on our corner has been out for a week",
    "when does the library in Roslindale open on saturdays",
    "¿dónde pago una multa de estacionamiento?",
)
Floats = NDArray[np.float32]


class PlainBert:
    """The same model in plain floating point, written from the architecture's description."""

    def __init__(self) -> None:
        self.weights = load_file(packaged(WEIGHTS, WEIGHTS_SHA256))
        self.tokenizer = Tokenizer.from_file(str(packaged(TOKENIZER, TOKENIZER_SHA256)))
        self.tokenizer.no_padding()

    def encode(self, text: str) -> Floats:
        ids = self.tokenizer.encode(text).ids
        words, places, kinds = (
            self.weights[f"embeddings.{n}_embeddings.weight"] for n in ("word", "position", "token_type")
        )
        states = self.norm(words[ids] + places[: len(ids)] + kinds[0], "embeddings")
        for number in range(6):
            states = self.layer(states, f"encoder.layer.{number}")
        mean = states.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def layer(self, states: Floats, name: str) -> Floats:
        query, key, value = (
            self.dense(states, f"{name}.attention.self.{part}").reshape(-1, 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(32))
        seen = (scores / scores.sum(axis=-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(-1, 384)
        states = self.norm(states + self.dense(seen, f"{name}.attention.output.dense"), f"{name}.attention.output")
        inner = self.dense(states, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        return self.norm(states + self.dense(inner, f"{name}.output.dense"), f"{name}.output")

    def dense(self, states: Floats, name: str) -> Floats:
        return np.asarray(states @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"])

    def norm(self, states: Floats, name: str) -> Floats:
        centred = states - states.mean(axis=-1, keepdims=True)
        unit = centred / np.sqrt(states.var(axis=-1, keepdims=True) + 1e-12)
        return np.asarray(unit * self.weights[f"{name}.LayerNorm.weight"] + self.weights[f"{name}.LayerNorm.bias"])


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def test_small_vectors_agree_with_the_full_model(data_dir: Path) -> None:
    plain = PlainBert()

    small = load_encoder(data_dir).encode(TEXTS)

    assert all(float(small[i] @ plain.encode(text)) > 0.98 for i, text in enumerate(TEXTS))


def test_vectors_have_unit_length_and_one_row_a_text(data_dir: Path) -> None:
    vectors = load_encoder(data_dir).encode(TEXTS)

    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_a_text_has_the_same_vector_whatever_stands_beside_it(data_dir: Path) -> None:
    encoder = load_encoder(data_dir)

    together = encoder.encode(TEXTS)

    assert all(np.array_equal(together[i], encoder.encode_one(text)) for i, text in enumerate(TEXTS))


def test_no_text_gives_no_rows(data_dir: Path) -> None:
    assert load_encoder(data_dir).encode(()).shape == (0, 384)


@pytest.mark.parametrize("text", ["", "\ud800 half a character", "word " * 20_000, "\x00\x07", "🛋️🛋️"], ids=range(5))
def test_any_text_has_a_vector(data_dir: Path, text: str) -> None:
    assert np.isfinite(load_encoder(data_dir).encode_one(text)).all()


def test_a_remembered_vector_cannot_be_changed(data_dir: Path) -> None:
    vector = load_encoder(data_dir).encode_one("a text")

    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 0.0


def test_making_the_graph_reports_progress_once(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    load_encoder(tmp_path, progress=lambda done, of: heard.append((done, of)))
    load_encoder(tmp_path, progress=lambda done, of: heard.append((done, of)))

    assert heard == [(n, 6) for n in range(1, 7)]


def test_a_damaged_graph_is_named_with_its_cure(tmp_path: Path) -> None:
    load_encoder(tmp_path)
    graph = next((tmp_path / "models").glob("*.onnx"))
    graph.write_bytes(graph.read_bytes()[:-100])

    with pytest.raises(WeightsBroken, match=rf"{graph.name}.*delete it"):
        load_encoder(tmp_path)


def test_weights_with_another_digest_are_refused() -> None:
    with pytest.raises(WeightsBroken, match=r"model\.safetensors.*reinstall"):
        packaged(WEIGHTS, "0" * 64)
