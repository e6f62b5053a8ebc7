"""Reads what the routing tables miss on the records to learn from: `python -m evals.cross_routing --geo … --cases …`.

Five times the tables are made without a fifth of the records since 2021 and asked about that fifth. The records that
`beacon evals measure routing` reports on are not looked at.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from evals.measure_routing import NOW, filed_there, place_of, table
from tools.build_gazetteer import Areas, known_place, without_default_points
from tools.build_routes import FIRST_YEAR, Row, district_rows, kept_back, queue_rows, region_rows
from tools.catalogue import load_catalogue
from tools.districts import Districts
from tools.legacy_queues import Queue
from tools.route import Route
from tools.routing import Router
from tools.service import Catalogue

FOLDS = 5
SHOWN = 12


def fold_of(row: Row) -> int | None:
    """Which fifth a record is asked in; None for one that is only learnt from."""
    if int(row["open_dt"][:4]) < FIRST_YEAR:
        return None
    return sha256(f"fold{row['case_enquiry_id']}".encode()).digest()[0] % FOLDS


def router_of(records: Sequence[Row], catalogue: Catalogue, areas: Areas) -> Router:
    """The router on the tables of these records."""
    known = [place for row in records if (place := known_place(row)) is not None]
    cells = {
        (round(float(str(lat)) * 1000), round(float(str(long)) * 1000)): str(district)
        for lat, long, district in district_rows(without_default_points(known))
    }
    queues = {
        str(code): Queue(str(team), str(owner)) for code, team, owner, _ in queue_rows(records, catalogue.crosswalk)
    }
    regions = {str(area): str(region) for area, region in region_rows(records, areas)}
    return Router(Districts(cells), queues=queues, regions=regions)


def routed(geo: Path, cases: Path) -> Iterator[tuple[Row, Route]]:
    """Every record that is asked about, and where it would have gone."""
    catalogue, areas = load_catalogue(), Areas(geo / "boston_neighborhoods.geojson")
    rows = table(cases / "boston_311_legacy_dev.csv")
    records = [row for row in rows if row["type"] in catalogue.crosswalk and not kept_back(row)]
    for fold in range(FOLDS):
        router = router_of([row for row in records if fold_of(row) != fold], catalogue, areas)
        for row in (each for each in records if fold_of(each) == fold):
            yield row, router(filed_there(catalogue, row), {}, place_of(row), NOW)


def told(pairs: Sequence[tuple[Row, Route]]) -> Iterator[str]:
    """The shares that are right, and the types with most misses with where their cases went."""
    for what, column in (("department", "department"), ("team", "queue")):
        right = sum(getattr(route, what) == row[column] for row, route in pairs)
        yield f"{what}: {right / len(pairs):.3f} of {len(pairs)}"
    missed = [(row, route) for row, route in pairs if route.team != row["queue"]]
    same = Counter(_kind(row["queue"]) for row, route in missed if _kind(row["queue"]) == _kind(route.team))
    yield f"missed: {len(missed)}, of which another one of the same kind: {dict(same)}"
    went: dict[str, Counter[str]] = defaultdict(Counter)
    for row, _ in missed:
        went[row["type"]][row["queue"]] += 1
    every = Counter(row["type"] for row, _ in pairs)
    for kind, queues in sorted(went.items(), key=lambda pair: -pair[1].total())[:SHOWN]:
        places = "; ".join(f"{queue} {count}" for queue, count in queues.most_common(4))
        yield f"{kind}: {queues.total()} of {every[kind]} ({places})"


def _kind(team: str) -> str:
    """A district or a region without its name; anything else as it is."""
    return next((kind for kind in ("PWDx_District", "PARK_Maintenance_Region") if team.startswith(kind)), team)


def main() -> None:
    """Read the folders from the command line and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, required=True, help="folder with the city's geography")
    parser.add_argument("--cases", type=Path, required=True, help="folder with the city's case records")
    chosen = parser.parse_args()
    for line in told(list(routed(chosen.geo, chosen.cases))):
        print(line)  # noqa: T201 - what the command is for


if __name__ == "__main__":
    main()
