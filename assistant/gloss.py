"""Says words of other languages in English, so that an encoder that knows English only gets their meaning."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from assistant.plain import plainly

GLOSSES = Path(__file__).parent / "lexicon" / "glosses.yaml"
_UNSPACED = re.compile(r"[\u3400-\u9fff]")


class Said(NamedTuple):
    """A piece of a text and its English."""

    start: int
    end: int
    english: str


@dataclass(frozen=True)
class Gloss:
    """The words and phrases of one language with their English."""

    pattern: re.Pattern[str]
    english: dict[str, str]

    def pieces(self, text: str) -> tuple[Said, ...]:
        """The known words of a text with their English, in their order."""
        return tuple(Said(*match.span(), self.english[match[0]]) for match in self.pattern.finditer(plainly(text)))


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
    return {language: _gloss(words) for language, words in content.items()}


def _gloss(words: dict[str, str]) -> Gloss:
    english = {plainly(form): said for forms, said in words.items() for form in forms.split("|")}
    longest_first = sorted(english, key=lambda form: (-len(form), form))
    spaced = "|".join(re.escape(form) for form in longest_first if not _UNSPACED.search(form))
    unspaced = "|".join(re.escape(form) for form in longest_first if _UNSPACED.search(form))
    parts = [rf"(?<!\w)(?:{spaced})(?!\w)" if spaced else "", unspaced]
    return Gloss(re.compile("|".join(filter(None, parts))), english)
