"""Makes a written reply fit to be heard: no links, numbers digit by digit with pauses, choices by their key."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

from assistant.wording import Wording
from tools.value import Value

BOOK = Path(__file__).parent / "speech.yaml"
LONGEST = 3_000
"""Characters of one line; <Say> takes no more than 4,096."""

_MARKED = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_EMAIL = re.compile(r"\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)\b")
_LINK = re.compile(
    r"https?://[^\s)]+|\bwww\.[^\s)]+|\b[\w-]+(?:\.[\w-]+)*\.(?:gov|com|org|net|edu)\b(?:/[^\s),;]*)?", re.I
)
_CASE = re.compile(r"\bB311-(\d{6,9})-(\d)\b")
_OTHER_CASE = re.compile(r"\b(BCS)-(\d{8})\b|\b(101\d{9})\b")
_PHONE = re.compile(r"\(?\b(\d{3})\)?[-. ](\d{3})[-. ](\d{4})\b")
_SHORT_CODE = re.compile(r"(?<![\d-])([3789]11|988)(?![\d-])")
_ZIP = re.compile(r"(?<![\d-])(0\d{4})(?![\d-])")
_CHOICE = re.compile(r"^\s*(\d{1,2})\.\s+(.+)$")
_END = re.compile(r"[.!?。！？؟]$")


class Voice(Value):
    """How a language is said and heard, and the key that chooses it."""

    voice: str
    language: str
    hears: str
    digit: str | None


class Book(Value):
    """What the phone line speaks."""

    voices: dict[str, Voice]
    names: dict[str, str]
    streets: dict[str, str]


@cache
def book() -> Book:
    """The voices and abbreviations of `speech.yaml`."""
    return Book.model_validate(yaml.safe_load(BOOK.read_text(encoding="utf-8")))


def by_digit(digit: str) -> str | None:
    """The language that a key chooses at the beginning of a call."""
    return next((language for language, voice in book().voices.items() if voice.digit == digit), None)


def spoken(text: str, wording: Wording, language: str) -> tuple[str, ...]:
    """The lines of a reply, as they are said."""
    lines = (_line(line, wording, language) for line in text.splitlines())
    return tuple(line[:LONGEST] for line in lines if line)


def _line(line: str, wording: Wording, language: str) -> str:
    if choice := _CHOICE.match(line):
        what = _line(choice[2], wording, language).rstrip(".")
        return wording.say("call_choice", language, digit=choice[1], what=what)
    said = _EMAIL.sub(lambda mail: f"{mail[1]} at {mail[2].replace('.', ' dot ')}", _MARKED.sub(r"\1", line))
    said = _LINK.sub(lambda link: _site(link[0], wording, language), said)
    said = "".join(letter for letter in _numbers(said) if not _is_mark(letter))
    return _streets(" ".join(said.replace("…", ".").split()))


def _site(link: str, wording: Wording, language: str) -> str:
    """A word in place of a link; a full stop that ended the sentence stays."""
    return wording.say("call_website", language) + (link[-1] if link[-1] in ".,;" else "")


def _numbers(text: str) -> str:
    """Numbers that somebody may have to write down, digit by digit, a pause after each group."""
    text = _CASE.sub(lambda case: f"B 3 1 1, {_grouped(case[1])}, {case[2]}", text)
    text = _OTHER_CASE.sub(lambda case: f"B C S, {_grouped(case[2], size=4)}" if case[1] else _grouped(case[3]), text)
    text = _PHONE.sub(lambda phone: f"{_apart(phone[1])}, {_apart(phone[2])}, {_apart(phone[3])}", text)
    return _ZIP.sub(lambda code: _apart(code[1]), _SHORT_CODE.sub(lambda code: _apart(code[1]), text))


def _grouped(digits: str, *, size: int = 3) -> str:
    return ", ".join(_apart(digits[at : at + size]) for at in range(0, len(digits), size))


def _apart(digits: str) -> str:
    return " ".join(digits)


def _streets(text: str) -> str:
    """ "100 Perham St" as it is said; "St Botolph St" keeps its saint."""
    for short, long in book().streets.items():
        text = re.sub(rf"(?<=[\w'] ){short}\b(?:\.(?!\s*$))?(?=\s*(?:$|[,.;:&?!)]|[a-z]))", long, text)
    return text


def _is_mark(letter: str) -> bool:
    return letter in '*_#`>|<"“”«»[]{}' or unicodedata.category(letter) in ("So", "Cs", "Co")
