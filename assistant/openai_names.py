"""Finds names of places and offices in a sentence of a model that the passage it comes from does not name.

In the passage's own language every name must stand in it. In a translation names are kept as they are, or translated:
a word of the city's own street, neighborhood and place names must stand in the passage, a kind of place (street, park,
library …) must be in it too, and in scripts other than ours every word in our letters. What is free must be free there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.words import plain
from tools.gazetteer import Gazetteer

NAMES = Path(__file__).parent / "rules" / "names.yaml"
SHORTEST = 4
"""Letters of a word that is taken for a word of the city's names; shorter ones are ordinary words too often."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’]+")
_ENDS = re.compile(r"[.!?:;•]\s*[\"“(]?\s*$|^\s*[\"“(]?\s*$")


@dataclass(frozen=True)
class NameRules:
    """The words for kinds of places and for what costs nothing, by language, as patterns on plain text."""

    anywhere: frozenset[str]
    kinds: Mapping[str, Mapping[str, re.Pattern[str]]]
    free: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, eq=False)
class NameCheck:
    """Checks sentences. `names` are the words that the city's streets, neighborhoods and places are named by."""

    names: frozenset[str]
    rules: NameRules

    @classmethod
    def on(cls, gazetteer: Gazetteer) -> "NameCheck":
        """With the names of a gazetteer."""
        told = (*gazetteer.by_base, *gazetteer.places, *gazetteer.neighborhoods)
        words = {word for name in told for word in _WORD.findall(plain(name)) if len(word) >= SHORTEST}
        return cls(frozenset(words), load_name_rules())

    def strangers(self, sentence: str, passage: str, *, language: str, original: str) -> tuple[str, ...]:
        """The names in a sentence of this language that a passage of its original language does not hold."""
        known = {_bare(word) for word in _WORD.findall(plain(passage))} | self.rules.anywhere
        if language == original:
            named = _named(sentence)
        else:
            named = [word for word in _capitalised(sentence) if _bare(plain(word)) in self.names]
            named += [] if _in_our_letters(language) else _LATIN.findall(sentence)
        strange = [word for word in named if not _stands(word, known)]
        return (*dict.fromkeys(strange), *self._unsupported(sentence, passage, language, original))

    def _unsupported(self, sentence: str, passage: str, language: str, original: str) -> Iterable[str]:
        """Kinds of places that only the sentence has, and that something is free where the passage does not say so."""
        said, source = plain(sentence), plain(passage)
        for name, words in {**self.rules.kinds, "free": self.rules.free}.items():
            here, there = words.get(_script(language)), words.get(_script(original))
            if here and there and here.search(said) and not there.search(source):
                yield name


def _named(sentence: str) -> list[str]:
    """The words written large within a sentence, and one that opens it if another follows it."""
    return [word for word, opens, followed in _large(sentence) if not opens or followed]


def _capitalised(sentence: str) -> list[str]:
    return [word for word, _, _ in _large(sentence)]


def _large(sentence: str) -> list[tuple[str, bool, bool]]:
    """Words written large: the word, whether it opens a sentence, whether another one follows at once."""
    found = [match for match in _WORD.finditer(sentence) if match[0][0].isupper() and len(match[0]) > 1]
    starts = {match.start() for match in found}
    return [
        (match[0], _ENDS.search(sentence[: match.start()]) is not None, match.end() + 1 in starts) for match in found
    ]


def _stands(word: str, known: set[str] | frozenset[str]) -> bool:
    """Whether a word, or the other number of it, is known."""
    bare = _bare(plain(word))
    return bare in known or f"{bare}s" in known or bare.removesuffix("s") in known


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _script(language: str) -> str:
    return "zh" if language.startswith("zh") else language


def _in_our_letters(language: str) -> bool:
    return _script(language) not in ("zh", "ar", "ru")


@lru_cache
def load_name_rules(path: Path = NAMES) -> NameRules:
    """The rules of a file."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return NameRules(
        anywhere=frozenset(content["anywhere"]),
        kinds={kind: _patterns(forms) for kind, forms in content["kinds"].items()},
        free=_patterns(content["free"]),
    )


def _patterns(forms: Mapping[str, Sequence[str]]) -> dict[str, re.Pattern[str]]:
    return {language: _pattern(words, whole=language != "zh") for language, words in forms.items()}


def _pattern(words: Sequence[str], *, whole: bool) -> re.Pattern[str]:
    either = "|".join(re.escape(plain(word)).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if whole else either)
