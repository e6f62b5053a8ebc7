"""Counts a text message as carriers bill it, and cuts a long one at a sentence or a word."""

import re
from functools import cache
from pathlib import Path

import yaml

from tools.value import Value

RULES = Path(__file__).parent / "rules" / "gsm.yaml"
LONGEST = 1_600
"""Characters that one text may have, whatever it costs; the carriers' gateway takes no more."""

_GSM, _UCS2 = (160, 153), (70, 67)
"""Places of a text of one segment, and of each segment of a longer one."""

_BOUNDARIES = (re.compile(r"\n\n"), re.compile(r"\n|(?<=[.!?])\s|(?<=[。！？])"), re.compile(r"\s"))
"""Where a text may be cut, the best first: paragraphs, lines and sentences, words."""


class Alphabet(Value):
    """What fits into seven bits."""

    basic: frozenset[str]
    extended: frozenset[str]
    look_alikes: dict[int, str]


@cache
def alphabet() -> Alphabet:
    """The alphabet of `rules/gsm.yaml`."""
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    look_alikes = {ord(each): plain for plain, strange in rules["look_alikes"].items() for each in strange}
    return Alphabet(basic=frozenset(rules["basic"]), extended=frozenset(rules["extended"]), look_alikes=look_alikes)


def is_gsm(text: str) -> bool:
    """Whether a text fits into seven bits."""
    letters = alphabet()
    return letters.basic.union(letters.extended).issuperset(text)


def sendable(text: str) -> str:
    """The text as it goes out: look-alikes replaced where that keeps the whole of it in seven bits, accents kept."""
    plain = text.translate(alphabet().look_alikes)
    return plain if is_gsm(plain) else text


def segments(text: str) -> int:
    """How many segments a text is billed as. A character of two places never stands across two segments."""
    if is_gsm(text):
        single, each = _GSM
        sizes = [2 if letter in alphabet().extended else 1 for letter in text]
    else:
        single, each = _UCS2
        sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    if sum(sizes) <= single:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


class Cut(Value):
    """A text in two: what goes now, and what is kept for later ("" if it all fits)."""

    now: str
    later: str = ""


def cut(text: str, *, most: int, more: str) -> Cut:
    """The part of a text that fits into so many segments together with the line that offers `more`; or all of it."""
    if segments(text) <= most and len(text) <= LONGEST:
        return Cut(now=text)
    for boundary in _BOUNDARIES:
        for found in reversed(list(boundary.finditer(text))):
            now = f"{text[: found.start()].rstrip()}\n{more}".strip()
            later = text[found.end() :].strip()
            if later and found.start() and segments(now) <= most and len(now) <= LONGEST:
                return Cut(now=now, later=later)
    return _by_force(text, most=most, more=more)


def _by_force(text: str, *, most: int, more: str) -> Cut:
    """A text without a place to cut it, such as one endless word."""
    size = len(text)
    while size > 1 and (segments(f"{text[:size]}\n{more}") > most or size + len(more) >= LONGEST):
        size -= 1
    return Cut(now=f"{text[:size]}\n{more}".strip(), later=text[size:])


def whole(text: str) -> tuple[str, ...]:
    """A text that must not be held back, as few texts as carriers take."""
    parts: list[str] = []
    while len(text) > LONGEST:
        part = cut(text, most=40, more="")
        parts.append(part.now)
        text = part.later
    return (*parts, text)
