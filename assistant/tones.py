"""Vietnamese words are told apart by their marks ("cháy" burns, "chạy" runs), which many leave out when they type.

A letter without marks may stand for any; a letter with other marks is another word.
"""

import re
from functools import lru_cache
from unicodedata import combining, normalize

from assistant.plain import PlainText, plainly

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ALIKE = str.maketrans("\u0303\u0309", "\u0309\u0303")
"""Two tones that sound alike in the South and are often confused in writing."""

_LATE_TONE = re.compile(r"(o)([àáảãạèéẻẽẹ])(?!\w)|(u)([ỳýỷỹỵ])(?!\w)")


def forgiving(pattern: str) -> str:
    """A pattern that takes its letters with their marks, with fewer, or with the tone that sounds alike."""
    return "".join(
        part if part.startswith("\\") else "".join(map(_as_written, _tone_early(normalize("NFC", part))))
        for part in re.split(r"(\\[A-Za-z])", pattern)
    )


def with_marks(plain: PlainText, text: str) -> str:
    """The plain form of a text with the marks that its letters bear, as long as the plain form."""
    if text.isascii():
        return plain.text
    return _tone_early("".join(map(_letter, plain.text, (text[place : place + 3] for place in plain.places))))


def _letter(plain: str, written: str) -> str:
    """The letter that the text begins with, with its marks, if it is the one of the plain form."""
    marks = next((place for place, each in enumerate(written[1:], 1) if not combining(each)), len(written))
    letter = normalize("NFC", written[:marks]).lower()
    return letter if len(letter) == 1 and plainly(letter) == plain else plain


def _tone_early(text: str) -> str:
    """ "hoả" as "hỏa": both ways to write it are in use."""
    return _LATE_TONE.sub(_moved_tone, text) if not text.isascii() else text


def _moved_tone(found: re.Match[str]) -> str:
    first, second = (each for each in found.groups() if each)
    bare = normalize("NFD", second)
    return normalize("NFC", first + bare[1:]) + bare[0]


@lru_cache(maxsize=1_000)
def _as_written(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    letter = letter.lower()
    bare = normalize("NFC", "".join(each for each in normalize("NFD", letter) if each not in _TONES))
    alike = normalize("NFC", normalize("NFD", letter).translate(_ALIKE))
    return f"[{''.join(dict.fromkeys((letter, alike, bare, plainly(letter))))}]"
