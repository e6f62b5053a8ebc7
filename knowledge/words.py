"""Words as the index sees them: plain, without accents, in stems; and what residents' short forms and slang mean."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import Stemmer
import yaml
from pydantic import BaseModel, ConfigDict

STEMMERS = {"en": "english", "es": "spanish", "pt": "portuguese", "fr": "french", "ru": "russian", "ar": "arabic"}
"""The languages that have a stemmer; the others are matched word by word, Chinese by pairs of characters."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
_DATA = Path(__file__).parent / "lexicons"


class Lexicon(BaseModel):
    """A language's words: `ignored` carry no subject, `short` spells out texting, `also` names synonyms, `asks` tells
    by which words a sum, a time, a place or a phone is asked for; `marked` says that accents tell words apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ignored: frozenset[str] = frozenset()
    short: dict[str, str] = {}
    also: dict[str, str] = {}
    asks: dict[str, tuple[str, ...]] = {}
    marked: bool = False


def load_lexicon(language: str) -> Lexicon:
    """The packaged lexicon of a language; an empty one if there is none."""
    path = _DATA / f"{language}.yaml"
    return Lexicon.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else Lexicon()


def plain(text: str) -> str:
    """The text in small letters without accents, so that hurried typing matches."""
    spread = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(character for character in spread if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """The plain words of a text in order; Chinese as pairs of characters (a single one stays single)."""
    return [word for match in _WORD.finditer(plain(text)) for word in _units(match[0].replace("’", "'"))]


def _units(word: str) -> Iterator[str]:
    runs = CHINESE.findall(word)
    if not runs:
        yield word.removesuffix("'s")
        return
    for run in runs:
        yield from (run[place : place + 2] for place in range(max(1, len(run) - 1)))
    yield from filter(None, CHINESE.split(word))


class Stems:
    """Turns words of one language into stems. Safe to use from several threads."""

    def __init__(self, language: str) -> None:
        self._stemmer = Stemmer.Stemmer(STEMMERS[language]) if language in STEMMERS else None
        self._turn = Lock()

    def __call__(self, words: list[str]) -> list[str]:
        """One stem a word, in order."""
        if self._stemmer is None:
            return words
        with self._turn:
            stems: list[str] = self._stemmer.stemWords(words)
        return stems
