"""How a linear reader learns: from words, from vectors, and from texts of which it knows no word."""

import numpy as np

from assistant.training import fitted, rows_of

NO_WORDS = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


def word(place: int) -> tuple[np.ndarray, np.ndarray]:
    return np.array([place]), np.ones(1, dtype=np.float32)


def ones(rows: int) -> np.ndarray:
    return np.ones(rows, dtype=np.float32)


def test_a_label_is_learned_from_a_word() -> None:
    vectors = np.zeros((4, 3), dtype=np.float32)
    rows = rows_of(vectors, [word(0), word(0), word(1), word(1)], 2)

    learned = fitted(rows, np.array([0, 0, 1, 1]), 2, ones(4))

    assert learned.words.argmax(axis=1).tolist() == [0, 1]


def test_a_label_is_learned_from_vectors_where_no_word_is_known() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)
    rows = rows_of(vectors, [NO_WORDS] * 4, 1)

    learned = fitted(rows, np.array([0, 0, 1, 1]), 2, ones(4))

    assert (vectors @ learned.meaning + learned.bias).argmax(axis=1).tolist() == [0, 0, 1, 1]
    assert not learned.words.any()


def test_a_text_without_known_words_does_not_disturb_its_neighbours() -> None:
    vectors = np.zeros((5, 1), dtype=np.float32)
    rows = rows_of(vectors, [NO_WORDS, word(0), NO_WORDS, word(1), NO_WORDS], 2)

    learned = fitted(rows, np.array([0, 0, 1, 1, 0]), 2, ones(5))

    assert learned.words.argmax(axis=1).tolist() == [0, 1]


def test_the_same_texts_give_the_same_weights() -> None:
    rows = rows_of(np.eye(4, dtype=np.float32), [word(0), word(1), word(0), word(1)], 2)

    one, other = (fitted(rows, np.array([0, 1, 0, 1]), 2, ones(4)) for _ in range(2))

    assert np.array_equal(one.words, other.words)
    assert np.array_equal(one.meaning, other.meaning)


def test_a_text_counts_as_much_as_its_weight() -> None:
    rows = rows_of(np.ones((2, 1), dtype=np.float32), [NO_WORDS] * 2, 1)

    learned = fitted(rows, np.array([0, 1]), 2, np.array([1.0, 0.25], dtype=np.float32))

    assert (learned.meaning + learned.bias).argmax() == 0
