"""The geocoder port and the embedded one: from a place as it was named to a point in the city, or to choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from rapidfuzz import fuzz, process

from tools.distance import distance_m
from tools.gazetteer import Address, Corner, Gazetteer, Place
from tools.location import Location
from tools.street_names import base_of, street_key

SAME_PLACE_M = 500
"""Places of one name nearer to each other than this are one place."""

CLOSE_NUMBERS = 40
"""A house number that is not known lies near a known one if they differ by no more than this."""

FUZZY = 86
"""The least likeness (rapidfuzz ratio, 0 to 100) at which a misspelled name is taken for a street's or a place's."""


class Geocoder(Protocol):
    """Places what was named. It never invents: what it does not know stays without a point."""

    def find(self, mention: Location) -> Location:
        """The same place with point, neighborhood and ZIP; with `candidates` if one name fits several places."""
        ...


@dataclass(frozen=True, eq=False)
class EmbeddedGeocoder:
    """The geocoder on the gazetteer, in memory."""

    gazetteer: Gazetteer

    def find(self, mention: Location) -> Location:
        """The same place with point, neighborhood and ZIP; with `candidates` if one name fits several places."""
        if mention.found:
            return mention
        if mention.street and mention.cross:
            return self._chosen(mention, list(self._corners(mention)))
        if mention.street and mention.number:
            return self._chosen(mention, list(self._numbers(mention)))
        if mention.place:
            return self._chosen(mention, list(self._places(mention)))
        if mention.street:
            return self._street_alone(mention)
        return mention

    def keys_of(self, street: str) -> tuple[str, ...]:
        """The streets a name may mean, by key: exact, else of another type, else misspelled; likeliest first."""
        return _keys_of(self, street_key(street))

    def _corners(self, mention: Location) -> Iterable[Location]:
        for one in self.keys_of(mention.street or ""):
            for other in self.keys_of(mention.cross or ""):
                for corner in self.gazetteer.corner(one, other):
                    yield _at_corner(mention, corner, self.gazetteer.streets[one], self.gazetteer.streets[other])

    def _numbers(self, mention: Location) -> Iterable[Location]:
        number = _leading_number(mention.number or "")
        if number is None:
            return
        found: list[tuple[int, Location]] = []
        for key in self.keys_of(mention.street or ""):
            for stretch in self.gazetteer.stretches.get(key, []):
                nearest = self.gazetteer.nearest_number(key, number, stretch.neighborhood)
                gap = abs(nearest.number - number) if nearest else 10_000
                if nearest is not None and gap <= CLOSE_NUMBERS:
                    found.append((gap, _at_number(mention, stretch.street, nearest, gap)))
            if any(gap == 0 for gap, _ in found):
                break
        exact = [place for gap, place in found if gap == 0]
        near = [place for gap, place in sorted(found, key=lambda pair: pair[0])]
        yield from exact or near

    def _places(self, mention: Location) -> Iterable[Location]:
        key = street_key(mention.place or "")
        known = self.gazetteer.places
        close = process.extractOne(key, list(known), scorer=fuzz.ratio, score_cutoff=FUZZY)
        keys = [key] if key in known else [str(close[0])] if close else []
        for each in keys:
            for place in known[each]:
                yield _at_place(mention, place)

    def _street_alone(self, mention: Location) -> Location:
        keys = self.keys_of(mention.street or "")
        if not keys:
            return mention.model_copy(update={"confidence": 0.2})
        name = self.gazetteer.streets[keys[0]]
        areas = {stretch.neighborhood for stretch in self.gazetteer.stretches.get(keys[0], [])}
        area = mention.neighborhood or (next(iter(areas)) if len(areas) == 1 else None)
        return mention.model_copy(
            update={"street": name, "neighborhood": area, "value": _line(name, area), "confidence": 0.5}
        )

    def _chosen(self, mention: Location, found: list[Location]) -> Location:
        """One place if there is but one, or one that fits what else was said; otherwise the choice is left open."""
        if not found:
            return self._not_found(mention)
        distinct = _distinct(found)
        fitting = [place for place in distinct if _fits(place, mention)] or distinct
        if len(fitting) == 1:
            return fitting[0]
        best = fitting[0]
        sure = round(best.confidence / len(fitting), 2)
        return best.model_copy(update={"candidates": tuple(fitting[:5]), "confidence": sure, "value": mention.value})

    def _not_found(self, mention: Location) -> Location:
        keys = self.keys_of(mention.street) if mention.street else ()
        street = self.gazetteer.streets[keys[0]] if keys else mention.street
        crossing = self.keys_of(mention.cross) if mention.cross else ()
        cross = self.gazetteer.streets[crossing[0]] if crossing else mention.cross
        return mention.model_copy(update={"street": street, "cross": cross, "confidence": 0.3})


@lru_cache(maxsize=50_000)
def _keys_of(geocoder: "EmbeddedGeocoder", key: str) -> tuple[str, ...]:
    gazetteer = geocoder.gazetteer
    if key in gazetteer.streets:
        return (key,)
    same_base = gazetteer.by_base.get(key) or gazetteer.by_base.get(base_of(key)) or ()
    if same_base:
        return tuple(sorted(same_base, key=lambda each: -len(gazetteer.addresses.get(each, []))))
    if len(key) < 5:
        return ()
    close = process.extract(key, gazetteer.streets.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY, limit=2)
    if not close:
        close = process.extract(
            base_of(key), gazetteer.by_base.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY + 2, limit=1
        )
        return tuple(each for base, _, _ in close for each in gazetteer.by_base[base])
    return tuple(name for name, _, _ in close)


def _leading_number(text: str) -> int | None:
    digits = ""
    for letter in text:
        if not letter.isdigit():
            break
        digits += letter
    return int(digits) if digits and len(digits) <= 5 else None


def _distinct(found: list[Location]) -> list[Location]:
    kept: list[Location] = []
    for place in found:
        if all(distance_m(place, other) > SAME_PLACE_M or place.street != other.street for other in kept):
            kept.append(place)
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


def _at_corner(mention: Location, corner: Corner, street: str, cross: str) -> Location:
    return mention.model_copy(
        update={
            "value": _line(f"{street} & {cross}", corner.neighborhood),
            "street": street,
            "cross": cross,
            "lat": corner.lat,
            "long": corner.long,
            "neighborhood": corner.neighborhood,
            "confidence": 0.95,
        }
    )


def _at_number(mention: Location, street: str, nearest: Address, gap: int) -> Location:
    return mention.model_copy(
        update={
            "value": _line(f"{mention.number} {street}", nearest.neighborhood),
            "street": street,
            "lat": nearest.lat,
            "long": nearest.long,
            "neighborhood": nearest.neighborhood,
            "zip": nearest.zip or mention.zip,
            "confidence": round(0.97 - gap * 0.006, 2),
        }
    )


def _at_place(mention: Location, place: Place) -> Location:
    return mention.model_copy(
        update={
            "value": _line(place.name, place.neighborhood or mention.neighborhood),
            "place": place.name,
            "lat": place.lat,
            "long": place.long,
            "neighborhood": place.neighborhood or mention.neighborhood,
            "confidence": 0.9 if place.lat is not None else 0.7,
        }
    )
