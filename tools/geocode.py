"""The geocoder port and the embedded one: from a place as it was named to a point in the city, or to choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz, process

from tools.distance import distance_m
from tools.gazetteer import Corner, Gazetteer, Place
from tools.geocode_points import Spot, middle_of_short_street, spots_of_number, where_streets_come_close
from tools.geocode_streets import FUZZY, StreetFinder
from tools.location import Location
from tools.street_names import base_of, street_key

SAME_PLACE_M = 500
"""Places of one name nearer to each other than this are one place."""

NEAR_THE_NUMBER_M = 500
"""A cross street belongs to a house number if their corner lies within this distance of the house."""

MUCH_BETTER_KNOWN = 6
"""With its type left out, a name means the street that has so many times the records of any other of that name."""

ABOUT = 12
"""A house number comes close to a known one if they differ by no more than this."""

PAIRS = 6
"""Of the streets that two names may mean, so many pairs are tried for coming close."""

CHOICES = 5
"""No more places than this are offered to choose from."""


class Geocoder(Protocol):
    """Places what was named. It never invents: what it does not know stays without a point."""

    def find(self, mention: Location) -> Location:
        """The same place with point, neighborhood and ZIP; with `candidates` if one name fits several places."""
        ...


class Found(NamedTuple):
    """A place that fits what was named, how well known it is, and how far off the nearest known house number is."""

    location: Location
    key: str
    records: int
    gap: int = 0


@dataclass(frozen=True, eq=False)
class EmbeddedGeocoder:
    """The geocoder on the gazetteer, in memory."""

    gazetteer: Gazetteer
    streets: StreetFinder

    @classmethod
    def on(cls, gazetteer: Gazetteer) -> "EmbeddedGeocoder":
        """A geocoder on a loaded gazetteer."""
        return cls(gazetteer, StreetFinder(gazetteer))

    def find(self, mention: Location) -> Location:
        """The same place with point, neighborhood and ZIP; with `candidates` if one name fits several places."""
        if mention.found:
            return mention
        if mention.street and mention.number:
            return self._at_number(mention)
        if mention.street and mention.cross:
            return self._at_corner(mention)
        if mention.place:
            return self._chosen(mention, list(self._places(mention)))
        if mention.street:
            return self._street_alone(mention)
        return mention

    def keys_of(self, street: str) -> tuple[str, ...]:
        """The streets a name may mean, by key: exact, else of another type, else misspelled; likeliest first."""
        return self.streets.keys(street)

    def _at_number(self, mention: Location) -> Location:
        found = list(self._numbers(mention))
        corner = self._at_corner(mention) if mention.cross else None
        if corner is None or corner.lat is None:
            alone = mention.model_copy(update={"cross": None})
            return self._chosen(alone, _nearest(found)) if found else self._on_short_street(alone)
        near = [each for each in found if distance_m(each.location, corner) <= NEAR_THE_NUMBER_M]
        if near:
            crossed = [
                each._replace(location=each.location.model_copy(update={"cross": corner.cross}))
                for each in _nearest(near)
            ]
            return self._chosen(mention, crossed)
        if found:
            return self._chosen(mention.model_copy(update={"cross": None}), _nearest(found))
        value = _line(f"{mention.number} {corner.street}", corner.neighborhood)
        return corner.model_copy(update={"value": value, "confidence": round(0.8 * corner.confidence, 2)})

    def _on_short_street(self, mention: Location) -> Location:
        """A number that nothing is known of, on a street so short that its middle will do."""
        keys = self.keys_of(mention.street or "")
        spot = middle_of_short_street(self.gazetteer, keys[0]) if len(keys) == 1 else None
        if spot is None:
            return self._not_found(mention)
        name = self.gazetteer.streets[keys[0]]
        named = {"street": name, "value": _line(f"{mention.number} {name}", spot.neighborhood)}
        return _placed(mention, spot, named)

    def _at_corner(self, mention: Location) -> Location:
        found = list(self._corners(mention))
        return self._chosen(mention, found or list(self._close(mention)))

    def _corners(self, mention: Location) -> Iterator[Found]:
        for one, other in self.streets.pairs(mention.street or "", mention.cross or ""):
            for corner in self.gazetteer.corner(one, other):
                records = min(self.gazetteer.records(one), self.gazetteer.records(other))
                streets = self.gazetteer.streets
                yield Found(_corner(mention, corner, streets[one], streets[other]), f"{one}&{other}", records)

    def _close(self, mention: Location) -> Iterator[Found]:
        """Two streets that have no known corner but come close to each other."""
        for one, other in self.streets.pairs(mention.street or "", mention.cross or "")[:PAIRS]:
            spot = where_streets_come_close(self.gazetteer, one, other)
            if spot is not None:
                streets = self.gazetteer.streets
                value = _line(f"{streets[one]} & {streets[other]}", spot.neighborhood)
                named = {"value": value, "street": streets[one], "cross": streets[other]}
                yield Found(_placed(mention, spot, named), f"{one}&{other}", 0)

    def _numbers(self, mention: Location) -> Iterator[Found]:
        number = leading_number(mention.number or "")
        if number is None:
            return
        for key in self.streets.keys(mention.street or "", number=number):
            for spot in spots_of_number(self.gazetteer, key, number):
                name = self.gazetteer.streets[key]
                named = {"value": _line(f"{mention.number} {name}", spot.neighborhood), "street": name}
                yield Found(_placed(mention, spot, named), key, self.gazetteer.records(key), spot.gap)

    def _places(self, mention: Location) -> Iterator[Found]:
        key = street_key(mention.place or "")
        known = self.gazetteer.places
        close = (
            process.extractOne(key, list(known), scorer=fuzz.ratio, score_cutoff=FUZZY) if key not in known else None
        )
        for each in [key] if key in known else [str(close[0])] if close else []:
            for place in known[each]:
                yield Found(_place(mention, place), place.name, 0)

    def _street_alone(self, mention: Location) -> Location:
        keys = self.keys_of(mention.street or "")
        if not keys:
            return mention.model_copy(update={"confidence": 0.1})
        name = self.gazetteer.streets[keys[0]]
        areas = {stretch.neighborhood for stretch in self.gazetteer.stretches.get(keys[0], [])}
        area = mention.neighborhood or (next(iter(areas)) if len(areas) == 1 else None)
        spot = middle_of_short_street(self.gazetteer, keys[0]) if len(keys) == 1 else None
        if spot is not None:
            return _placed(mention, spot, {"street": name, "value": _line(name, spot.neighborhood)})
        return mention.model_copy(
            update={"street": name, "neighborhood": area, "value": _line(name, area), "confidence": 0.2}
        )

    def _chosen(self, mention: Location, found: list[Found]) -> Location:
        """One place if there is but one, or one that fits what else was said; otherwise the choice is left open."""
        if not found:
            return self._not_found(mention)
        distinct = _distinct(sorted(found, key=lambda each: -each.records))
        fitting = [each for each in distinct if _fits(each.location, mention)] or distinct
        best = fitting[0]
        if len(fitting) == 1:
            return best.location
        others = [each for each in fitting if each.key != best.key]
        same = [each for each in fitting if each.key == best.key]
        if len(same) == 1 and all(best.records >= MUCH_BETTER_KNOWN * each.records for each in others):
            return best.location.model_copy(update={"confidence": round(0.8 * best.location.confidence, 2)})
        candidates = tuple(each.location for each in fitting[:CHOICES])
        sure = round(best.location.confidence / min(len(fitting), 3), 2)
        return best.location.model_copy(update={"candidates": candidates, "confidence": sure, "value": mention.value})

    def _not_found(self, mention: Location) -> Location:
        keys = self.keys_of(mention.street) if mention.street else ()
        street = self.gazetteer.streets[keys[0]] if keys else mention.street
        crossing = self.keys_of(mention.cross) if mention.cross else ()
        cross = self.gazetteer.streets[crossing[0]] if crossing else mention.cross
        return mention.model_copy(update={"street": street, "cross": cross, "confidence": 0.1})


def leading_number(text: str) -> int | None:
    """The house number without its letter; None if there is none, or one too long to be a house's."""
    digits = ""
    for letter in text:
        if letter not in "0123456789":
            break
        digits += letter
    return int(digits) if digits and len(digits) <= 5 else None


