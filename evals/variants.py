"""The same scenario as other residents would write it: misspelled, in capitals, politely, in pieces. Seeded, so that a
run can be repeated."""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from evals.scenario import Scenario

WORDS = Path(__file__).parent / "variants.yaml"

LONG_ENOUGH = 6
"""Letters of a word that may be misspelled: a short word would often become another one."""

MISSPELLED = 0.35
"""The share of long words that are misspelled."""

WORTH_CHANGING = 4
"""Words of an opening that may be wrapped or split; a keyword alone ("STOP") is what it is."""


class Style(StrEnum):
    """How an opening is written."""

    AS_WRITTEN = "as_written"
    TYPOS = "typos"
    BARE = "bare"
    CAPITALS = "capitals"
    POLITE = "polite"
    SLANG = "slang"
    SPLIT = "split"


def variant(scenario: Scenario, trial: int, seed: int) -> Scenario:
    """The scenario of a trial, counted from 1: the first is as written, every other in a style drawn from the seed."""
    if trial == 1:
        return scenario
    draw = Random(f"{scenario.id} {trial} {seed}")
    return styled(scenario, draw.choice([each for each in Style if each is not Style.AS_WRITTEN]), draw)


def styled(scenario: Scenario, style: Style, draw: Random) -> Scenario:
    """The scenario with its opening in a style; as written where the style changes nothing."""
    opening = scenario.resident.opening
    if style is Style.SPLIT:
        changes: dict[str, str | tuple[str, ...]] = {"burst": _split(opening)}
    else:
        changes = {"opening": _WRITTEN[style](opening, scenario.language, draw)}
    resident = scenario.resident.model_copy(update=changes)
    if resident == scenario.resident:
        return scenario
    return scenario.model_copy(update={"resident": resident, "style": style.value})


def _typos(text: str, _language: str, draw: Random) -> str:
    def misspelled(match: re.Match[str]) -> str:
        word = match[0]
        if draw.random() >= MISSPELLED:
            return word
        at = draw.randrange(1, len(word) - 2)
        kinds = (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
        return draw.choice(kinds)

    return re.sub(rf"(?<![\w./@-])[A-Za-zÀ-ɏ]{{{LONG_ENOUGH},}}(?![\w./@-])", misspelled, text)


def _bare(text: str, _language: str, _draw: Random) -> str:
    """Lower case, without marks at the ends of words, and without the accents of Latin letters."""
    parts = unicodedata.normalize("NFD", re.sub(r"[.,!?;:¡¿]+(?=\s|$)|[¡¿]", "", text.lower()))
    latin = re.sub(r"([a-z])[\u0300-\u036f]+", r"\1", parts)
    return unicodedata.normalize("NFC", latin).replace("đ", "d")


def _capitals(text: str, _language: str, _draw: Random) -> str:
    return text.upper()


def _polite(text: str, language: str, draw: Random) -> str:
    frames = _words()["polite"].get(language)
    if frames is None or len(text.split()) < WORTH_CHANGING:
        return text
    return str(draw.choice(frames)).format(text.rstrip(". "))


def _slang(text: str, language: str, _draw: Random) -> str:
    for word, short in _words()["slang"].get(language, {}).items():
        text = re.sub(rf"\b{word}\b", short, text, flags=re.IGNORECASE)
    return text


_WRITTEN: dict[Style, Callable[[str, str, Random], str]] = {
    Style.TYPOS: _typos,
    Style.BARE: _bare,
    Style.CAPITALS: _capitals,
    Style.POLITE: _polite,
    Style.SLANG: _slang,
}


def _split(text: str) -> tuple[str, ...]:
    """The opening as two messages sent at once, cut after the punctuation or before the "at" nearest to its middle."""
    if len(text.split()) < WORTH_CHANGING:
        return ()
    breaks = [match.end() for match in re.finditer(r"[.,;!?]\s+|\s(?=(?:at|on|in front of|en|frente a)\s)", text)]
    inside = [at for at in breaks if 0 < at < len(text)]
    if not inside:
        return ()
    at = min(inside, key=lambda each: abs(each - len(text) // 2))
    return (text[:at].strip(), text[at:].strip())


@cache
def _words() -> dict[str, Any]:
    """The wordings of the file, read once."""
    loaded: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return loaded
