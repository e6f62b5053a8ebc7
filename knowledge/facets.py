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


@cache
def _facets() -> tuple[Facet, ...]:
    rows = yaml.safe_load(FACETS.read_text(encoding="utf-8"))
    return tuple(Facet(name, _pattern(row["asks"]), _pattern(row["tells"])) for name, row in rows.items())


def _pattern(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)
