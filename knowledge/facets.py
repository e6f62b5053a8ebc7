"""What a question asks for (a sum, an hour, a place, whom to call) and whether a sentence tells it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FACETS = Path(__file__).parent / "lexicons" / "facets.yaml"


@dataclass(frozen=True)
class Facet:
    """One thing that can be asked for: how a question for it looks, and how a sentence that tells it does."""

    name: str
    asks: re.Pattern[str]
    tells: re.Pattern[str]

    def told_by(self, sentences: Sequence[str]) -> bool:
        """Whether one of these sentences tells it."""
        return any(self.tells.search(sentence) for sentence in sentences)


def facets_of(question: str) -> tuple[Facet, ...]:
    """What a question asks for: nothing if it only names its matter, several things if it asks for several."""
    return tuple(facet for facet in _facets() if facet.asks.search(question))


def facet_names() -> tuple[str, ...]:
    """The names of everything that can be asked for, in the order of the file."""
    return tuple(facet.name for facet in _facets())


_NAMED = re.compile(r"^\W*(?:[\w'’]+\W+){1,4}(hours|phone(?: number)?|address|fees?|fines?)\W*$", re.IGNORECASE)
"""A few words that name a fact ("library hours")."""

_HOLDS = {
    "h": re.compile(r"\d ?[ap]\.?\s?m\b|24/7|\b24 hours|\bany hour|\bopen\b", re.IGNORECASE),
    "p": re.compile(r"\d{3}-\d{4}|\b311\b"),
    "a": re.compile(r"\d+ [A-Z]\w+|\bRoom \d|\bBox \d"),
    "f": re.compile(r"\$|\b(?:free|fees?|fines?|price|costs?|penalt(?:y|ies))\b", re.IGNORECASE),
}
"""How a sentence that tells such a fact looks, by its first letter."""


def leaves_out(question: str, sentences: Sequence[str]) -> bool:
    """Whether a question of few words names a fact and none of these sentences tells one of the kind."""
    named = _NAMED.match(question)
    return named is not None and not any(_HOLDS[named[1][0].lower()].search(sentence) for sentence in sentences)


@cache
def _facets() -> tuple[Facet, ...]:
    rows = yaml.safe_load(FACETS.read_text(encoding="utf-8"))
    return tuple(Facet(name, _pattern(row["asks"]), _pattern(row["tells"])) for name, row in rows.items())


def _pattern(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)
