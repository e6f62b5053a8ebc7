"""Trains a linear reader: a multinomial logistic regression on sentence vectors and on the few words of each text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.pieces import Matrix

STEPS, BATCH, RATE, SHRINK, EVENLY = 180, 512, 0.02, 3e-6, 0.5
"""The training: Adam on batches; labels with fewer examples weigh more, by this power. Picked among about fifty
settings while all development figures were in view (one held-out fold of our examples, both halves of the labelled
Boston texts, other cities), so that none of those figures is untouched by the choice."""

SLOW, SLOWER = 0.9, 0.99
"""How much of the mean slope and of its mean square is kept from step to step."""

Signed = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Rows:
    """What is known of every text: its vector, and the columns of its words with their weights, which are few. Those
    of one text stand together, from its place in `starts` to the next."""

    vectors: Matrix
    starts: Signed
    places: Signed
    weights: Matrix
    width: int


@dataclass(frozen=True, eq=False)
class Weights:
    """What was learned: how much vectors and words speak for each label, and how much every label starts with."""

    meaning: Matrix
    words: Matrix
    bias: Matrix


def rows_of(vectors: Matrix, words: Sequence[tuple[Signed, Matrix]], width: int) -> Rows:
    """The rows of texts, of each its vector and its words."""
    lengths = [len(places) for places, _ in words]
    return Rows(
        vectors=vectors,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        places=np.concatenate([places for places, _ in words]),
        weights=np.concatenate([weights for _, weights in words]),
        width=width,
    )


def fitted(rows: Rows, numbers: Signed, count: int, weights: Matrix) -> Weights:
    """The weights that tell the labels apart (Adam, D. Kingma and J. Ba, 2015, with a falling rate). `weights` tells
    how much each row counts."""
    importance = weights * (np.bincount(numbers, minlength=count)[numbers] ** -EVENLY).astype(np.float32)
    importance /= importance.mean()
    learned = Weights(
        meaning=np.zeros((rows.vectors.shape[1], count), dtype=np.float32),
        words=np.zeros((rows.width, count), dtype=np.float32),
        bias=np.zeros(count, dtype=np.float32),
    )
    meaning, words = Descent(learned.meaning), Descent(learned.words)
    for step, chosen in enumerate(_batches(len(numbers)), start=1):
        batch = _batch(rows, chosen)
        error = softmax(batch.logits(learned))
        error[np.arange(len(chosen)), numbers[chosen]] -= 1.0
        error *= importance[chosen][:, None] / len(chosen)
        rate = RATE * (1 - step / (STEPS + 1))
        meaning.step(step, rate, batch.vectors.T @ error, np.arange(len(learned.meaning)))
        words.step(step, rate, *batch.slope(error))
        learned.bias[:] -= rate * error.sum(axis=0)
    return learned


@dataclass(frozen=True, eq=False)
class Batch:
    """Some of the rows. Their words stand one after the other, those of row `rows[i]` from `starts[i]` on; a row
    without any word we know has no place there."""

    vectors: Matrix
    rows: Signed
    starts: Signed
    places: Signed
    weights: Matrix
    row_of: Signed

    def logits(self, learned: Weights) -> Matrix:
        """How much speaks for every label in every row."""
        logits: Matrix = self.vectors @ learned.meaning + learned.bias
        if len(self.places):
            spoken = learned.words[self.places] * self.weights[:, None]
            logits[self.rows] += np.add.reduceat(spoken, self.starts)
        return logits

    def slope(self, error: Matrix) -> tuple[Matrix, Signed]:
        """How the error changes with the words of the batch, and which words these are."""
        if not len(self.places):
            return np.zeros((0, error.shape[1]), dtype=np.float32), self.places
        order = np.argsort(self.places, kind="stable")
        sorted_places = self.places[order]
        first = np.flatnonzero(np.diff(sorted_places, prepend=-1))
        blamed = error[self.row_of[order]] * self.weights[order][:, None]
        return np.add.reduceat(blamed, first), sorted_places[first]


class Descent:
    """Adam on one matrix of weights, which it changes in place; its memory of slopes is all it adds to them."""

    def __init__(self, weights: Matrix) -> None:
        self._weights = weights
        self._slow, self._slower = np.zeros_like(weights), np.zeros_like(weights)
        self._slope, self._work = np.zeros_like(weights), np.zeros_like(weights)

    def step(self, number: int, rate: float, slope: Matrix, places: Signed) -> None:
        """Go down a slope, which is given for the rows at `places` and 0 for all others but for the shrinking."""
        slopes, work = self._slope, self._work
        np.multiply(self._weights, SHRINK, out=slopes)
        slopes[places] += slope
        np.subtract(slopes, self._slow, out=work)
        self._slow += np.multiply(work, 1 - SLOW, out=work)
        np.multiply(slopes, slopes, out=work)
        work -= self._slower
        self._slower += np.multiply(work, 1 - SLOWER, out=work)
        np.sqrt(np.divide(self._slower, 1 - SLOWER**number, out=work), out=work)
        work += 1e-8
        np.divide(self._slow, work, out=work)
        self._weights -= np.multiply(work, rate / (1 - SLOW**number), out=work)


def softmax(logits: Matrix) -> Matrix:
    """Probabilities from logits, along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _batch(rows: Rows, chosen: Signed) -> Batch:
    lengths = rows.starts[chosen + 1] - rows.starts[chosen]
    ends = np.cumsum(lengths)
    offsets = np.arange(ends[-1]) - np.repeat(ends - lengths - rows.starts[chosen], lengths)
    spoken = np.flatnonzero(lengths)
    return Batch(
        vectors=rows.vectors[chosen],
        rows=spoken,
        starts=(ends - lengths)[spoken],
        places=rows.places[offsets],
        weights=rows.weights[offsets],
        row_of=np.repeat(np.arange(len(chosen)), lengths),
    )


def _batches(count: int) -> Iterator[Signed]:
    """Rows for every step: all rows in a new order, again and again, the same for the same count."""
    draw = np.random.default_rng(0)
    each = -(-count // BATCH)
    rounds = -(-STEPS // each)
    every = [part for _ in range(rounds) for part in np.array_split(draw.permutation(count), each)]
    yield from every[:STEPS]
