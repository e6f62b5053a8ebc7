"""The gazetteer: Boston's streets with their numbers, corners, neighborhoods and named places, held in memory."""

import csv
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from tools.street_names import base_of, last_name, street_key

FOLDER = Path(__file__).parent / "boston" / "gazetteer"


class GazetteerBroken(Exception):
    """A gazetteer file is missing or damaged; the sentence names it and the cure."""


class Address(NamedTuple):
    """A known house number. Degrees."""

    number: int
    lat: float
    long: float
    neighborhood: str
    zip: str


class Stretch(NamedTuple):
    """The part of a street that lies in one neighborhood: its middle and its lowest and highest known number.

    `records` says how often the city's records name the street, wherever it runs.
    """

    street: str
    neighborhood: str
    lat: float
    long: float
    low: int
    high: int
    zip: str
    records: int


class Corner(NamedTuple):
    """Where two streets meet."""

    street: str
    cross: str
    lat: float
    long: float
    neighborhood: str


class Place(NamedTuple):
    """A named place: a park, station, square, library … `lat` and `long` are None when only its address is known."""

    name: str
    kind: str
    address: str
    neighborhood: str
    lat: float | None
    long: float | None


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Look-ups by key (see `street_key`). Everything is exact; fuzziness is the geocoder's business."""

    addresses: dict[str, list[Address]]
    stretches: dict[str, list[Stretch]]
    corners: dict[tuple[str, str], list[Corner]]
    places: dict[str, list[Place]]
    nicknames: dict[str, str]
    towns: dict[str, str]

    @cached_property
    def streets(self) -> dict[str, str]:
        """The proper name of every street by its key."""
        named = {key: found[0].street for key, found in self.stretches.items()}
        for corners in self.corners.values():
            for name in (corners[0].street, corners[0].cross):
                named.setdefault(street_key(name), name)
        return named

    @cached_property
    def by_base(self) -> dict[str, tuple[str, ...]]:
        """Keys of the streets that share a name apart from their type. A street named after a person with an initial is
        also known by the last name alone, unless another street has that name."""
        bases: dict[str, list[str]] = defaultdict(list)
        for key in self.streets:
            bases[base_of(key)].append(key)
        for key in self.streets:
            last = last_name(key)
            if last is not None and last not in bases:
                bases[last] = [key]
        return {base: tuple(keys) for base, keys in bases.items()}

    @cached_property
    def crossing(self) -> dict[str, frozenset[str]]:
        """For every street the keys of those that meet it."""
        met: dict[str, set[str]] = defaultdict(set)
        for one, other in self.corners:
            met[one].add(other)
            met[other].add(one)
        return {key: frozenset(others) for key, others in met.items()}

    @cached_property
    def neighborhoods(self) -> frozenset[str]:
        """The proper names of the neighborhoods."""
        return frozenset(stretch.neighborhood for found in self.stretches.values() for stretch in found)

    @cached_property
    def middles(self) -> dict[str, tuple[float, float]]:
        """About the middle of every neighborhood, by its streets. Degrees."""
        points: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for found in self.stretches.values():
            for stretch in found:
                points[stretch.neighborhood].append((stretch.lat, stretch.long))
        return {
            area: (sum(lat for lat, _ in known) / len(known), sum(long for _, long in known) / len(known))
            for area, known in points.items()
        }

    @cached_property
    def longest_from(self) -> dict[str, int]:
        """For every word that a street, place or nickname begins with: how many words the longest such name has."""
        longest: dict[str, int] = {}
        for names in (self.streets, self.by_base, self.places, self.nicknames):
            for name in names:
                first, *others = name.split()
                longest[first] = max(longest.get(first, 0), 1 + len(others))
        return longest

    def corner(self, one: str, other: str) -> list[Corner]:
        """Where two streets meet, by their keys; empty if they do not."""
        return self.corners.get((one, other)) or self.corners.get((other, one)) or []

    def beside(self, key: str, number: int, neighborhood: str) -> list[Address]:
        """The known numbers of a street in a neighborhood next below and above this one (or itself alone), on its own
        side where that side is known."""
        known = [address for address in self.addresses.get(key, []) if address.neighborhood == neighborhood]
        same_side = [address for address in known if address.number % 2 == number % 2] or known
        place = bisect_left([address.number for address in same_side], number)
        if place < len(same_side) and same_side[place].number == number:
            return [same_side[place]]
        return same_side[max(0, place - 1) : place + 1]

    def records(self, key: str) -> int:
        """How often the city's records name a street."""
        found = self.stretches.get(key)
        return found[0].records if found else 0


@lru_cache(maxsize=1)
def load_gazetteer(folder: Path = FOLDER) -> Gazetteer:
    """The gazetteer of a folder, read once a process. Raises GazetteerBroken."""
    try:
        return _load(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GazetteerBroken(
            f"The gazetteer in {folder} cannot be read ({error}). Build it again with `python -m"
            f" tools.build_gazetteer`."
        ) from error


def _load(folder: Path) -> Gazetteer:
    addresses: dict[str, list[Address]] = defaultdict(list)
    for street, number, lat, long, area, code in _rows(folder / "addresses.csv"):
        addresses[street_key(street)].append(Address(int(number), float(lat), float(long), area, code))
    stretches: dict[str, list[Stretch]] = defaultdict(list)
    for street, area, lat, long, low, high, code, records in _rows(folder / "streets.csv"):
        span = int(float(low)), int(float(high))
        stretch = Stretch(street, area, float(lat), float(long), *span, code, int(records))
        stretches[street_key(street)].append(stretch)
    corners: dict[tuple[str, str], list[Corner]] = defaultdict(list)
    for one, other, lat, long, area in _rows(folder / "intersections.csv"):
        corners[street_key(one), street_key(other)].append(Corner(one, other, float(lat), float(long), area))
    places: dict[str, list[Place]] = defaultdict(list)
    for name, kind, address, area, lat, long, aliases in _rows(folder / "places.csv"):
        place = Place(name, kind, address, area, float(lat) if lat else None, float(long) if long else None)
        for each in (name, *filter(None, aliases.split(";"))):
            places[street_key(each)].append(place)
    nicknames = {street_key(nick): name for nick, name in _rows(folder / "nicknames.csv")}
    towns = {street_key(town): agency for town, agency in _rows(folder / "towns.csv")}
    return Gazetteer(dict(addresses), dict(stretches), dict(corners), dict(places), nicknames, towns)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader
