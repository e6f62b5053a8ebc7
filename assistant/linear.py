"""A linear reader: tells labels apart by sentence vectors, words and likeness to examples, trained on our own examples
and kept on disk."""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.pieces import Matrix, pieces
from assistant.training import BATCH, EVENLY, RATE, SHRINK, STEPS, Signed, fitted, rows_of, softmax
from knowledge.vectors import WIDTH, Encoder

READ = 600
"""Characters of a text whose words are read."""

UNDERSTOOD = 320
"""Characters of a text that are turned into a vector, which takes longer the more there are: figures, marks and emoji
take up to 25 milliseconds at 600. Longer texts are rare, and their beginning says what they are about."""

MOST_PIECES = 100
"""Words and marks of a text that are turned into a vector. So many English words are longer than `UNDERSTOOD`; code,
figures and marks have more in as many characters, and each takes a tenth of a millisecond."""

MEANING = 2.5
"""How much the sentence vector weighs beside the words, which together have length 1."""

_PIECE = re.compile(r"\w+|[^\w\s]")

AT_ONCE = 2
"""Examples that are turned into vectors at the same time; each takes a processor of its own for a millisecond."""


@dataclass(frozen=True)
class Examples:
    """Texts with their labels, and whether each is English. `meant` gives in English, as far as we can say it, what the
    others mean; the sentence vector is made of that."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    english: tuple[bool, ...]
    meant: tuple[str, ...] = ()

    def in_english(self) -> list[str]:
        """Every text in English, empty where we cannot say it."""
        meant = self.meant or ("",) * len(self.texts)
        return [
            text if is_english else said for text, is_english, said in zip(self.texts, self.english, meant, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Linear:
    """The trained reader. `columns` number the pieces of words it knows, `labels` name the columns of all weights.

    `vectors` are those of the examples, ordered by label, whose first rows stand in `starts`.
    """

    encoder: Encoder
    labels: tuple[str, ...]
    columns: dict[int, int]
    meaning: Matrix
    words: NDArray[np.float16]
    bias: Matrix
    vectors: Matrix
    starts: Signed
    nearest: float

    def shares(self, text: str, *, english: bool, temperature: float, meant: str = "") -> Matrix:
        """A probability for every label."""
        return softmax(self.logits(text, english=english, meant=meant) / temperature)

    def logits(self, text: str, *, english: bool, meant: str = "") -> Matrix:
        """How much speaks for every label. `meant` is a text of another language in English, as far as known."""
        logits = self.bias.copy()
        for said in [text, meant] if meant else [text]:
            places, weights = _weighed(said[:READ], self.columns)
            if len(places):
                logits += weights @ self.words[places].astype(np.float32)
        if read := text if english else meant:
            vector = self.encoder.encode_one(_beginning(read))
            logits += vector @ self.meaning
            if self.nearest:
                logits += self.nearest * np.maximum.reduceat(np.vecdot(self.vectors, vector), self.starts)
        return logits

    def knows(self, text: str) -> bool:
        """Whether any piece of a text stands in the examples."""
        return bool(len(_weighed(text[:READ], self.columns)[0]))

    def word_weights(self, word: str, labels: Sequence[int]) -> Matrix:
        """How much a single word (lower case, without accents) speaks for each of these labels rather than for any."""
        places, weights = _weighed(word, self.columns)
        spoken = self.words[places][:, list(labels)].astype(np.float32)
        weighed: Matrix = weights @ (spoken - self._for_any[places, None])
        return weighed

    @cached_property
    def _for_any(self) -> Matrix:
        """How much each piece speaks for a label in the mean."""
        mean: Matrix = self.words.mean(axis=1, dtype=np.float32)
        return mean


def load_linear(
    data_dir: Path,
    encoder: Encoder,
    examples: Examples,
    labels: tuple[str, ...],
    *,
    name: str,
    nearest: float = 0.0,
    elsewhere: float = 1.0,
) -> Linear:
    """The reader of these examples; it is trained when they or the encoder have changed, and kept in the data
    directory. `nearest` is the weight of the likeness to a label's nearest example; then every label must have one;
    `elsewhere` is how much an example in another language than English counts."""
    kind = (encoder.version, examples, labels, STEPS, BATCH, RATE, SHRINK, EVENLY, MEANING, nearest, elsewhere)
    stamp = hashlib.sha256(repr(kind).encode()).hexdigest()[:16]
    path = data_dir / "models" / f"{name}-{stamp}.npz"
    if (kept := _kept(path, encoder, labels, nearest)) is not None:
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    _train(unfinished, examples, encoder, labels, keep=bool(nearest), elsewhere=elsewhere)
    unfinished.replace(path)
    return _opened(path, encoder, labels, nearest)


def _kept(path: Path, encoder: Encoder, labels: tuple[str, ...], nearest: float) -> Linear | None:
    """What an earlier training left; None if there is none or it is damaged, for it can always be made again."""
    try:
        return _opened(path, encoder, labels, nearest)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error):
        return None


def _opened(path: Path, encoder: Encoder, labels: tuple[str, ...], nearest: float) -> Linear:
    with np.load(path, allow_pickle=False) as kept:
        return Linear(
            encoder=encoder,
            labels=labels,
            columns={int(piece): column for column, piece in enumerate(kept["pieces"])},
            meaning=kept["meaning"],
            words=kept["words"],
            bias=kept["bias"],
            vectors=kept["vectors"].astype(np.float32),
            starts=kept["starts"],
            nearest=nearest,
        )


def _train(
    path: Path, examples: Examples, encoder: Encoder, codes: tuple[str, ...], *, keep: bool, elsewhere: float
) -> None:
    """Writes the pieces a reader knows, its weights and, to `keep`, the vectors of its examples."""
    meant = examples.in_english()
    counts = Counter(piece for text in examples.texts for piece in set(pieces(text[:READ])))
    known = sorted(piece for piece, texts in counts.items() if texts > 1)
    columns = {piece: column for column, piece in enumerate(known)}
    words = [
        _weighed_together([text] if english or not said else [text, said], columns)
        for text, english, said in zip(examples.texts, examples.english, meant, strict=True)
    ]
    vectors = _vectors(meant, encoder)
    numbers = np.array([codes.index(label) for label in examples.labels])
    counted = np.where(examples.english, 1.0, elsewhere).astype(np.float32)
    learned = fitted(rows_of(MEANING * vectors, words, len(known)), numbers, len(codes), counted)
    order = np.array([at for at in np.argsort(numbers, kind="stable") if meant[at]]) if keep else np.zeros(0, dtype=int)
    np.savez(
        path,
        pieces=np.array(known, dtype=np.int64),
        meaning=MEANING * learned.meaning,
        words=learned.words.astype(np.float16),
        bias=learned.bias,
        vectors=vectors[order].astype(np.float16),
        starts=np.searchsorted(numbers[order], np.arange(len(codes))),
    )


def _vectors(texts: Sequence[str], encoder: Encoder) -> Matrix:
    """A row for every text, of noughts for one that is empty."""
    rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
    given = [at for at, text in enumerate(texts) if text]
    with ThreadPoolExecutor(AT_ONCE) as workers:
        rows[given] = list(workers.map(lambda at: encoder.encode_one(_beginning(texts[at])), given))
    return rows


def _beginning(text: str) -> str:
    """The beginning of a text that is turned into a vector."""
    text = text[:UNDERSTOOD]
    further = next(islice(_PIECE.finditer(text), MOST_PIECES, None), None)
    return text[: further.start()] if further else text


def _weighed_together(texts: Sequence[str], columns: dict[int, int]) -> tuple[Signed, Matrix]:
    """The columns of the known pieces of several texts, and their weights, those of each text of length 1."""
    found = [_weighed(text[:READ], columns) for text in texts]
    places, at = np.unique(np.concatenate([places for places, _ in found]), return_inverse=True)
    weights = np.zeros(len(places), dtype=np.float32)
    np.add.at(weights, at, np.concatenate([weights for _, weights in found]))
    return places, weights


def _weighed(text: str, columns: dict[int, int]) -> tuple[Signed, Matrix]:
    """The columns of a text's known pieces, and their weights, which have length 1 together."""
    counts = Counter(column for piece in pieces(text) if (column := columns.get(piece)) is not None)
    weights = np.sqrt(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    length = np.float32(np.linalg.norm(weights) or 1.0)
    return places, (weights / length).astype(np.float32)
