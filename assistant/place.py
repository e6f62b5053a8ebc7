"""Reads where something is from free text: addresses, corners, named places, neighborhoods; and places that are not
Boston's."""

import re
from dataclasses import dataclass, replace

from assistant.place_areas import neighborhoods
from assistant.place_bare import BareNames
from assistant.place_compose import Composer
from assistant.place_corners import Corners
from assistant.place_corrections import with_corrected_number, without_corrected
from assistant.place_numbers import with_number_behind
from assistant.place_outside import Town, town_of
from assistant.place_rank import Named, rank
from assistant.place_scan import Scanner
from assistant.place_text import Mention, Phrases
from assistant.place_words import Labelled, within
from tools.geocode import EmbeddedGeocoder
from tools.location import Location, Span

UNIT = re.compile(
    r"(?:\b(?:apt|apartment|unit|suite|ste|apto|apartamento|apatman|rm|room)\b\.?\s*#?\s*|#\s?)([a-z]?\d{1,4}[a-z]?"
    r"|[a-z])\b",
    re.IGNORECASE,
)
ZIP = re.compile(r"\b(02[1-4]\d{2})\b")
ALONE = re.compile(r"(?:\b(?:number|num|no\.|nr|número|numero)\s*#?\s*|#)(\d{1,5}[a-z]?)\b", re.IGNORECASE)
RATHER_THIS = re.compile(
    r"\b(?:not|no|não|pas)\s+#?\d{1,5}[a-z]?\W+(?:but|it's|its|sino|mas|mais)\W+#?(\d{1,5}[a-z]?)\b", re.I
)
"""One number instead of another: "not 100 but 40"."""

SHORT = 60
"""Characters of a message that may correct a house number and say nothing else."""


@dataclass(frozen=True, eq=False)
class PlaceReader:
    """Reads places from text. Every `evidence` is the exact slice of the text it was read from."""

    geocoder: EmbeddedGeocoder
    scanner: Scanner
    bare: BareNames
    composer: Composer

    @classmethod
    def on(cls, geocoder: EmbeddedGeocoder) -> "PlaceReader":
        """A reader on a geocoder's gazetteer."""
        scanner = Scanner(geocoder)
        bare = BareNames(scanner)
        return cls(geocoder, scanner, bare, Composer(geocoder, Corners(bare)))

    def read(self, text: str, *, expecting: bool = False) -> Location | None:
        """The best place a text names, looked up on the map; None if it names none. More generous when a place was
        asked for."""
        said = self._said(text, expecting=expecting)
        if not said:
            return self._part(text, expecting=expecting)
        labelled, words = self._labelled(text), self.scanner.words
        town = town_of(self.scanner.phrases(text), self.scanner.gazetteer)
        located = [Named(each, _in_town(each, town) if town else self.geocoder.find(each)) for each in said]
        return max(located, key=lambda each: rank(text, each, labelled, words)).found

    def read_all(self, text: str, *, expecting: bool = False) -> tuple[Location, ...]:
        """Every separate place a text names, in order."""
        return tuple(self.geocoder.find(each) for each in self._said(text, expecting=expecting))

    def outside_city(self, text: str) -> str | None:
        """The agency code of a neighboring city that the text places itself in, or None."""
        town = town_of(self.scanner.phrases(text), self.scanner.gazetteer)
        return town.agency if town else None

    def _number_alone(self, text: str, *, expecting: bool) -> re.Match[str] | None:
        """The house number of a text that gives hardly more: an answer, or a correction of a few words. A number that
        belongs to something else ("cab #1759") is none."""
        words = self.scanner.words
        rather = RATHER_THIS.search(text)
        if rather is not None and (expecting or len(text) <= SHORT):
            return rather
        if expecting:
            return ALONE.search(text) or re.fullmatch(r"\D{0,30}?(\d{1,5}[a-zA-Z]?)\W*", text)
        found = ALONE.search(text) if len(text) <= SHORT else None
        before = text[: found.start()] if found else ""
        return found if found and (not before.strip() or words.correcting.fullmatch(before)) else None

    def _said(self, text: str, *, expecting: bool) -> list[Location]:
        """The places as they are named, before they are looked up."""
        phrases = self.scanner.phrases(text)
        mentions = self._mentions(phrases, expecting=expecting)
        areas = list(neighborhoods(phrases, self.scanner.gazetteer, mentions))
        code = ZIP.search(text)
        unit = UNIT.search(text)
        shared = {
            "neighborhood": areas[0][0] if areas else None,
            "zip": code[1] if code else None,
            "unit": unit[1].upper() if unit and not _inside(unit.start(), mentions) else None,
        }
        composed = self.composer.places(text, mentions, self._labelled(text))
        composed = without_corrected(text, composed, self.scanner.words)
        return [each.model_copy(update=shared) for each in composed]

    def _mentions(self, phrases: Phrases, *, expecting: bool) -> list[Mention]:
        text, words = phrases.text, self.scanner.words
        found = self.bare.added(phrases, self.scanner.mentions(phrases, expecting=expecting))
        town = town_of(phrases, self.scanner.gazetteer)
        found = [each for each in found if town is None or not (each.first == each.last == town.place)]
        crosses = [each for each in words.labelled(text) if each.cross]
        numbered = [with_number_behind(text, each, words) for each in found]
        return [
            replace(with_corrected_number(text, each, numbered, words), cross_only=within(each.start, crosses))
            for each in numbered
        ]

    def _labelled(self, text: str) -> list[Labelled]:
        return [each for each in self.scanner.words.labelled(text) if not each.cross]

    def _part(self, text: str, *, expecting: bool) -> Location | None:
        """A part of a place that corrects or narrows one: a house number, a unit, or a neighborhood alone."""
        number = self._number_alone(text, expecting=expecting)
        phrases = self.scanner.phrases(text)
        areas = list(neighborhoods(phrases, self.scanner.gazetteer, []))
        if number:
            return Location(value=number[1], number=number[1], confidence=0.6, evidence=Span.of(text, *number.span(1)))
        if areas:
            name, first, last = areas[0]
            return Location(
                value=name, neighborhood=name, confidence=0.3, evidence=Span.of(text, first.start, last.end)
            )
        return None


def _in_town(said: Location, town: Town) -> Location:
    """A place in another town, which our map knows nothing of: as it was said, with the town."""
    return said.model_copy(update={"value": f"{said.value}, {town.name}", "neighborhood": None, "confidence": 0.3})


def _inside(offset: int, mentions: list[Mention]) -> bool:
    return any(mention.start <= offset < mention.end for mention in mentions)
