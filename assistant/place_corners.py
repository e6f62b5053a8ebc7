"""Decides which two of the streets that a text names are the corner it means."""

import re
from typing import NamedTuple

from assistant.place_bare import BareNames, Meeting
from assistant.place_text import Mention

ON_BETWEEN, AT_FORM_CROSS, JOINED, ON_TO, ENDS_OF_STRETCH, UNKNOWN_CORNER = 3.0, 2.8, 2.5, 2.0, 0.5, 0.3
"""How strongly the words between two streets speak for their corner, from "on A between B and C" down to two streets
that are joined by words but have no corner on record. Streets named apart that do meet come between."""

APART = 1.5
"""Two streets that meet, named apart; less the farther apart they stand."""

COMING_CLOSE = 0.6
"""Two streets joined by words that come close to each other: weaker than any corner on record."""

OF_OTHER_TYPE = 0.4
"""Two streets that meet only if one of them has another type or direction than was said."""

NEIGHBORS = 8
"""A street makes a corner with one of the next so many that are named after it."""

LINKED = 60
"""Characters between two streets that can join them."""

LIST = re.compile(r"\s*[,/]\s*")


class Pair(NamedTuple):
    """Two streets of a text, the one named first and the other, how strongly the words speak for their corner, and
    their proper names where these are not what was said."""

    one: Mention
    other: Mention
    weight: float
    names: tuple[str, str] | None = None


class Corners:
    """Weighs the pairs of streets of a text."""

    def __init__(self, names: BareNames) -> None:
        self._names = names

    def pairs(self, text: str, streets: list[Mention]) -> list[Pair]:
        """The pairs that may be a corner, likeliest first."""
        found = [
            pair
            for place, one in enumerate(streets)
            for other in streets[place + 1 : place + 1 + NEIGHBORS]
            if (pair := self._pair(text, one, other, streets[max(0, place - NEIGHBORS) : place + 2 * NEIGHBORS]))
        ]
        return sorted(found, key=lambda each: (-each.weight, each.one.start, each.other.start))

    def _pair(self, text: str, one: Mention, other: Mention, around: list[Mention]) -> Pair | None:
        gap = text[one.end : other.start]
        joined = self._joined(gap)
        linked = joined or self._between(gap) or one.cross_only
        match self._names.meeting(one, other):
            case Meeting.CORNER:
                return Pair(one, other, self._weight(text, one, other, around))
            case Meeting.CLOSE if linked:
                return Pair(one, other, COMING_CLOSE)
        names = self._names.kin(one, other)
        if names is not None:
            return Pair(one, other, OF_OTHER_TYPE, names)
        apart = one.typed and other.typed and one.name.casefold() != other.name.casefold()
        return Pair(one, other, UNKNOWN_CORNER) if joined and apart else None

    def _weight(self, text: str, one: Mention, other: Mention, around: list[Mention]) -> float:
        gap = text[one.end : other.start]
        if one.cross_only != other.cross_only:
            return AT_FORM_CROSS
        if self._are_ends(text, one, other):
            return ENDS_OF_STRETCH
        if self._between(gap):
            return ON_BETWEEN
        if self._joined(gap) or self._in_list(text, one, other, around):
            return JOINED
        if any(self._on_to(text, one, each, other) for each in around):
            return ON_TO
        return APART - min(1.0, len(gap) / 400)

    def _in_list(self, text: str, one: Mention, other: Mention, around: list[Mention]) -> bool:
        """Whether these are the first two of three streets, as in "A, B and C"."""
        if LIST.fullmatch(text[one.end : other.start]) is None or one.number or other.number:
            return False
        return any(each.start - other.end > 0 and self._joined(text[other.end : each.start]) for each in around)

    def _joined(self, gap: str) -> bool:
        return len(gap) <= LINKED and self._names.words.joins.fullmatch(gap) is not None

    def _between(self, gap: str) -> bool:
        return len(gap) <= LINKED and self._names.words.between.fullmatch(gap) is not None

    def _are_ends(self, text: str, one: Mention, other: Mention) -> bool:
        """Whether these are the two ends of a stretch: "between A and B", "from A to B"."""
        words = self._names.words
        gap = text[one.end : other.start]
        if len(gap) > LINKED or words.to.fullmatch(gap) is None:
            return False
        before = text[max(0, one.start - 14) : one.start]
        return any(
            words.between.fullmatch(before[at:]) for at in range(len(before)) if at == 0 or not before[at - 1].isalpha()
        )

    def _on_to(self, text: str, street: Mention, one: Mention, other: Mention) -> bool:
        """Whether the first is the street on which a stretch runs from the second to the third."""
        if not street.end <= one.start < one.end <= other.start:
            return False
        return self._between(text[street.end : one.start]) and self._are_ends(text, one, other)


def crossing(street: Mention, pairs: list[Pair]) -> Mention | None:
    """The other street of the text that crosses this one; None if none does."""
    for pair in pairs:
        if pair.weight > UNKNOWN_CORNER and pair.names is None and street in (pair.one, pair.other):
            return pair.other if pair.one == street else pair.one
    return None
