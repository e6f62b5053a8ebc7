"""The terms of a text: the words that carry its subject, without function words, in stems; Chinese in pairs."""

import re
from functools import lru_cache

from knowledge.words import CHINESE, Lexicon, Stems, load_lexicon, plain, words_of


class Terms:
    """Turns texts of one language into terms. Safe to use from several threads."""

    def __init__(self, language: str) -> None:
        lexicon = load_lexicon(language)
        self._stems, self._short = Stems(language), lexicon.short
        self._ignored = frozenset(map(plain, lexicon.ignored))
        self._also = {plain(word): words_of(others) for word, others in lexicon.also.items()}
        phrases = sorted(filter(CHINESE.search, self._ignored), key=len, reverse=True)
        self._phrases = re.compile("|".join(map(re.escape, phrases))) if phrases else None

    def __call__(self, text: str) -> tuple[str, ...]:
        """The terms in order, each once."""
        return tuple(dict.fromkeys(self._stems(self._subjects(text))))

    def with_synonyms(self, text: str) -> tuple[tuple[str, ...], ...]:
        """Every term of a question with those that mean the same, itself first."""
        found: dict[str, tuple[str, ...]] = {}
        for word in self._subjects(self._spelt_out(text)):
            stems = self._stems([word, *self._also.get(word, [])])
            found.setdefault(stems[0], tuple(dict.fromkeys(stems)))
        return tuple(found.values())

    def _spelt_out(self, text: str) -> str:
        return " ".join(self._short.get(plain(word), word) for word in text.split())

    def _subjects(self, text: str) -> list[str]:
        said = plain(text).replace("'", " ").replace("’", " ")
        if self._phrases is not None:
            said = self._phrases.sub(" ", said)
        return [word for word in words_of(said) if word not in self._ignored and not _is_bare(word)]


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
