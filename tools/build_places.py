"""Builds the gazetteer's named places: `python -m tools.build_places`. Needs the streets, so run tools.build_gazetteer
first."""

import argparse
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from tools.distance import metres
from tools.gazetteer import FOLDER, load_gazetteer
from tools.geocode import EmbeddedGeocoder
from tools.location import Location
from tools.street_names import street_key

HEADER = ["name", "kind", "address", "neighborhood", "lat", "long", "aliases"]
KINDS = {"park", "fire_station", "community_center", "library", "pool", "police_station", "tot_spray"}
NUMBERED = re.compile(r"(\d+)[\d\s&-]*?\s+([A-Za-z][\w .']+?)(?:\.\s|\.$|,|\(|$| at | near )")
CORNER = re.compile(r"([A-Z][\w .']+?)\s*(?:,|&|/|\band\b|\bat\b|\bto\b)\s*([A-Z][\w .']+?)\s*(?:,|&|/|\(|$|\band\b)")
LEADING = re.compile(
    r"^(?:(?:off|opposite|opp\.?|between|intersection(?: of)?|corner of|near|adjacent to|rear|at)\s+)+", re.I
)
ROMAN = re.compile(r"\s+(?:I{1,3}|IV|V|VI|#\d+)$")
SHORT_M = 250
"""A place named after a street is put on it if the street's known houses lie within this distance of its middle."""

AREAS = {
    "Allston-Brighton": ("Allston", "Brighton"),
    "Back Bay/Beacon Hill": ("Back Bay", "Beacon Hill", "Downtown"),
    "Central Boston": ("Downtown", "North End", "West End", "Chinatown", "Leather District", "Bay Village"),
    "Fenway/Kenmore": ("Fenway", "Longwood"),
    "South Boston": ("South Boston", "South Boston Waterfront"),
    "Roxbury": ("Roxbury", "Mission Hill"),
    "Multi-District": (),
    "Harbor Islands": (),
}
"""The neighborhoods that a district of the open space table covers, where it is not one of them itself."""


def places(geo: Path, geocoder: EmbeddedGeocoder) -> Iterator[list[object]]:
    """A row for every landmark, park and facility, each name once, our own landmarks first."""
    seen: set[str] = set()
    for name, kind, address, area, aliases in (*_landmarks(), *_facilities(geo), *_open_space(geo)):
        if name.casefold() in seen or len(name) < 4:
            continue
        seen.add(name.casefold())
        within = AREAS.get(area, (area,) if area else ())
        spot = _placed(name, address, within, geocoder)
        only = within[0] if len(within) == 1 else ""
        yield [name, kind, address.strip(), spot.neighborhood or only, spot.lat, spot.long, aliases]


def _landmarks() -> Iterator[tuple[str, str, str, str, str]]:
    with (FOLDER / "landmarks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["name"], row["kind"], row["at"], "", row["aliases"]


def _facilities(geo: Path) -> Iterator[tuple[str, str, str, str, str]]:
    with (geo / "boston_facilities_from_mnl.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] in KINDS:
                yield row["name"], row["kind"], row["address"], "", ""


def _open_space(geo: Path) -> Iterator[tuple[str, str, str, str, str]]:
    with (geo / "boston_open_space.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            alias = row["ALT_NAME"].strip()
            area = row["DISTRICT"].strip()
            yield ROMAN.sub("", row["SITE_NAME"].strip()), "park", row["ADDRESS"] or "", area, alias


def _placed(name: str, address: str, within: tuple[str, ...], geocoder: EmbeddedGeocoder) -> Location:
    """Where a place lies, by its address, the streets it lies between, or the short street it is named after."""
    tries = [Location(value=address, number=found[1], street=found[2]) for found in NUMBERED.finditer(address)]
    tries += [
        Location(value=address, street=LEADING.sub("", found[1]), cross=found[2])
        for found in CORNER.finditer(LEADING.sub("", address))
    ]
    for each in tries:
        spots = _spots(geocoder.find(each), within)
        if spots:
            return spots[0]
    return _on_its_street(name, within, geocoder) or Location(value=address or "-")


def _spots(found: Location, within: tuple[str, ...]) -> list[Location]:
    """The point, or of several that fit the one in the right area."""
    choices = [each for each in found.candidates or (found,) if each.lat is not None]
    inside = [each for each in choices if each.neighborhood in within]
    return inside or (choices if not within or len(choices) == 1 else [])


def _on_its_street(name: str, within: tuple[str, ...], geocoder: EmbeddedGeocoder) -> Location | None:
    gazetteer = geocoder.gazetteer
    words = name.split()
    for count in range(len(words) - 1, 1, -1):
        key = street_key(" ".join(words[:count]))
        for stretch in gazetteer.stretches.get(key, ()):
            houses = [each for each in gazetteer.addresses.get(key, ()) if each.neighborhood == stretch.neighborhood]
            far = max((metres(each.lat, each.long, stretch.lat, stretch.long) for each in houses), default=0.0)
            if stretch.neighborhood in within and houses and far <= SHORT_M:
                return Location(value=name, lat=stretch.lat, long=stretch.long, neighborhood=stretch.neighborhood)
    return None


def main() -> None:
    """Read the folder from the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, required=True, help="folder with the city's geography")
    chosen = parser.parse_args()
    path = FOLDER / "places.csv"
    if not path.exists():
        path.write_text(",".join(HEADER) + "\n", encoding="utf-8")
    rows = list(places(chosen.geo, EmbeddedGeocoder.on(load_gazetteer())))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
