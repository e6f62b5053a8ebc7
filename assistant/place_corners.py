"""Decides which two of the streets that a text names are the corner it means."""

from typing import NamedTuple

from assistant.place_bare import BareNames
from assistant.place_text import Mention

ON_BETWEEN, AT_FORM_CROSS, JOINED, ON_TO, ENDS_OF_STRETCH, UNKNOWN_CORNER = 3.0, 2.8, 2.5, 2.0, 0.5, 0.3
"""How strongly the words between two streets speak for their corner, from "on A between B and C" down to two streets
that are joined by words but have no corner on record. Streets named apart that do meet come between."""

APART = 1.5
"""Two streets that meet, named apart; less the farther apart they stand."""


class Pair(NamedTuple):
    """Two streets of a text, the one named first and the other, and how strongly the words speak for their corner."""

    one: Mention
    other: Mention
    weight: float


class Corners:
    """Weighs the pairs of streets of a text."""

    def __init__(self, names: BareNames) -> None:
        self._names = names

    def pairs(self, text: str, streets: list[Mention]) -> list[Pair]:
        """The pairs that may be a corner, likeliest first."""
        found = [
            Pair(one, other, weight)
            for place, one in enumerate(streets)
            for other in streets[place + 1 :]
            if (weight := self._weight(text, one, other, streets)) > 0
        ]
        return sorted(found, key=lambda each: (-each.weight, each.one.start, each.other.start))

    def crossing(self, text: str, street: Mention, streets: list[Mention]) -> Mention | None:
        """The other street of the text that crosses this one; None if none does."""
        for pair in self.pairs(text, streets):
            if pair.weight > UNKNOWN_CORNER and street in (pair.one, pair.other):
                return pair.other if pair.one == street else pair.one
        return None

    def _weight(self, text: str, one: Mention, other: Mention, streets: list[Mention]) -> float:
        gap = text[one.end : other.start]
        linked = self._joined(gap) or self._between(gap)
        if not self._names.meet(one, other, joined=linked or one.cross_only):
            joined = self._joined(gap) and one.typed and other.typed and one.name.casefold() != other.name.casefold()
            return UNKNOWN_CORNER if joined else 0.0
        if one.cross_only != other.cross_only:
            return AT_FORM_CROSS
        if self._are_ends(text, one, other):
            return ENDS_OF_STRETCH
        if self._between(gap):
            return ON_BETWEEN
        if self._joined(gap):
            return JOINED
        if any(self._on_to(text, one, each, other) for each in streets):
            return ON_TO
        return APART - min(1.0, len(gap) / 400)

    def _joined(self, gap: str) -> bool:
        words = self._names.words
        return len(gap) <= 60 and words.joins.fullmatch(gap) is not None

    def _between(self, gap: str) -> bool:
        return len(gap) <= 60 and self._names.words.between.fullmatch(gap) is not None

    def _are_ends(self, text: str, one: Mention, other: Mention) -> bool:
        """Whether these are the two ends of a stretch: "between A and B", "from A to B"."""
        words = self._names.words
        before = text[max(0, one.start - 14) : one.start]
        led = any(
            words.between.fullmatch(before[at:]) for at in range(len(before)) if at == 0 or not before[at - 1].isalpha()
        )
        return led and words.to.fullmatch(text[one.end : other.start]) is not None

    def _on_to(self, text: str, street: Mention, one: Mention, other: Mention) -> bool:
        """Whether the first is the street on which a stretch runs from the second to the third."""
        if not street.end <= one.start < one.end <= other.start:
            return False
        return self._between(text[street.end : one.start]) and self._are_ends(text, one, other)
