"""Measures where a case goes, department and team, against the city's records."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure, share
from tools.build_routes import FIRST_YEAR, kept_back
from tools.districts import load_districts
from tools.location import Location
from tools.routing import Router
from tools.service import Catalogue, Service

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """Where cases go. `data` is the folder with `cases/`."""
    return tuple(measure_routes(parts, data / "cases"))


def measure_routes(parts: Parts, cases: Path) -> Iterator[Figure]:
    """Department and team of our routes against the case records since 2021 that no routing table has seen. They are
    the legacy system's records, so the routes are those of cases filed there, also of services that have moved since.
    """
    catalogue, router = parts.engine.catalogue, Router(load_districts())
    known = [row for row in table(cases / "boston_311_legacy_dev.csv") if row["type"] in catalogue.crosswalk]
    rows = [row for row in known if kept_back(row)]
    others = [row for row in known if not kept_back(row) and int(row["open_dt"][:4]) >= FIRST_YEAR]
    routes = [router(filed_there(catalogue, row), {}, place_of(row), NOW) for row in rows]
    for what, column, target in (("department", "department", 0.98), ("team", "queue", 0.94)):
        right = sum(getattr(route, what) == row[column] for route, row in zip(routes, rows, strict=True))
        baselines = {
            "majority of the type in the other rows": _majority(others, rows, column, ("type",)),
            "majority of type x district": _majority(others, rows, column, ("type", "pwd_district")),
            "the measured rows' own majority of type x district": _majority(
                rows, rows, column, ("type", "pwd_district")
            ),
        }
        yield share(f"{what} as in the case record", right, len(rows), target=target, baselines=baselines)


def filed_there(catalogue: Catalogue, row: dict[str, str]) -> Service:
    """The record's service as the legacy system had it."""
    return catalogue.services[catalogue.crosswalk[row["type"]]].model_copy(update={"system": "legacy"})


def _majority(
    learned: Sequence[dict[str, str]], rows: Sequence[dict[str, str]], column: str, keys: tuple[str, ...]
) -> float:
    """The share of rows that have the commonest value of the learned rows with the same keys, or of the same type."""
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in learned:
        counts[tuple(row[key] for key in keys)][row[column]] += 1
        counts[(row["type"], "any")][row[column]] += 1
    right = 0
    for row in rows:
        own = counts.get(tuple(row[key] for key in keys)) or counts.get((row["type"], "any"))
        right += own is not None and own.most_common(1)[0][0] == row[column]
    return round(right / len(rows), 3)


def place_of(row: dict[str, str]) -> Location | None:
    """The record's place, if it has a point."""
    try:
        return Location(value=row["location"] or "-", lat=float(row["latitude"]), long=float(row["longitude"]))
    except ValueError:
        return None


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
