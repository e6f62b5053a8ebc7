"""Builds the gazetteer's named places: `python -m tools.build_places`. Needs the streets, so run tools.build_gazetteer
first."""

import argparse
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from tools.gazetteer import FOLDER, load_gazetteer
from tools.geocode import EmbeddedGeocoder
from tools.location import Location

HEADER = ["name", "kind", "address", "neighborhood", "lat", "long", "aliases"]
KINDS = {"park", "fire_station", "community_center", "library", "pool", "police_station", "tot_spray"}
NUMBERED = re.compile(r"(\d+)[\d\s&-]*?\s+([A-Za-z][\w .']+?)(?:\.|,|\(|$| at | near )")
CORNER = re.compile(r"([A-Z][\w .']+?)(?:\s+(?:St|Sts|Street|Ave|Str)\.?)?\s*(?:&|and)\s*([A-Z][\w .']+)")
ROMAN = re.compile(r"\s+(?:I{1,3}|IV|V|VI|#\d+)$")


def places(geo: Path, geocoder: EmbeddedGeocoder) -> Iterator[list[object]]:
    """A row for every landmark, park and facility, each name once, our own landmarks first."""
    seen: set[str] = set()
    for name, kind, address, area, aliases in (*_landmarks(), *_facilities(geo), *_open_space(geo)):
        if name.casefold() in seen or len(name) < 4:
            continue
        seen.add(name.casefold())
        spot = _placed(address, area, geocoder)
        yield [name, kind, address.strip(), spot.neighborhood or area, spot.lat, spot.long, aliases]


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
            area = row["DISTRICT"].split("-")[0].strip()
            yield ROMAN.sub("", row["SITE_NAME"].strip()), "park", row["ADDRESS"] or "", area, alias


def _placed(address: str, area: str, geocoder: EmbeddedGeocoder) -> Location:
    nowhere = Location(value=address or "-")
    tries = []
    if found := NUMBERED.search(address):
        tries.append(Location(value=address, number=found[1], street=found[2], neighborhood=area or None))
    if found := CORNER.search(address):
        tries.append(Location(value=address, street=found[1], cross=found[2], neighborhood=area or None))
    spots = [geocoder.find(each) for each in tries]
    return next((spot for spot in spots if spot.found), nowhere)


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
