"""Builds the gazetteer's files from the city's public geography and case records: `python -m tools.build_gazetteer`.

Only geography and case records go in; the texts that measure location reading never do.
"""

import argparse
import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from shapely import STRtree
from shapely.geometry import Point, shape

from tools.build_street_names import StreetNames, street_names
from tools.gazetteer import FOLDER

LEGACY = re.compile(r"^(\d+)[A-Z]?(?:-\d+[A-Z]?)?\s+(.+?)\s{2,}")
CORNER = re.compile(r"^INTERSECTION of (.+?) & (.+?)\s{2,}")
MODERN = re.compile(r"^(\d+)")


MANY_STREETS = 10
"""No house stands on so many streets."""


class Known(NamedTuple):
    """A record of a place: `number` and `street`, or two streets; degrees; ZIP; Public Works district."""

    number: int | None
    street: str
    cross: str
    lat: float
    long: float
    zip: str
    district: str


class Areas:
    """Which neighborhood a point lies in, by the city's polygons."""

    def __init__(self, path: Path) -> None:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        self._names = [feature["properties"]["Name"] for feature in features]
        self._shapes = [shape(feature["geometry"]) for feature in features]
        self._tree = STRtree(self._shapes)

    def name(self, lat: float, long: float) -> str:
        """The neighborhood, the nearest one for a point on an edge or in the harbor."""
        return str(self._names[int(self._tree.nearest(Point(long, lat)))])


def known_places(cases: Path) -> Iterator[Known]:
    """Every case record whose place can be read."""
    for name in ("boston_311_legacy_dev.csv", "newsystem_2025_cases.csv"):
        with (cases / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                known = known_place(row)
                if known is not None:
                    yield known


def known_place(row: dict[str, str]) -> Known | None:
    """The place of a record of either system, if it can be read."""
    return _modern(row) if "full_address" in row else _legacy(row)


def without_default_points(known: Iterable[Known]) -> list[Known]:
    """The records without those at a point that many streets share: it stands for "somewhere in the city"."""
    records = list(known)
    streets: dict[tuple[float, float], set[str]] = defaultdict(set)
    for each in records:
        streets[each.lat, each.long].add(each.street)
    return [each for each in records if len(streets[each.lat, each.long]) < MANY_STREETS]


def _legacy(row: dict[str, str]) -> Known | None:
    try:
        lat, long = float(row["latitude"]), float(row["longitude"])
    except ValueError:
        return None
    place = row["location"]
    rest = (lat, long, row["location_zipcode"], row["pwd_district"].strip())
    if corner := CORNER.match(place):
        return Known(None, corner[1], corner[2], *rest)
    if address := LEGACY.match(place):
        return Known(int(address[1]), address[2], "", *rest)
    return None


def _modern(row: dict[str, str]) -> Known | None:
    try:
        lat, long = float(row["latitude"]), float(row["longitude"])
    except ValueError:
        return None
    number = MODERN.match(row["street_number"])
    if not number or not row["street_name"]:
        return None
    return Known(
        int(number[1]), row["street_name"], "", lat, long, row["zip_code"], row["public_works_district"].strip()
    )


def build(geo: Path, cases: Path, out: Path) -> None:
    """Write addresses, streets and intersections."""
    out.mkdir(parents=True, exist_ok=True)
    areas = Areas(geo / "boston_neighborhoods.geojson")
    names = street_names(geo)
    known = without_default_points(known_places(cases))
    addresses = _addresses(known, names)
    _write(out / "addresses.csv", "street,number,lat,long,neighborhood,zip", _address_rows(addresses, areas))
    _write(
        out / "streets.csv",
        "street,neighborhood,lat,long,low,high,zip,records",
        _street_rows(geo, names, addresses, areas),
    )
    _write(out / "intersections.csv", "street,cross,lat,long,neighborhood", _corner_rows(geo, known, names, areas))


def _addresses(known: list[Known], names: StreetNames) -> dict[tuple[str, int], list[Known]]:
    found: dict[tuple[str, int], list[Known]] = defaultdict(list)
    for each in known:
        if each.number is not None:
            found[names.of(each.street), each.number].append(each)
    return found


def _address_rows(addresses: dict[tuple[str, int], list[Known]], areas: Areas) -> Iterator[tuple[object, ...]]:
    for (street, number), records in sorted(addresses.items()):
        by_area: dict[str, list[Known]] = defaultdict(list)
        for each in records:
            by_area[areas.name(each.lat, each.long)].append(each)
        for area, same in sorted(by_area.items()):
            zips = Counter(each.zip for each in same if each.zip)
            most = zips.most_common(1)[0][0] if zips else ""
            yield street, number, *_middle(same), area, most


def _middle(records: list[Known]) -> tuple[float, float]:
    return round(median(each.lat for each in records), 5), round(median(each.long for each in records), 5)


def _street_rows(
    geo: Path, names: StreetNames, addresses: dict[tuple[str, int], list[Known]], areas: Areas
) -> Iterator[tuple[object, ...]]:
    by_area: dict[tuple[str, str], list[tuple[int, Known]]] = defaultdict(list)
    for (street, number), records in addresses.items():
        for each in records:
            by_area[street, areas.name(each.lat, each.long)].append((number, each))
    for (street, area), found in sorted(by_area.items()):
        numbers = [number for number, _ in found]
        zips = Counter(each.zip for _, each in found if each.zip)
        most = zips.most_common(1)[0][0] if zips else ""
        yield street, area, *_middle([each for _, each in found]), min(numbers), max(numbers), most, names.count(street)
    with_numbers = {street for street, _ in by_area}
    with (geo / "boston_streets_derived.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name = names.known(row["street"])
            if name is None or name in with_numbers or not row["median_lat"]:
                continue
            with_numbers.add(name)
            lat, long = float(row["median_lat"]), float(row["median_lon"])
            low, high = row["min_house_number"] or 0, row["max_house_number"] or 0
            yield (
                name,
                areas.name(lat, long),
                lat,
                long,
                low,
                high,
                row["zips"].split(";")[0].strip(),
                names.count(name),
            )


def _corner_rows(geo: Path, known: list[Known], names: StreetNames, areas: Areas) -> Iterator[tuple[object, ...]]:
    corners: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    with (geo / "boston_intersections_derived.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            pair = _pair(row["street_a"], row["street_b"], names)
            corners[pair].append((float(row["lat"]), float(row["lon"])))
    for each in known:
        if each.cross:
            corners[_pair(each.street, each.cross, names)].append((each.lat, each.long))
    for (one, other), points in sorted(corners.items()):
        by_area: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for lat, long in points:
            by_area[areas.name(lat, long)].append((lat, long))
        for area, same in sorted(by_area.items()):
            lat, long = median(point[0] for point in same), median(point[1] for point in same)
            yield one, other, round(lat, 5), round(long, 5), area


def _pair(one: str, other: str, names: StreetNames) -> tuple[str, str]:
    first, second = sorted((names.of(one), names.of(other)))
    return first, second


def _write(path: Path, header: str, rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main() -> None:
    """Read the folders from the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, required=True, help="folder with the city's geography")
    parser.add_argument("--cases", type=Path, required=True, help="folder with the city's case records")
    parser.add_argument("--out", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    build(chosen.geo, chosen.cases, chosen.out)


if __name__ == "__main__":
    main()
