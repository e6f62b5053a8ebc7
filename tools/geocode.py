"""The geocoder port and the embedded one: from a place as it was named to a point in the city, or to choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process

from tools.distance import distance_m, metres
from tools.gazetteer import Gazetteer
from tools.geocode_found import (
    MUCH_BETTER_KNOWN,
    Found,
    at_corner,
    at_place,
    distinct,
    fits,
    line,
    nearest_numbers,
    placed,
    with_its_place,
)
from tools.geocode_points import middle_of_short_street, spots_of_number, where_streets_come_close
from tools.geocode_streets import FUZZY, StreetFinder
from tools.location import Location
from tools.street_names import street_key

NEAR_THE_NUMBER_M = 500
"""A cross street belongs to a house number if their corner lies within this distance of the house."""

PAIRS = 6
"""Of the streets that two names may mean, so many pairs are tried for coming close."""

FAR_NEARER = 0.6
"""A place is by far the nearest if it lies within this part of the next one's distance."""

STILL_NEAR_M = 3_500
"""What lies farther from a neighborhood's middle, or from a square, is not there for anybody."""

VERY_NUMBER = 0.75
"""So often the one place where the very number is known was the right one among streets of a name; the others come
close to the number. Counted on the texts to learn from."""

CHOICES = 5
"""No more places than this are offered to choose from."""


