"""The terms of a text: the words that carry its subject, without function words, in stems; Chinese in pairs."""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import normalize

from knowledge.words import CHINESE, Lexicon, Stems, load_lexicon, plain, words_of

_LETTERS = re.compile(r"[^\W_]+")


class Terms:
    """Turns texts of one language into terms. Safe to use from several threads."""

    def __init__(self, language: str) -> None:
        lexicon = load_lexicon(language)
        self._stems, self._short = Stems(language), lexicon.short
        self._ignored = frozenset(map(plain, lexicon.ignored))
        self._ignored_as_written = lexicon.ignored
        self._also = {plain(word): words_of(others) for word, others in lexicon.also.items()}
        self._marked = lexicon.marked
        phrases = sorted(filter(CHINESE.search, self._ignored), key=len, reverse=True)
        self._phrases = re.compile("|".join(map(re.escape, phrases))) if phrases else None

    def __call__(self, text: str) -> tuple[str, ...]:
        """The terms in order, each once; where accents tell words apart, a word with its accents and without."""
        words = self._subjects(text)
        if self._marked:
            words += self._with_accents(text)
        return tuple(dict.fromkeys(self._stems(words)))

    def with_synonyms(self, text: str) -> tuple[tuple[str, ...], ...]:
        """Every term of a question with those that mean the same, itself first."""
        found: dict[str, tuple[str, ...]] = {}
        spelt = self._spelt_out(text)
        if CHINESE.search(text):
            return tuple(_each_character(self._runs(spelt)))
        for word in self._with_accents(spelt) if self._marked and not text.isascii() else self._subjects(spelt):
            stems = self._stems([word, *self._also.get(plain(word), [])])
            found.setdefault(stems[0], tuple(dict.fromkeys(stems)))
        return tuple(found.values())

    def _spelt_out(self, text: str) -> str:
        return " ".join(self._short.get(plain(word), word) for word in text.split())

    def _subjects(self, text: str) -> list[str]:
        return [word for word in words_of(self._runs(text)) if word not in self._ignored and not _is_bare(word)]

    def _runs(self, text: str) -> str:
        """The plain text, its function words in Chinese left blank."""
        said = plain(text).replace("'", " ").replace("’", " ")
        return said if self._phrases is None else self._phrases.sub(" ", said)

    def _with_accents(self, text: str) -> list[str]:
        """The words of a text as they are written, without function words."""
        words = _LETTERS.findall(normalize("NFC", text.casefold()))
        return [word for word in words if word not in self._ignored_as_written and not _is_bare(word)]


def _each_character(said: str) -> Iterator[tuple[str, ...]]:
    """For each Chinese character the pairs it stands in, for nobody marks where words end; other words as they are."""
    for word in said.split():
        for run in CHINESE.findall(word):
            pairs = [run[place : place + 2] for place in range(len(run) - 1)] or [run]
            yield from (tuple(dict.fromkeys(pairs[max(0, at - 1) : at + 1])) for at in range(len(run)))
        yield from ((other,) for other in CHINESE.sub(" ", word).split() if not _is_bare(other))


def _is_bare(word: str) -> bool:
    """A single letter says nothing, except in Chinese."""
    return len(word) == 1 and not CHINESE.search(word) and not word.isdigit()


@lru_cache(maxsize=16)
def terms_in(language: str) -> Terms:
    """The terms of a language, its lexicon read once."""
    return Terms(language)


def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language, read once."""
    return _lexicon(language)


_lexicon = lru_cache(maxsize=16)(load_lexicon)
