"""Whose land a place is on, where it is not the city's: streets and sites of other owners, from public records."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tools.distance import metres
from tools.location import Location
from tools.street_names import street_key

FILE = Path(__file__).parent / "boston" / "gazetteer" / "owners.csv"


class Site(NamedTuple):
    """A park or square of another owner: its point in degrees and how far around it reaches."""

    name: str
    owner: str
    lat: float
    long: float
    reach_m: float


class Land(NamedTuple):
    """An owner other than the city, and the street or site that tells it."""

    owner: str
    name: str


class Lands:
    """Looks a place up among the streets and sites of other owners."""

    def __init__(self, streets: Mapping[str, str], sites: Iterable[Site]) -> None:
        self._streets = streets
        self._sites = tuple(sites)
        self._names = {site.name.casefold(): site for site in self._sites}

    def of(self, location: Location | None) -> Land | None:
        """The owner of the street or the site, or None if it is the city's or not known."""
        if location is None:
            return None
        named = self._names.get((location.place or "").casefold())
        if named is not None:
            return Land(named.owner, named.name)
        for street in (location.street, location.cross):
            if street and (owner := self._streets.get(street_key(street))):
                return Land(owner, street)
        return self._around(location)

    def _around(self, location: Location) -> Land | None:
        if location.lat is None or location.long is None:
            return None
        near = [
            (distance / site.reach_m, site)
            for site in self._sites
            if (distance := metres(location.lat, location.long, site.lat, site.long)) <= site.reach_m
        ]
        if not near:
            return None
        _, site = min(near)
        return Land(site.owner, site.name)


def load_lands(path: Path = FILE) -> Lands:
    """The table of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Lands(
        {row["name"]: row["owner"] for row in rows if row["kind"] == "street"},
        [
            Site(row["name"], row["owner"], float(row["lat"]), float(row["long"]), float(row["reach_m"]))
            for row in rows
            if row["kind"] == "site"
        ],
    )
