"""Measures how well duplicates are told from other cases of the same service that are near and recent."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
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
NEGATIVES = 4
"""So many unlinked pairs for each linked one are gathered, of which as many as there are linked ones are measured."""

PER_CASE = 1
"""So many unlinked neighbors of a case are taken, so that busy places do not outweigh the rest."""

NOW = datetime(2026, 3, 10, tzinfo=UTC)
SERVICES = {
    "Abandoned Vehicle": "abandoned_vehicle",
    "Illegal Parking": "illegal_parking",
    "Sidewalk Not Shoveled": "unshoveled_sidewalk",
}
"""The app's services by our codes. Its "Other" takes everything else: there both texts must be read as one service."""

SHOWN = ("Abandoned Vehicle", "Illegal Parking", "Other")
"""The services that are also measured one by one; of shoveling the city linked three pairs."""

ADDRESS = re.compile(r"(\d+)\w*(?:[\s-]+\d+\w*)?\s+([^,]+)")


class Side(NamedTuple):
    """One report of a pair."""

    words: str
    address: str
    lat: float
    long: float
    opened: datetime

    @property
    def place(self) -> Location:
        """Where it is, with number and street where its address has them."""
        found = ADDRESS.match(self.address)
        number, street = (found[1], found[2].strip()) if found else (None, None)
        return Location(value=self.address or "-", number=number, street=street, lat=self.lat, long=self.long)


class Pair(NamedTuple):
    """Two reports of one of the app's services, near each other and opened within days."""

    case_id: str
    service: str
    one: Side
    other: Side
    linked: bool

    @property
    def metres(self) -> float:
        """How far apart their points lie."""
        return metres(self.one.lat, self.one.long, self.other.lat, self.other.long)

    @property
    def age(self) -> timedelta:
        """How much older the older one is."""
        return abs(self.one.opened - self.other.opened)

    @property
    def is_near_and_recent(self) -> bool:
        """Whether it is hard to tell by place and time alone."""
        return self.metres <= NEAR_M and self.age <= timedelta(days=RECENT_DAYS)


Rule = Callable[[Pair], DuplicateRule | None]
"""The rule by which a pair is judged; None if its two texts are about different services."""


class Pairs(NamedTuple):
    """The pairs that the city linked, and near and recent ones of the same services that it did not."""

    linked: tuple[Pair, ...]
    unlinked: tuple[Pair, ...]

    def linked_of(self, half: Half) -> list[Pair]:
        """The linked pairs of a half."""
        return [each for each in self.linked if half_of(each.case_id) is half]

    def unlinked_of(self, half: Half) -> list[Pair]:
        """All unlinked pairs of a half."""
        return [each for each in self.unlinked if half_of(each.case_id) is half]

    def measured_of(self, half: Half) -> list[Pair]:
        """As many unlinked pairs of a half as it has linked ones, in the services' own proportions."""
        first = self._replace(unlinked=self.unlinked[: NEGATIVES * len(self.linked)])
        return first.unlinked_of(half)[: len(self.linked_of(half))]


def gather(reports: Path) -> Pairs:
    """Every pair that the reports hold."""
    linked = tuple(linked_pairs(reports / "boston_duplicate_pairs.csv"))
    return Pairs(linked, tuple(hard_negatives(reports, {each.case_id for each in linked})))


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """Precision and recall of the offer, with as many hard negatives as there are linked pairs: over all, and again
    for each service, where knowing the service does not help."""
    pairs, rule = gather(data / "reports"), rules_of(parts)
    found: list[Figure] = []
    for half in Half:
        linked, unlinked = pairs.linked_of(half), pairs.unlinked_of(half)
        found += _offers(linked, pairs.measured_of(half), rule, half, "duplicates", targets=(0.90, 0.65))
        for name in SHOWN:
            own = [each for each in linked if each.service == name]
            others = [each for each in unlinked if each.service == name][: len(own)]
            found += _offers(own, others, rule, half, f"{name}: duplicates", targets=(None, None))
    return tuple(found)