class Geocoder(Protocol):
    """Places what was named. It never invents: what it does not know stays without a point."""

    def find(self, mention: Location) -> Location:
        """The same place with point, neighborhood and ZIP; with `candidates` if one name fits several places."""
        ...

    async def prepare(self, mention: Location) -> bool:
        """Fetch what finding this place needs from outside, if anything; whether it is found differently now. Never
        raises."""
        ...


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
            return with_its_place(self._at_number(mention))
        if mention.street and mention.cross:
            return with_its_place(self._at_corner(mention))
        if mention.place:
            return self._chosen(mention, list(self._places(mention)))
        if mention.street:
            return self._street_alone(mention)
        return mention

    async def prepare(self, mention: Location) -> bool:
        """Nothing is needed from outside."""
        del mention
        return False

    def keys_of(self, street: str) -> tuple[str, ...]:
        """The streets a name may mean, by key: exact, else of another type, else misspelled; likeliest first."""
        return self.streets.keys(street)

    def _at_number(self, mention: Location) -> Location:
        every = list(self._numbers(mention))
        found = [each for each in every if mention.neighborhood and fits(each.location, mention)] or every
        corner = self._at_corner(mention) if mention.cross else None
        if corner is None or corner.lat is None:
            alone = mention.model_copy(update={"cross": None})
            return self._chosen(alone, nearest_numbers(found)) if found else self._on_short_street(alone)
        near = [each for each in found if distance_m(each.location, corner) <= NEAR_THE_NUMBER_M]
        if near:
            crossed = [
                each._replace(location=each.location.model_copy(update={"cross": corner.cross}))
                for each in nearest_numbers(near)
            ]
            return self._chosen(mention, crossed)
        if found:
            return self._chosen(mention.model_copy(update={"cross": None}), nearest_numbers(found))
        value = line(f"{mention.number} {corner.street}", corner.neighborhood)
        return corner.model_copy(update={"value": value, "confidence": round(0.8 * corner.confidence, 2)})

    def _on_short_street(self, mention: Location) -> Location:
        """A number that nothing is known of, on a street so short that its middle will do."""
        keys = self.keys_of(mention.street or "")
        spot = middle_of_short_street(self.gazetteer, keys[0]) if len(keys) == 1 else None
        if spot is None:
            return self._not_found(mention)
        name = self.gazetteer.streets[keys[0]]
        named = {"street": name, "value": line(f"{mention.number} {name}", spot.neighborhood)}
        return placed(mention, spot, named)

    def _at_corner(self, mention: Location) -> Location:
        found = list(self._corners(mention))
        return self._chosen(mention, found or list(self._close(mention)))

    def _corners(self, mention: Location) -> Iterator[Found]:
        for one, other in self.streets.pairs(mention.street or "", mention.cross or ""):
            for corner in self.gazetteer.corner(one, other):
                records = min(self.gazetteer.records(one), self.gazetteer.records(other))
                streets = self.gazetteer.streets
                yield Found(at_corner(mention, corner, streets[one], streets[other]), f"{one}&{other}", records)

    def _close(self, mention: Location) -> Iterator[Found]:
        """Two streets that have no known corner but come close to each other."""
        for one, other in self.streets.pairs(mention.street or "", mention.cross or "")[:PAIRS]:
            spot = where_streets_come_close(self.gazetteer, one, other)
            if spot is not None:
                streets = self.gazetteer.streets
                value = line(f"{streets[one]} & {streets[other]}", spot.neighborhood)
                named = {"value": value, "street": streets[one], "cross": streets[other]}
                yield Found(placed(mention, spot, named), f"{one}&{other}", 0)

    def _numbers(self, mention: Location) -> Iterator[Found]:
        number = leading_number(mention.number or "")
        if number is None:
            return
        for key in self.streets.keys(mention.street or "", number=number):
            for spot in spots_of_number(self.gazetteer, key, number):
                name = self.gazetteer.streets[key]
                named = {"value": line(f"{mention.number} {name}", spot.neighborhood), "street": name}
                yield Found(placed(mention, spot, named), key, self.gazetteer.records(key), spot.gap)

    def _places(self, mention: Location) -> Iterator[Found]:
        key = street_key(mention.place or "")
        known = self.gazetteer.places
        close = (
            process.extractOne(key, list(known), scorer=fuzz.ratio, score_cutoff=FUZZY) if key not in known else None
        )
        for each in [key] if key in known else [str(close[0])] if close else []:
            for place in known[each]:
                yield Found(at_place(mention, place), place.name, 0)

    def _street_alone(self, mention: Location) -> Location:
        """A street without number or cross street; a short one that meets but one other stands at that corner."""
        keys = self.keys_of(mention.street or "")
        if not keys:
            return mention.model_copy(update={"confidence": 0.1})
        name = self.gazetteer.streets[keys[0]]
        areas = {stretch.neighborhood for stretch in self.gazetteer.stretches.get(keys[0], [])}
        area = mention.neighborhood or (next(iter(areas)) if len(areas) == 1 else None)
        spot = middle_of_short_street(self.gazetteer, keys[0]) if len(keys) == 1 else None
        if spot is not None:
            met = self.gazetteer.crossing.get(keys[0], frozenset())
            cross = self.gazetteer.streets[next(iter(met))] if len(met) == 1 and not mention.cross else mention.cross
            shown = line(f"{name} & {cross}" if cross else name, spot.neighborhood)
            return placed(mention, spot, {"street": name, "value": shown}).model_copy(update={"cross": cross})
        return mention.model_copy(
            update={"street": name, "neighborhood": area, "value": line(name, area), "confidence": 0.2}
        )

    def _chosen(self, mention: Location, found: list[Found]) -> Location:
        """One place if there is but one, or one that fits what else was said; otherwise the choice is left open."""
        if not found:
            return self._not_found(mention)
        apart = distinct(sorted(found, key=lambda each: (each.gap > 0, -each.records)))
        fitting = [each for each in apart if fits(each.location, mention)]
        if not fitting and self._is_known_only_elsewhere(mention):
            return self._not_found(mention)
        fitting = self._nearest_to(self._middle(mention, fitting), fitting or apart)
        best = fitting[0]
        if len(fitting) == 1:
            return best.location
        others = [each for each in fitting if each.key != best.key]
        same = [each for each in fitting if each.key == best.key]
        if len(same) == 1 and all(best.records >= MUCH_BETTER_KNOWN * each.records for each in others):
            return best.location.model_copy(update={"confidence": round(0.8 * best.location.confidence, 2)})
        candidates = tuple(each.location for each in fitting[:CHOICES])
        alone = best.gap == 0 and all(each.gap > 0 for each in fitting[1:])
        sure = round(best.location.confidence * (VERY_NUMBER if alone else 1 / min(len(fitting), 3)), 2)
        return best.location.model_copy(update={"candidates": candidates, "confidence": sure, "value": mention.value})

    def _is_known_only_elsewhere(self, mention: Location) -> bool:
        """Whether a street so called runs through the neighborhood said, where its number is not known: then it is left
        open rather than looked for elsewhere."""
        if mention.number is None:
            return False
        stretches = (self.gazetteer.stretches.get(key, []) for key in self.keys_of(mention.street or ""))
        return any(each.neighborhood == mention.neighborhood for found in stretches for each in found)

    def _middle(self, mention: Location, fitting: list[Found]) -> tuple[float, float] | None:
        """About where a place must be: in the neighborhood said if none fits it, for people are not sure where one
        ends; or at the square, station or park that was named beside the street."""
        if not fitting and mention.neighborhood in self.gazetteer.middles:
            return self.gazetteer.middles[mention.neighborhood]
        named = self.gazetteer.places.get(street_key(mention.place or ""), []) if mention.street else []
        spots = {(each.lat, each.long) for each in named if each.lat is not None and each.long is not None}
        return next(iter(spots)) if len(spots) == 1 else None

    def _nearest_to(self, middle: tuple[float, float] | None, found: list[Found]) -> list[Found]:
        """Of places those that may be near a point: the one that lies by far nearest to it, or all."""
        if middle is None or len(found) < 2:
            return found
        away = sorted(
            (metres(*middle, each.location.lat or 0.0, each.location.long or 0.0), place)
            for place, each in enumerate(found)
        )
        nearest, next_one = away[0][0], away[1][0]
        return [found[away[0][1]]] if nearest < min(FAR_NEARER * next_one, STILL_NEAR_M) else found

    def _not_found(self, mention: Location) -> Location:
        keys = self.keys_of(mention.street) if mention.street else ()
        street = self.gazetteer.streets[keys[0]] if keys else mention.street
        crossing = self.keys_of(mention.cross) if mention.cross else ()
        cross = self.gazetteer.streets[crossing[0]] if crossing else mention.cross
        told = {"street": street, "cross": cross, "confidence": 0.1}
        if mention.number and mention.neighborhood:
            told["value"] = line(f"{mention.number} {street}", mention.neighborhood)
        return mention.model_copy(update=told)


def leading_number(text: str) -> int | None:
    """The house number without its letter; None if there is none, or one too long to be a house's."""
    digits = ""
    for letter in text:
        if letter not in "0123456789":
            break
        digits += letter
    return int(digits) if digits and len(digits) <= 5 else None
