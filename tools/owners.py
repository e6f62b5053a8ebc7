"""Whose land a place is on, where it is not the city's: streets and sites of other owners, from public records."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tools.location import Location
from tools.street_names import street_key

FILE = Path(__file__).parent / "boston" / "gazetteer" / "owners.csv"


class Land(NamedTuple):
    """An owner other than the city, and the street or site that tells it."""

    owner: str
    name: str


class Lands:
    """Looks a place up among the streets and sites of other owners, by name. That a point lies near a site tells
    little: on the half to learn from it was wrong oftener than right."""

    def __init__(self, streets: Mapping[str, str], sites: Mapping[str, str]) -> None:
        self._streets = streets
        self._sites = {name.casefold(): owner for name, owner in sites.items()}

    def of(self, location: Location | None) -> Land | None:
        """The owner of the site or the street, or None if it is the city's or not known."""
        if location is None:
            return None
        if location.place and (owner := self._sites.get(location.place.casefold())):
            return Land(owner, location.place)
        for street in (location.street, location.cross):
            if street and (owner := self._streets.get(street_key(street))):
                return Land(owner, street)
        return None


@lru_cache
def load_lands(path: Path = FILE) -> Lands:
    """The table of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    streets, sites = ({row["name"]: row["owner"] for row in rows if row["kind"] == kind} for kind in ("street", "site"))
    return Lands(streets, sites)
