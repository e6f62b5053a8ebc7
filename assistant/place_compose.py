"""Puts the streets and named places of a text together to addresses, corners and places."""

import re

from assistant.place_corners import Corners, Pair, crossing
from assistant.place_text import Mention
from assistant.place_words import Labelled, within
from tools.geocode import EmbeddedGeocoder
from tools.location import Location, Span
from tools.street_names import SUFFIXES, core_of, street_key

BESIDE = 30
"""A named place and an address that stand no more characters apart are one place."""


class Composer:
    """Makes places of mentions. Every `evidence` is the exact slice of the text."""

    def __init__(self, geocoder: EmbeddedGeocoder, corners: Corners) -> None:
        self._geocoder = geocoder
        self._corners = corners

    def places(self, text: str, mentions: list[Mention], parts: list[Labelled]) -> list[Location]:
        """The separate places of a text, in its order; none of them looked up yet."""
        streets = [mention for mention in mentions if mention.kind == "street"]
        pairs = self._corners.pairs(text, streets)
        used: set[Mention] = set()
        found: list[Location] = []
        for street in sorted(streets, key=lambda each: not within(each.start, parts)):
            if street.number and not street.cross_only and not self._said_before(street, used):
                cross = crossing(street, pairs)
                used |= {street, cross} if cross and not cross.number else {street}
                found.append(self._address(text, street, cross))
        for pair in pairs:
            if not {pair.one, pair.other} & used and not any(_names_again(each, pair) for each in used):
                used |= {pair.one, pair.other}
                found.append(self._corner(text, pair))
        named = {street_name.casefold() for each in found for street_name in (each.street, each.cross) if street_name}
        alone = [each for each in streets if each not in used and self._proper(each.name).casefold() not in named]
        found += [self._address(text, each, None) for each in alone]
        for place in (mention for mention in mentions if mention.kind == "place"):
            found = _with_place(text, found, place)
        return sorted(found, key=lambda each: each.evidence.start if each.evidence else 0)

    def _said_before(self, street: Mention, used: set[Mention]) -> bool:
        """Whether this address was named already in the text."""
        name = self._proper(street.name)
        return any(each.number == street.number and self._proper(each.name) == name for each in used)

    def _corner(self, text: str, pair: Pair) -> Location:
        one, other = pair.one, pair.other
        street, cross = pair.names or (self._proper(one.name), self._proper(other.name))
        evidence = Span.of(text, min(one.start, other.start), max(one.end, other.end))
        return Location(value=f"{street} & {cross}", street=street, cross=cross, confidence=0.6, evidence=evidence)

    def _address(self, text: str, street: Mention, cross: Mention | None) -> Location:
        name = self._proper(street.name)
        value = f"{street.number} {name}" if street.number else name
        evidence = Span.of(text, street.start, street.end)
        return Location(
            value=value,
            number=street.number,
            street=name,
            cross=self._proper(cross.name) if cross else None,
            confidence=0.5,
            evidence=evidence,
        )

    def _proper(self, name: str) -> str:
        keys = self._geocoder.keys_of(name)
        return self._geocoder.gazetteer.streets[keys[0]] if len(keys) == 1 else _capitalised(name)


def _with_place(text: str, found: list[Location], place: Mention) -> list[Location]:
    """A named place stands beside the address or corner it is told with, and otherwise for itself."""
    for at, each in enumerate(found):
        span = each.evidence
        if span is None or each.place or not (each.number or each.cross):
            continue
        start, end = min(span.start, place.start), max(span.end, place.end)
        between = text[min(span.end, place.end) : max(span.start, place.start)]
        if len(between) <= BESIDE and not re.search(r"[.!?\n|]\s", between):
            beside = each.model_copy(update={"place": place.name, "evidence": Span.of(text, start, end)})
            return [*found[:at], beside, *found[at + 1 :]]
    span = Span.of(text, place.start, place.end)
    return [*found, Location(value=place.name, place=place.name, confidence=0.8, evidence=span)]


def _names_again(used: Mention, pair: Pair) -> bool:
    """Whether a street that makes a place already makes this corner too, however it is written the second time."""
    cores = (core_of(street_key(pair.one.name)), core_of(street_key(pair.other.name)))
    return core_of(street_key(used.name)) in cores


def _capitalised(name: str) -> str:
    words = name.split()
    return " ".join(
        SUFFIXES.get(word.casefold(), word.capitalize()) if place else word.capitalize()
        for place, word in enumerate(words)
    )
