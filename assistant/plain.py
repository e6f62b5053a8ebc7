"""Brings a text into the plain form that word lists and patterns are matched on."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

UNSPACED = re.compile(r"[\u3400-\u9fff]")
"""Letters of Chinese, which puts no space around words."""

_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
_FIGURES_AS_LETTERS = str.maketrans("013457@$!", "oieastasi")
_DISGUISED = re.compile(r"(?<=[a-z])[013457@$!](?=[a-z])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_WORD = re.compile(r"[a-z]+")


def plainly(text: str) -> str:
    """The text in lower case without accents, as long as before, so that offsets stay true."""
    return "".join(_plain(letter) for letter in text)


@lru_cache(maxsize=20_000)
def _plain(letter: str) -> str:
    if letter in "’‘`´":
        return "'"
    lowered = letter.lower()
    if len(lowered) != 1:
        lowered = letter
    if lowered == "đ":
        return "d"
    base = unicodedata.normalize("NFKD", lowered)[:1]
    return base if base and not unicodedata.combining(base) else lowered


@lru_cache(maxsize=20_000)
def _seen(letter: str) -> bool:
    return letter in "\n\t\r" or unicodedata.category(letter) not in _INVISIBLE


@dataclass(frozen=True)
class PlainText:
    """A text in its plain form. `places` holds for every letter where it stands in the original."""

    text: str
    places: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original of a piece of the plain form that is not empty."""
        return self.places[start], self.places[end - 1] + 1


def plain_text(text: str) -> PlainText:
    """The plain form without invisible letters, with figures inside words read as letters ("f1re")."""
    seen = [(place, _plain(letter)) for place, letter in enumerate(text) if _seen(letter)]
    joined = "".join(letter for _, letter in seen)
    told = _DISGUISED.sub(lambda figure: figure[0].translate(_FIGURES_AS_LETTERS), joined)
    return PlainText(told, tuple(place for place, _ in seen))


def respelled(plain: PlainText, spelling: Callable[[str], str]) -> PlainText:
    """The plain form with every Latin word spelled as `spelling` says."""
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for match in _WORD.finditer(plain.text):
        word = spelling(match[0])
        if word == match[0]:
            continue
        parts += [plain.text[at : match.start()], word]
        places += plain.places[at : match.start()]
        inside = plain.places[match.start() : match.end()]
        places += (inside + inside[-1:] * len(word))[: len(word) - 1]
        places.append(inside[-1])
        at = match.end()
    return PlainText("".join([*parts, plain.text[at:]]), (*places, *plain.places[at:]))


def unstretched(word: str, known: frozenset[str]) -> str:
    """The word without letters that were drawn out ("fiiiire"), spelled like a known one if there is one."""
    if not _STRETCHED.search(word):
        return word
    double = _STRETCHED.sub(r"\1\1", word)
    return double if double in known else _STRETCHED.sub(r"\1", word)
