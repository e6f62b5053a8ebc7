"""Says words of other languages in English, so that an encoder that knows English only gets their meaning."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from assistant.plain import UNSPACED, plainly

GLOSSES = Path(__file__).parent / "lexicon" / "glosses.yaml"

_CARRIED = {"ar": "(?:[وف]?(?:[بك]?ال|لل|[بكل])?)?"}
"""Little words that a language writes as one with the word after them."""

ANY_ENDING = "*"
"""Ends a form that stands for a word with any ending."""


class Said(NamedTuple):
    """A piece of a text and its English."""

    start: int
    end: int
    english: str


@dataclass(frozen=True)
class Gloss:
    """The words and phrases of one language with their English; `english` holds whole forms, `stems` beginnings."""

    pattern: re.Pattern[str]
    english: dict[str, str]
    stems: dict[str, str]

    def pieces(self, text: str) -> tuple[Said, ...]:
        """The known words of a text with their English, in their order."""
        return tuple(Said(*match.span(), self._said(match["form"])) for match in self.pattern.finditer(plainly(text)))

    def _said(self, words: str) -> str:
        """The English of words that the pattern has found: that of the longest form that fits."""
        if (said := self.english.get(words)) is not None:
            return said
        return next(self.stems[words[:end]] for end in range(len(words), 0, -1) if words[:end] in self.stems)


def glossed(text: str, language: str) -> tuple[Said, ...]:
    """The words of a text that we can say in English, where they stand; none for English and for other languages."""
    gloss = _glosses().get(language)
    return gloss.pieces(text) if gloss else ()


def in_english(text: str, language: str, *, least: int = 1) -> str:
    """What the words of a text mean in English, as far as our lists go; empty if fewer than `least` are known."""
    found = glossed(text, language)
    return " ".join(each.english for each in found) if len(found) >= least else ""


@lru_cache
def _glosses(path: Path = GLOSSES) -> dict[str, Gloss]:
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {language: _gloss(words, _CARRIED.get(language, "")) for language, words in content.items()}


def _gloss(words: dict[str, str], carried: str) -> Gloss:
    said = {plainly(form): english for forms, english in words.items() for form in forms.split("|")}
    stems = {form.removesuffix(ANY_ENDING): english for form, english in said.items() if form.endswith(ANY_ENDING)}
    english = {form: english for form, english in said.items() if not form.endswith(ANY_ENDING)}
    longest_first = sorted(said, key=lambda form: (-len(form), form))
    spaced = "|".join(map(_whole, (form for form in longest_first if not UNSPACED.search(form))))
    unspaced = "|".join(re.escape(form) for form in longest_first if UNSPACED.search(form))
    found = rf"(?<!\w){carried}(?P<form>{spaced})(?!\w)" if spaced else rf"(?P<form>{unspaced})"
    return Gloss(re.compile(found), english, stems)


def _whole(form: str) -> str:
    return re.escape(form.removesuffix(ANY_ENDING)) + (r"\w*" if form.endswith(ANY_ENDING) else "")
