"""The words that the reading of places turns on, from `rules/places.yaml`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

RULES = Path(__file__).parent / "rules" / "places.yaml"


class Labelled(NamedTuple):
    """A stretch of a form behind a label. `cross` marks one that holds only the nearest cross street."""

    start: int
    end: int
    cross: bool


@dataclass(frozen=True)
class PlaceWords:
    """Word sets (lower case) and the patterns of what may stand between two streets."""

    ordinary: frozenset[str]
    counted: frozenset[str]
    before_a_street: frozenset[str]
    street_first: frozenset[str]
    endings: frozenset[str]
    kind_first: Mapping[str, str]
    joins: re.Pattern[str]
    between: re.Pattern[str]
    to: re.Pattern[str]
    label: re.Pattern[str]
    cross_label: re.Pattern[str]
    correcting: re.Pattern[str]
    corrects: re.Pattern[str]
    negating: re.Pattern[str]
    own_home: re.Pattern[str]
    their_home: re.Pattern[str]
    of_a_permit: re.Pattern[str]
    moved_to: re.Pattern[str]

    def labelled(self, text: str) -> tuple[Labelled, ...]:
        """The stretches of an app form that say where, up to the next part of the form."""
        return tuple(
            Labelled(match.end(), match.end() + len(END_OF_PART.split(text[match.end() :])[0]), cross)
            for pattern, cross in ((self.label, False), (self.cross_label, True))
            for match in pattern.finditer(text)
        )


def within(offset: int, parts: Sequence[Labelled]) -> bool:
    """Whether an offset lies in one of these parts of a text."""
    return any(part.start <= offset < part.end for part in parts)


END_OF_PART = re.compile(r"[|\n\]]| to see more ")


@lru_cache
def place_words(path: Path = RULES) -> PlaceWords:
    """The words of a file."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    sets = {name: frozenset(str(rows[name]).split()) for name in SETS}
    joins, between, to = (_alternatives(rows[name]) for name in ("joins", "between", "to"))
    corrections, leading = _alternatives(rows["corrections"]), _alternatives(rows["leading_corrections"])
    return PlaceWords(
        **sets,
        kind_first=rows["kind_first"],
        correcting=re.compile(
            rf"[\W_]*(?:(?:{corrections})(?![^\W_])[\W_]*)+(?:(?:{leading})(?![^\W_])[\W_]*)*", re.IGNORECASE
        ),
        corrects=re.compile(rf"\W*(?:{_alternatives(rows['closing_corrections'])})(?![^\W_])", re.IGNORECASE),
        negating=re.compile(rf"(?<![^\W_])(?:{rows['negations']})\s+(?:the\s+|at\s+|in\s+|on\s+)?$", re.IGNORECASE),
        joins=re.compile(rf"[\s,.;:()|\[\]-]*(?:(?:{joins})(?![^\W_])[\s,.]*)+", re.IGNORECASE),
        between=re.compile(rf"[\s,.;:(]*(?:{between})(?![^\W_])[\s,]*(?:the\s+)?", re.IGNORECASE),
        to=re.compile(rf"[\s,.]*(?:{to})(?![^\W_])[\s,]*(?:the\s+)?", re.IGNORECASE),
        label=re.compile(rf"\b(?:{rows['place_labels']})\s*:\s*\[?", re.IGNORECASE),
        cross_label=re.compile(rf"\b(?:{rows['cross_labels']})\s*:\s*\[?", re.IGNORECASE),
        own_home=_ending(rows["own_home"]),
        their_home=_ending(rows["their_home"]),
        of_a_permit=_ending(rows["of_a_permit"]),
        moved_to=_ending(rows["moved_to"]),
    )


SETS = ("ordinary", "counted", "before_a_street", "street_first", "endings")


def _alternatives(line: str) -> str:
    """The words of a line, longest first so that "corner of" is not read as "corner"."""
    return "|".join(sorted((each.strip() for each in line.split("|")), key=len, reverse=True))


def _ending(patterns: Sequence[str]) -> re.Pattern[str]:
    """What a text ends with that stands right before a place."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})\W*$", re.IGNORECASE)
