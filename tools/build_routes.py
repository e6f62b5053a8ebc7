"""Builds the routing tables from the city's case records: `python -m tools.build_routes --geo … --cases …`.

Four files: the Public Works district of every cell that holds a record, the legacy system's queue of every service, the
park maintenance region of every neighborhood and district, and the queues of what went elsewhere. Half of the records
since 2021 are kept back (`kept_back`), so that `beacon evals measure routing` can report on records that no table has
seen.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tools.build_gazetteer import Areas, Known, known_place, without_default_points
from tools.catalogue import load_catalogue
from tools.districts import FILE as DISTRICTS
from tools.districts import QUEUES, load_districts
from tools.legacy_queues import (
    BY_ADDRESS,
    BY_PARK,
    OTHERS_FILE,
    QUEUES_FILE,
    REGION,
    REGIONS_FILE,
    SENT_BACK,
    load_legacy_queues,
    load_park_regions,
)
from tools.location import Location
from tools.routing import Router
from tools.service import Catalogue

Row = dict[str, str]

FIRST_YEAR = 2021
"""From this year on half of the records are kept back for measuring."""

FADES = 0.6
"""What a record weighs against one of the next year: teams are renamed and regrouped (chosen by cross-validation)."""

LAST_YEAR = 2024
ENOUGH = 5
"""So many records since RECENT make a service's queue known; with fewer the catalogue's team stands."""

RECENT = 2018
ALONE = 5
"""So many records since FIRST_YEAR decide alone, if at least half of them agree: a service that moved to another team
is not held back by hundreds of older records (chosen by cross-validation on the records that are not measured)."""

MOST_OTHERS = 5
BUILT = datetime(2026, 3, 10, 14, tzinfo=UTC)


def kept_back(row: Row) -> bool:
    """Whether a record is one of those that routing is measured on; they go into no table."""
    odd = sha256(row["case_enquiry_id"].encode()).digest()[-1] % 2 == 1
    return _year(row) >= FIRST_YEAR and odd


def district_rows(known: Iterable[Known]) -> Iterator[tuple[object, ...]]:
    """The Public Works district of every cell of a thousandth of a degree that holds a record."""
    cells: dict[tuple[float, float], Counter[str]] = defaultdict(Counter)
    for each in known:
        if each.district:
            cells[round(each.lat, 3), round(each.long, 3)][_code(each.district)] += 1
    for (lat, long), codes in sorted(cells.items()):
        yield f"{lat:.3f}", f"{long:.3f}", codes.most_common(1)[0][0]


def queue_rows(records: Iterable[Row], crosswalk: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """The queue that most cases of a service went to since FIRST_YEAR; where those are few or divided, at any time, the
    younger the weightier. With its department."""
    weights: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    young: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    recent: Counter[str] = Counter()
    for row in records:
        service = crosswalk.get(row["type"])
        if service is None:
            continue
        recent[service] += _year(row) >= RECENT
        weights[service][_queue(row), row["department"]] += _weight(row)
        if _year(row) >= FIRST_YEAR:
            young[service][_queue(row), row["department"]] += 1
    for service, found in sorted(weights.items()):
        queue, department = _agreed(young[service]) or max(found, key=found.__getitem__)
        if recent[service] >= ENOUGH:
            yield service, queue, department, recent[service]


def _agreed(young: Counter[tuple[str, str]]) -> tuple[str, str] | None:
    """The queue that at least half of enough young records agree on."""
    if young.total() < ALONE:
        return None
    queue, count = young.most_common(1)[0]
    return queue if count * 2 >= young.total() else None


def other_rows(records: Iterable[Row], catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    """The queues of those records that went elsewhere than our rules send them, the younger the weightier."""
    router = Router(load_districts(), queues=load_legacy_queues.__wrapped__(), regions=load_park_regions.__wrapped__())
    weights: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for row in records:
        service = catalogue.services.get(catalogue.crosswalk.get(row["type"], ""))
        if service is None or row["queue"] == SENT_BACK:
            continue
        place = known_place(row)
        where = Location(value=row["location"] or "-", lat=place.lat, long=place.long) if place else None
        route = router(service.model_copy(update={"system": "legacy"}), {}, where, BUILT)
        if route.team != row["queue"]:
            weights[service.code][row["queue"], row["department"]] += _weight(row)
    for code, found in sorted(weights.items()):
        ranked = sorted(found, key=lambda pair: (-found[pair], pair))
        yield from ((code, queue, department) for queue, department in ranked[:MOST_OTHERS])


def region_rows(records: Iterable[Row], areas: Areas) -> Iterator[tuple[object, ...]]:
    """The park maintenance region of a neighborhood and of a Public Works district, the younger records weightier."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in records:
        place = known_place(row)
        if not row["queue"].startswith(REGION) or place is None:
            continue
        region = row["queue"].removeprefix(REGION).strip()
        for area in {areas.name(place.lat, place.long), _code(place.district)} - {""}:
            found[area][region] += _weight(row)
    for area, regions in sorted(found.items()):
        yield area, max(regions, key=regions.__getitem__)


def _queue(row: Row) -> str:
    """A record's queue, with the district's and the region's own left open."""
    if row["queue"] == QUEUES.get(_code(row["pwd_district"].strip())):
        return f"PWDx_District {BY_ADDRESS}"
    return f"{REGION} {BY_PARK}" if row["queue"].startswith(REGION) else row["queue"]


def _weight(row: Row) -> float:
    return FADES ** (LAST_YEAR - _year(row))


def _year(row: Row) -> int:
    return int(row["open_dt"][:4])


def _code(district: str) -> str:
    return district.zfill(2) if district.isdigit() else district


def _table(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def build(geo: Path, cases: Path) -> None:
    """Write the four tables."""
    records = [row for row in _table(cases / "boston_311_legacy_dev.csv") if not kept_back(row)]
    newer = list(_table(cases / "newsystem_2025_cases.csv"))
    known = [place for row in (*records, *newer) if (place := known_place(row)) is not None]
    _write(DISTRICTS, "lat,long,district", district_rows(without_default_points(known)))
    _write(QUEUES_FILE, "service,queue,department,records", queue_rows(records, load_catalogue().crosswalk))
    _write(REGIONS_FILE, "area,region", region_rows(records, Areas(geo / "boston_neighborhoods.geojson")))
    _write(OTHERS_FILE, "service,queue,department", other_rows(records, load_catalogue()))


def main() -> None:
    """Read the folders from the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, required=True, help="folder with the city's geography")
    parser.add_argument("--cases", type=Path, required=True, help="folder with the city's case records")
    chosen = parser.parse_args()
    build(chosen.geo, chosen.cases)


if __name__ == "__main__":
    main()
