"""Understands a question before the search: texting is spelt out, typing errors are corrected, synonyms are added."""

import re
from collections.abc import Callable, Mapping

from pydantic import BaseModel, ConfigDict
from rapidfuzz.distance import OSA

from knowledge.words import Lexicon, plain, words_of

SHORTEST = 4
"""Words under four letters are never corrected: too many are one letter apart."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class Query(BaseModel):
    """A question as it is searched: `text` for meaning, `words` for the index of words, `asked` without synonyms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    words: tuple[str, ...]
    asked: tuple[str, ...]


class Speller:
    """Corrects words to those of an index. `knows` tells whether a word is a common one that needs no correction."""

    def __init__(self, frequency: Mapping[str, int], knows: Callable[[str], bool]) -> None:
        self._frequency, self._knows = frequency, knows
        self._near: dict[tuple[str, int], list[str]] = {}
        for word in frequency:
            if len(word) >= SHORTEST and word.isalpha():
                self._near.setdefault((word[0], len(word)), []).append(word)

    def corrected(self, word: str) -> str:
        """The word itself, or the index's word it was most likely meant to be: one slip, two in a long word."""
        if len(word) < SHORTEST or not word.isalpha() or word in self._frequency or self._knows(word):
            return word
        allowed = 1 if len(word) < 7 else 2
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        near = [other for length in lengths for other in self._near.get((word[0], length), ())]
        slips = [(OSA.distance(word, other, score_cutoff=allowed), -self._frequency[other], other) for other in near]
        best = min(slips, default=(allowed + 1, 0, word))
        return best[2] if best[0] <= allowed else word


def understand(question: str, lexicon: Lexicon, speller: Speller) -> Query:
    """The question as it is searched."""
    spelt = [_spelt(token, lexicon, speller) for token in question.split()]
    text = " ".join(spelt)
    asked = words_of(text)
    added = [more for word in asked if word in lexicon.also for more in words_of(lexicon.also[word])]
    return Query(text=text, words=tuple(dict.fromkeys((*asked, *added))), asked=tuple(dict.fromkeys(asked)))


def _spelt(token: str, lexicon: Lexicon, speller: Speller) -> str:
    """One word of the message, spelt out or corrected; its marks stay."""
    bare = _EDGES.sub("", token)
    key = plain(bare)
    for form in (plain(token), key):
        if form in lexicon.short:
            return lexicon.short[form]
    if not key.isascii() or not key.isalpha():
        return token
    right = speller.corrected(key)
    return token if right == key else token.replace(bare, right)
