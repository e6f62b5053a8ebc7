"""Measures how well duplicates are told from other cases of the same service that are near and recent."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure, share
from evals.halves import Half, half_of
from tools.case import Case, Status
from tools.distance import metres
from tools.duplicates import OFFER, judge
from tools.location import Location
from tools.service import DuplicateRule

NEAR_M, RECENT_DAYS = 200.0, 14.0
ANY_RULE = DuplicateRule(radius_m=NEAR_M, days=int(RECENT_DAYS))
PER_CASE = 1
"""So many unlinked neighbors of a case are taken, so that busy places do not outweigh the rest."""


class Pair(NamedTuple):
    """Two reports: what the newer and the older say, how far apart, and when the older was opened."""

    case_id: str
    words: str
    other: str
    metres: float
    days: float
    linked: bool


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """Precision and recall of the offer, with as many hard negatives as there are linked pairs."""
    del parts
    reports = data / "reports"
    every = list(linked_pairs(reports / "boston_duplicate_pairs.csv"))
    unlinked = list(islice(hard_negatives(reports, {each.case_id for each in every}), 4 * len(every)))
    found: list[Figure] = []
    for half in Half:
        linked = [each for each in every if half_of(each.case_id) is half]
        others = [each for each in unlinked if half_of(each.case_id) is half][: len(linked)]
        right, wrong = sum(map(offered, linked)), sum(map(offered, others))
        plain = len(linked) / (len(linked) + len(others))
        baselines = {"same place and type only": round(plain, 3)}
        found.append(share(f"duplicates, precision ({half})", right, right + wrong, target=0.90, baselines=baselines))
        found.append(share(f"duplicates near and recent, recall ({half})", right, len(linked), target=0.65))
    return tuple(found)


def offered(pair: Pair) -> bool:
    """Whether the older case would be offered as the same matter."""
    now = datetime(2026, 3, 10, tzinfo=UTC)
    opened = datetime.fromtimestamp(now.timestamp() - 86_400 * pair.days, UTC)
    here = Location(value="-", lat=42.3, long=-71.1)
    there = Location(value="-", lat=42.3 + pair.metres / 111_195.0, long=-71.1)
    case = Case(
        case_id="1",
        service="-",
        status=Status.OPEN,
        opened=opened,
        updated=opened,
        description=pair.other,
        location=there,
    )
    return judge(case, ANY_RULE, here, pair.words, {}, now=now).score >= OFFER


def linked_pairs(path: Path) -> Iterator[Pair]:
    """The pairs the city linked, of one service, near and recent."""
    for row in _table(path):
        if row["service_name"] != row["dup_service_name"]:
            continue
        away = metres(*(float(row[name]) for name in ("lat", "long", "dup_lat", "dup_long")))
        days = abs(_days(row["requested"]) - _days(row["dup_requested"]))
        if away <= NEAR_M and days <= RECENT_DAYS:
            yield Pair(row["case_id"], row["description"], row["dup_description"], away, days, linked=True)


def hard_negatives(reports: Path, linked: set[str]) -> Iterator[Pair]:
    """Reports of one service, near and recent, that are not linked. At most PER_CASE for each."""
    seen: dict[tuple[str, int, int], list[dict[str, str]]] = defaultdict(list)
    for row in sorted(_table(reports / "boston_open311_reports.csv"), key=lambda each: each["case_id"][::-1]):
        if row["case_id"] in linked or not row["lat"] or "duplicate" in row["status_notes"].casefold():
            continue
        cell = row["service_name"], int(float(row["lat"]) / 0.002), int(float(row["long"]) / 0.003)
        near = [pair for other in seen[cell] if (pair := _near_and_recent(row, other))]
        seen[cell].append(row)
        yield from near[:PER_CASE]


def _near_and_recent(row: dict[str, str], other: dict[str, str]) -> Pair | None:
    days = abs(_days(row["requested"]) - _days(other["requested"]))
    away = metres(float(row["lat"]), float(row["long"]), float(other["lat"]), float(other["long"]))
    if days > RECENT_DAYS or away > NEAR_M:
        return None
    return Pair(row["case_id"], row["description"], other["description"], away, days, linked=False)


def _days(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() / 86_400


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
