"""Reads where something is from free text: addresses, corners, named places, neighborhoods; and places that are not
Boston's."""

import re
from dataclasses import dataclass, replace

from assistant.place_areas import neighborhoods
from assistant.place_bare import BareNames
from assistant.place_corners import Corners, Pair, crossing
from assistant.place_numbers import with_number_behind
from assistant.place_outside import outside_city
from assistant.place_scan import Scanner
from assistant.place_text import Mention, Phrases
from assistant.place_words import Labelled
from tools.geocode import EmbeddedGeocoder
from tools.location import Location, Span
from tools.street_names import SUFFIXES

UNIT = re.compile(
    r"(?:\b(?:apt|apartment|unit|suite|ste|apto|apartamento|apatman|rm|room)\b\.?\s*#?\s*|#\s?)([a-z]?\d{1,4}[a-z]?"
    r"|[a-z])\b",
    re.IGNORECASE,
)
ZIP = re.compile(r"\b(02[1-4]\d{2})\b")
ALONE = re.compile(r"(?:\b(?:number|num|no\.|nr|número|numero)\s*#?\s*|#)(\d{1,5}[a-z]?)\b", re.IGNORECASE)
HOME = re.compile(
    r"\b(?:liv(?:e|es|ing) (?:at|on|in)|resid(?:e|es|ing) at|my address is|vivo en|moro na|mwen rete nan)\W*$", re.I
)
BESIDE = 30
"""A named place and an address that stand no more characters apart are one place."""


@dataclass(frozen=True, eq=False)
class PlaceReader:
    """Reads places from text. Every `evidence` is the exact slice of the text it was read from."""

    geocoder: EmbeddedGeocoder
    scanner: Scanner
    bare: BareNames
    corners: Corners

    @classmethod
    def on(cls, geocoder: EmbeddedGeocoder) -> "PlaceReader":
        """A reader on a geocoder's gazetteer."""
        scanner = Scanner(geocoder)
        bare = BareNames(scanner)
        return cls(geocoder, scanner, bare, Corners(bare))

    def read(self, text: str, *, expecting: bool = False) -> Location | None:
        """The best place a text names, looked up on the map; None if it names none. More generous when a place was
        asked for."""
        found = self.read_all(text, expecting=expecting)
        labelled = [each for each in self.scanner.words.labelled(text) if not each.cross]
        if found:
            return max(found, key=lambda each: _rank(text, each, labelled))
        return self._part(text, expecting=expecting)

    def read_all(self, text: str, *, expecting: bool = False) -> tuple[Location, ...]:
        """Every separate place a text names, in order."""
        phrases = Phrases(text, self.scanner.gazetteer)
        mentions = self._mentions(phrases, expecting=expecting)
        areas = list(neighborhoods(phrases, self.scanner.gazetteer, mentions))
        code = ZIP.search(text)
        unit = UNIT.search(text)
        shared = {
            "neighborhood": areas[0][0] if areas else None,
            "zip": code[1] if code else None,
            "unit": unit[1].upper() if unit and not _inside(unit.start(), mentions) else None,
        }
        composed = self._composed(text, mentions)
        located = [self.geocoder.find(each.model_copy(update=shared)) for each in composed]
        return tuple(located)

    def outside_city(self, text: str) -> str | None:
        """The agency code of a neighboring city that the text places itself in, or None."""
        return outside_city(Phrases(text, self.scanner.gazetteer), self.scanner.gazetteer)

    def _mentions(self, phrases: Phrases, *, expecting: bool) -> list[Mention]:
        text, words = phrases.text, self.scanner.words
        found = self.bare.added(phrases, self.scanner.mentions(phrases, expecting=expecting))
        crosses = [each for each in words.labelled(text) if each.cross]
        return [
            replace(with_number_behind(text, each, words), cross_only=_within(each.start, crosses)) for each in found
        ]

    def _part(self, text: str, *, expecting: bool) -> Location | None:
        """A part of a place that corrects or narrows one: a house number, a unit, or a neighborhood alone."""
        number = ALONE.search(text) or (re.fullmatch(r"\D{0,30}?(\d{1,5}[a-zA-Z]?)\W*", text) if expecting else None)
        phrases = Phrases(text, self.scanner.gazetteer)
        areas = list(neighborhoods(phrases, self.scanner.gazetteer, []))
        if number:
            return Location(value=number[1], number=number[1], confidence=0.6, evidence=Span.of(text, *number.span(1)))
        if areas:
            name, first, last = areas[0]
            return Location(
                value=name, neighborhood=name, confidence=0.3, evidence=Span.of(text, first.start, last.end)
            )
        return None

    def _composed(self, text: str, mentions: list[Mention]) -> list[Location]:
        streets = [mention for mention in mentions if mention.kind == "street"]
        pairs = self.corners.pairs(text, streets)
        used: set[Mention] = set()
        found: list[Location] = []
        for street in streets:
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
            found = self._with_place(text, found, place)
        return sorted(found, key=lambda each: each.evidence.start if each.evidence else 0)

    def _said_before(self, street: Mention, used: set[Mention]) -> bool:
        """Whether this address was named already in the text."""
        name = self._proper(street.name)
        return any(each.number == street.number and self._proper(each.name) == name for each in used)

    def _with_place(self, text: str, found: list[Location], place: Mention) -> list[Location]:
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
        keys = self.geocoder.keys_of(name)
        return self.scanner.gazetteer.streets[keys[0]] if len(keys) == 1 else _capitalised(name)


def _inside(offset: int, mentions: list[Mention]) -> bool:
    return any(mention.start <= offset < mention.end for mention in mentions)


def _within(offset: int, parts: list[Labelled]) -> bool:
    return any(part.start <= offset < part.end for part in parts)


def _names_again(used: Mention, pair: Pair) -> bool:
    return used.name.casefold() in (pair.one.name.casefold(), pair.other.name.casefold())


def _rank(text: str, location: Location, parts: list[Labelled]) -> tuple[bool, ...]:
    """The most exact place on the map wins, a form's own place before it, and where the resident only says they live
    comes last; of equals the one named first, which is usually where the matter is."""
    exact = bool(location.street and (location.number or location.cross))
    span = location.evidence
    labelled = span is not None and _within(span.start, parts)
    home = span is not None and HOME.search(text[max(0, span.start - 30) : span.start]) is not None
    return labelled and exact, location.lat is not None, exact, not home, bool(location.place)


def _capitalised(name: str) -> str:
    words = name.split()
    return " ".join(
        SUFFIXES.get(word.casefold(), word.capitalize()) if place else word.capitalize()
        for place, word in enumerate(words)
    )
