"""Reads where something is from free text: addresses, corners, named places, neighborhoods; and places that are not
Boston's."""

import re
from dataclasses import dataclass

from assistant.place_scan import Mention, Scanner, Word, neighborhoods, words_of
from tools.geocode import EmbeddedGeocoder
from tools.location import Location, Span
from tools.street_names import SUFFIXES, street_key

JOINS = re.compile(
    r"[\s,.;:(]*(?:(?:and|&|\+|/|@|at|x|y|con|e|et|ak|near|by|off|off of|corner|corner of|cor|cor of|close to|next to|"
    r"intersection with|crossing|cross|cerca de|junto a|esquina con|esquina|just past|past|before|after|the)[\s,.]*)+",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"(?:between|btwn|btw|bet|entre|from)[\s,]*(?:the\s*)?", re.IGNORECASE)
TO = re.compile(r"[\s,]*(?:and|&|to|y|-|till)[\s,]*", re.IGNORECASE)
UNIT = re.compile(
    r"(?:\b(?:apt|apartment|unit|suite|ste|apto|apartamento|apatman|rm|room)\b\.?\s*#?\s*|#\s?)([a-z]?\d{1,4}[a-z]?"
    r"|[a-z])\b",
    re.IGNORECASE,
)
ZIP = re.compile(r"\b(02[1-4]\d{2})\b")
ALONE = re.compile(r"(?:\b(?:number|num|no\.|nr|número|numero)\s*#?\s*|#)(\d{1,5}[a-z]?)\b", re.IGNORECASE)
AFTER_STREET = re.compile(r"[\s,]*(?:#|no\.?|num\.?|número|numero)?\s*(\d{1,5})\b", re.IGNORECASE)
SPANISH_STREET = re.compile(r"(?:calle|avenida|av\.?|rua|rue)\s+(?:de\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class PlaceReader:
    """Reads places from text. Every `evidence` is the exact slice of the text it was read from."""

    geocoder: EmbeddedGeocoder
    scanner: Scanner

    @classmethod
    def on(cls, geocoder: EmbeddedGeocoder) -> "PlaceReader":
        """A reader on a geocoder's gazetteer."""
        return cls(geocoder, Scanner(geocoder))

    def read(self, text: str, *, expecting: bool = False) -> Location | None:
        """The best place a text names, looked up on the map; None if it names none. More generous when a place was
        asked for."""
        found = self.read_all(text, expecting=expecting)
        return max(found, key=_precision) if found else self._part(text, expecting=expecting)

    def read_all(self, text: str, *, expecting: bool = False) -> tuple[Location, ...]:
        """Every separate place a text names, in order."""
        words = words_of(text)
        mentions = self.scanner.mentions(text, words, expecting=expecting)
        areas = list(neighborhoods(words, self.scanner.gazetteer, mentions))
        code = ZIP.search(text)
        unit = UNIT.search(text)
        shared = {
            "neighborhood": areas[0][0] if areas else None,
            "zip": code[1] if code else None,
            "unit": unit[1].upper() if unit and not _inside(unit.start(), mentions) else None,
        }
        located = [self.geocoder.find(each.model_copy(update=shared)) for each in self._composed(text, mentions)]
        return tuple(
            each
            for each in located
            if expecting or each.number or each.cross or each.place or each.found or each.street
        )

    def _part(self, text: str, *, expecting: bool) -> Location | None:
        """A part of a place that corrects or narrows one: a house number, a unit, or a neighborhood alone."""
        number = ALONE.search(text) or (re.fullmatch(r"\D{0,30}?(\d{1,5}[a-zA-Z]?)\W*", text) if expecting else None)
        words = words_of(text)
        areas = list(neighborhoods(words, self.scanner.gazetteer, []))
        if number:
            return Location(value=number[1], number=number[1], confidence=0.6, evidence=Span.of(text, *number.span(1)))
        if areas:
            name, first, last = areas[0]
            return Location(
                value=name, neighborhood=name, confidence=0.3, evidence=Span.of(text, first.start, last.end)
            )
        return None

    def _composed(self, text: str, mentions: list[Mention]) -> list[Location]:
        found: list[Location] = []
        place = 0
        while place < len(mentions):
            used, location = self._from(text, mentions, place)
            found.append(location)
            place += used
        return self._met(text, mentions, _without_echoes(found))

    def _met(self, text: str, mentions: list[Mention], found: list[Location]) -> list[Location]:
        """Two streets named apart ("on Talbot Ave, turning onto Blue Hill Ave") are their corner if they have one."""
        if any(each.number or each.cross for each in found):
            return found
        streets = [mention for mention in mentions if mention.kind == "street"]
        for place, one in enumerate(streets):
            for other in streets[place + 1 :]:
                if self.scanner.meet(one, other):
                    return [self._corner(text, one, other), *(each for each in found if each.place)]
        return found

    def _from(self, text: str, mentions: list[Mention], place: int) -> tuple[int, Location]:
        """The place that begins with this mention, and how many mentions it took."""
        first = mentions[place]
        following = mentions[place + 1] if place + 1 < len(mentions) else None
        if first.kind == "place":
            return self._place_with_address(text, first, following)
        last = mentions[place + 2] if place + 2 < len(mentions) else None
        if following is not None and following.kind == "street" and not first.number:
            gap = text[first.end : following.start]
            before = text[max(0, first.start - 12) : first.start]
            if BETWEEN.fullmatch(gap.strip() + " "):
                stretch = last is not None and TO.fullmatch(text[following.end : last.start])
                return (3 if stretch else 2), self._corner(text, first, following)
            if JOINS.fullmatch(gap) or (BETWEEN.search(before) and TO.fullmatch(gap)):
                return 2, self._corner(text, first, following)
        return self._address(text, first, following)

    def _place_with_address(self, text: str, place: Mention, following: Mention | None) -> tuple[int, Location]:
        named = Location(value=place.name, place=place.name, confidence=0.8, evidence=_span(text, place))
        if following is None or following.number is None or following.start - place.end > 30:
            return 1, named
        street = self._proper(following.name)
        evidence = Span.of(text, place.start, following.end)
        return 2, named.model_copy(update={"number": following.number, "street": street, "evidence": evidence})

    def _corner(self, text: str, one: Mention, other: Mention) -> Location:
        street, cross = self._proper(one.name), self._proper(other.name)
        start, end = min(one.start, other.start), max(one.end, other.end)
        return Location(
            value=f"{street} & {cross}", street=street, cross=cross, confidence=0.6, evidence=Span.of(text, start, end)
        )

    def _address(self, text: str, street: Mention, following: Mention | None) -> tuple[int, Location]:
        number, end = street.number, street.end
        if number is None:
            limit = following.start if following else len(text)
            behind = AFTER_STREET.match(text, street.end, limit)
            if behind and SPANISH_STREET.search(text[max(0, street.start - 14) : street.start]):
                number, end = behind[1], behind.end(1)
        used = 1
        if number and following is not None and following.kind == "street" and not following.number:
            used = 2 if JOINS.fullmatch(text[street.end : following.start]) else 1
        name = self._proper(street.name)
        value = f"{number} {name}" if number else name
        evidence = Span.of(text, street.start, end)
        return used, Location(value=value, number=number, street=name, confidence=0.5, evidence=evidence)

    def _proper(self, name: str) -> str:
        keys = self.geocoder.keys_of(name)
        return self.scanner.gazetteer.streets[keys[0]] if len(keys) == 1 else _capitalised(name)

    def outside_city(self, text: str) -> str | None:
        """The agency code of a neighboring city that the text places itself in, or None."""
        words = words_of(text)
        for place, word in enumerate(words):
            agency = self.scanner.gazetteer.towns.get(street_key(word.text))
            if agency is not None and _names_a_town(words, place, text):
                return agency
        return None


def _names_a_town(words: list[Word], place: int, text: str) -> bool:
    """Whether a word such as "Cambridge" is the town rather than part of a street's name."""
    after = words[place + 1].text.casefold() if place + 1 < len(words) else ""
    before = words[place - 1].text.casefold() if place else ""
    if after in SUFFIXES or after in ("ave", "village", "hill") or before in ("new", "from", "to"):
        return False
    comma = text[: words[place].start].rstrip().endswith(",")
    ends = place == len(words) - 1 and before in SUFFIXES
    if ends or (before in ("its", "it's", "is") and "boston" in text.casefold()):
        return True
    return before in ("in", "en", "nan", "em", "à") or comma or after in ("ma", "mass")


def _span(text: str, mention: Mention) -> Span:
    return Span.of(text, mention.start, mention.end)


def _inside(offset: int, mentions: list[Mention]) -> bool:
    return any(mention.start <= offset < mention.end for mention in mentions)


def _precision(location: Location) -> tuple[bool, bool, bool]:
    """The most exact place wins; of equals the one named first, which is usually where the matter is."""
    exact = bool(location.street and (location.number or location.cross))
    return location.lat is not None, exact, bool(location.place)


def _without_echoes(found: list[Location]) -> list[Location]:
    """A street named once more without number or corner adds no further place."""
    full = {each.street for each in found if each.number or each.cross} | {each.cross for each in found if each.cross}
    return [each for each in found if each.number or each.cross or each.place or each.street not in full]


def _capitalised(name: str) -> str:
    words = name.split()
    return " ".join(
        SUFFIXES.get(word.casefold(), word.capitalize()) if place else word.capitalize()
        for place, word in enumerate(words)
    )