def _nearest(found: list[Found]) -> list[Found]:
    """The places with the very number, or those whose known numbers come about as near as the nearest. A far better
    known street is taken to have a number that it comes close to."""
    best = min((each.gap for each in found), default=0)
    limit = 0 if best == 0 else max(12, 3 * best)
    nearest = [each for each in found if each.gap <= limit]
    rivals = max((each.records for each in nearest), default=0)
    known = [each for each in found if each.gap <= ABOUT and each.records >= MUCH_BETTER_KNOWN * rivals]
    return known or nearest


def _distinct(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for each in found:
        place = each.location
        if all(
            distance_m(place, other.location) > SAME_PLACE_M
            or base_of(place.street or "") != base_of(other.location.street or "")
            for other in kept
        ):
            kept.append(each)
    return kept


def _fits(place: Location, mention: Location) -> bool:
    area = mention.neighborhood is None or place.neighborhood == mention.neighborhood or _touches(place, mention)
    code = mention.zip is None or place.zip is None or place.zip == mention.zip
    return area and code


_LARGER = {
    "South Boston Waterfront": "South Boston",
    "Longwood": "Fenway",
    "Mission Hill": "Roxbury",
    "Bay Village": "Back Bay",
    "Leather District": "Chinatown",
    "Chinatown": "Downtown",
    "Allston": "Brighton",
}
"""Neighborhoods that people also call by the name of a larger one beside them."""


def _touches(place: Location, mention: Location) -> bool:
    said, here = mention.neighborhood, place.neighborhood
    return _LARGER.get(here or "") == said or _LARGER.get(said or "") == here


def _line(name: str, area: str | None) -> str:
    return f"{name}, {area}" if area else name


def _placed(mention: Location, spot: Spot, named: dict[str, str]) -> Location:
    here = {"lat": spot.lat, "long": spot.long, "neighborhood": spot.neighborhood, "zip": spot.zip or mention.zip}
    return mention.model_copy(update={**here, **named, "confidence": spot.confidence})


def _corner(mention: Location, corner: Corner, street: str, cross: str) -> Location:
    named = {"value": _line(f"{street} & {cross}", corner.neighborhood), "street": street, "cross": cross}
    here = {"lat": corner.lat, "long": corner.long, "neighborhood": corner.neighborhood}
    return mention.model_copy(update={**named, **here, "confidence": 0.95})


def _place(mention: Location, place: Place) -> Location:
    area = place.neighborhood or mention.neighborhood
    return mention.model_copy(
        update={
            "value": _line(place.name, area),
            "place": place.name,
            "lat": place.lat,
            "long": place.long,
            "neighborhood": area,
            "confidence": 0.8 if place.lat is not None else 0.4,
        }
    )
