"""The pieces of a text that a linear reader counts: words, pairs of words, and four-letter pieces of words."""

import hashlib
import re
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.plain import UNSPACED, plainly

Matrix = NDArray[np.float32]
_WORD = re.compile(r"[^\W_]+")
LETTERS = 4

_EMPTY = frozenset(
    "the a an of to in on at is are was were be been it its this that and or for from with by my our your their his"
    " her i we you they he she there here has have had do does did not no please can could would should will just very"
    " so some any all de la el en un una y los las que se es por para con a".split()
)
"""Words that say nothing alone about what a text is about."""


def pieces(text: str) -> list[int]:
    """The pieces of a text as numbers that are the same everywhere; Chinese counts by one and two characters."""
    words = _WORD.findall(plainly(text))
    found: list[int] = []
    for word in words:
        if word not in _EMPTY:
            found += _of_word(word)
    found += [_number(f"p:{one} {other}") for one, other in pairwise(words)]
    return found


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[int, ...]:
    edged = f"<{word}>"
    cut = [edged[start : start + LETTERS] for start in range(max(1, len(edged) - LETTERS + 1))]
    if UNSPACED.search(word):
        cut = [*word, *(word[start : start + 2] for start in range(len(word) - 1))]
    return (_number(f"w:{word}"), *(_number(f"c:{part}") for part in cut))


def _number(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=7).digest())