def _offers(
    linked: Sequence[Pair],
    others: Sequence[Pair],
    rule: Rule,
    half: Half,
    what: str,
    *,
    targets: tuple[float | None, float | None],
) -> Iterator[Figure]:
    right, wrong = (sum(offered(each, rule(each)) for each in pairs) for pairs in (linked, others))
    near_right, near_wrong = (sum(within(each, rule(each)) for each in pairs) for pairs in (linked, others))
    baselines = {
        "same place and type only": _part(len(linked), len(others)),
        "within the service's distance and days": _part(near_right, near_wrong),
    }
    yield share(f"{what}, precision ({half})", right, right + wrong, target=targets[0], baselines=baselines)
    caught = {"within the service's distance and days": _part(near_right, len(linked) - near_right)}
    yield share(f"{what}, recall ({half})", right, len(linked), target=targets[1], baselines=caught)


def _part(some: int, rest: int) -> float:
    return round(some / max(1, some + rest), 3)


def offered(pair: Pair, rule: DuplicateRule | None) -> bool:
    """Whether the older case would be offered as the same matter."""
    if rule is None:
        return False
    return judge(as_case(pair), rule, pair.one.place, pair.one.words, {}, now=NOW).score >= OFFER


def within(pair: Pair, rule: DuplicateRule | None) -> bool:
    """Whether the two lie within the distance and the days of the rule."""
    return rule is not None and pair.metres <= rule.radius_m and pair.age <= timedelta(days=rule.days)


def as_case(pair: Pair) -> Case:
    """The older report as an open case of the same age."""
    opened = NOW - pair.age
    return Case(
        case_id="1",
        service="-",
        status=Status.OPEN,
        opened=opened,
        updated=opened,
        description=pair.other.words,
        location=pair.other.place,
    )


def rules_of(parts: Parts) -> Rule:
    """Looks up the catalogue's rule for a pair; texts of the app's "Other" are read for their service."""
    services = parts.engine.catalogue.services

    def read(text: str) -> str | None:
        choices = parts.engine.requests.ranker.rank(text).choices
        return choices[0].code if choices else None

    def rule(pair: Pair) -> DuplicateRule | None:
        code = SERVICES.get(pair.service) or read(pair.one.words)
        if code is None or (pair.service not in SERVICES and code != read(pair.other.words)):
            return None
        return services[code].duplicate_rule

    return rule


def linked_pairs(path: Path) -> Iterator[Pair]:
    """The pairs the city linked, of one service, near and recent."""
    for row in _table(path):
        if row["service_name"] == row["dup_service_name"]:
            other = {key: row[f"dup_{key}"] for key in ("description", "address", "lat", "long", "requested")}
            pair = Pair(row["case_id"], row["service_name"], _side(row), _side(other), linked=True)
            if pair.is_near_and_recent:
                yield pair


def hard_negatives(reports: Path, linked: set[str]) -> Iterator[Pair]:
    """Reports of one service, near and recent, that are not linked. At most PER_CASE for each."""
    seen: dict[tuple[str, int, int], list[Side]] = defaultdict(list)
    for row in sorted(_table(reports / "boston_open311_reports.csv"), key=lambda each: each["case_id"][::-1]):
        if row["case_id"] in linked or not row["lat"] or "duplicate" in row["status_notes"].casefold():
            continue
        side, name = _side(row), row["service_name"]
        cell = name, int(side.lat / 0.002), int(side.long / 0.003)
        pairs = (Pair(row["case_id"], name, side, other, linked=False) for other in seen[cell])
        yield from islice((each for each in pairs if each.is_near_and_recent), PER_CASE)
        seen[cell].append(side)


def _side(row: dict[str, str]) -> Side:
    opened = datetime.fromisoformat(row["requested"])
    return Side(row["description"], row["address"], float(row["lat"]), float(row["long"]), opened)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
