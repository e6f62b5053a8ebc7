"""Ranks the places of one text: which of them is where the matter is."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.place_words import Labelled, PlaceWords, within
from tools.location import Location, Span

BEFORE = 60
"""Characters before a place that tell whose it is."""


class Named(NamedTuple):
    """A place as it was said, and as the geocoder found it."""

    said: Location
    found: Location


def rank(text: str, place: Named, parts: Sequence[Labelled], words: PlaceWords) -> tuple[int, ...]:
    """The most exact place on the map wins, a form's own place before it, and where somebody only lives comes last; of
    equals the one named first, which is usually where the matter is."""
    said, found = place
    exact = bool(said.street and (said.number or said.cross))
    span = said.evidence
    standing = _standing(text, span, words) if span else 0
    labelled = span is not None and standing >= 0 and within(span.start, parts)
    return labelled and exact, found.lat is not None, exact, standing, bool(said.place)


def _standing(text: str, span: Span, words: PlaceWords) -> int:
    """How likely the matter is at a place, by the words before it."""
    before = text[max(0, span.start - BEFORE) : span.start]
    if words.negating.search(before):
        return -3
    if words.own_home.search(before):
        return -2
    if words.their_home.search(before) or words.of_a_permit.search(before):
        return -1
    return 1 if words.moved_to.search(before) else 0
