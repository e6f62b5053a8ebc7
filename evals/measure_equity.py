"""Measures whether the assistant reads some residents worse than others, by where they are and how they write.

A group is named when its share lies below that of everybody else by more than chance explains (Fisher's exact test,
two-sided, Holm's correction over the groups of a kind), however small the difference is.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import comb
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure, share
from evals.measure_places import Read
from evals.measure_services import boston, judge

FEWEST = 20
"""Groups with fewer texts are put together as `fewer than 20 each`."""

CHANCE = 0.05
SHORT = 40
"""Characters up to which a text is short."""

Group = tuple[int, int]
"""How many were right, of how many."""

_WORD = re.compile(r"[^\W\d_]+")


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """Shares by group. `data` is the folder with `reports/`."""
    reports = data / "reports"
    with (reports / "boston_location_mentions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] in ("address", "intersection")]
    read = [Read(row, parts.engine.places.read(row["description"])) for row in rows]
    known = parts.geocoder.gazetteer.neighborhoods
    places = [(_known(each.row["neighborhood"], known), each.located) for each in read]
    styles = [(style, each.located) for each in read for style in styles_of(each.row["description"])]
    services = judge(parts, boston(reports, known=set(parts.engine.catalogue.services)))
    written = [(style, each.within(1)) for each in services for style in styles_of(each.row.text)]
    return (
        *compared("located, neighborhood", places),
        *compared("located, written", styles),
        *compared("service right, written", written),
    )


def _known(neighborhood: str, known: frozenset[str]) -> str:
    """The neighborhood on record; some records have a town, a state or an apartment in its place."""
    return neighborhood.strip() if neighborhood.strip() in known else "not on record"


def compared(what: str, rows: Sequence[tuple[str, bool]]) -> Iterator[Figure]:
    """The share of each group, with that of everybody else as its baseline; then the groups that are worse off."""
    groups = grouped(rows)
    right, total = (sum(each[at] for each in groups.values()) for at in (0, 1))
    for name, (good, of) in sorted(groups.items()):
        others = total - of
        rest = {"everybody else": round((right - good) / others, 3)} if others else {}
        yield share(f"{what}: {name}", good, of, baselines=rest)
    behind = worse_off(groups)
    yield Figure(
        what=f"{what}: groups worse off than chance explains",
        value=len(behind),
        total=len(groups),
        unit="groups",
        target=0,
        at_most=True,
        against=behind,
    )


def grouped(rows: Sequence[tuple[str, bool]]) -> dict[str, Group]:
    """Right and all by group, small groups put together."""
    counted: dict[str, list[bool]] = defaultdict(list)
    for name, right in rows:
        counted[name].append(right)
    small = [name for name, each in counted.items() if len(each) < FEWEST]
    if small:
        counted[f"fewer than {FEWEST} each"] = [right for name in small for right in counted.pop(name)]
    return {name: (sum(each), len(each)) for name, each in counted.items()}


def worse_off(groups: Mapping[str, Group]) -> tuple[str, ...]:
    """The groups whose share lies below everybody else's by more than chance explains (S. Holm, 1979)."""
    right, total = (sum(each[at] for each in groups.values()) for at in (0, 1))
    chances = sorted(
        (fisher(good, of, right - good, total - of), name)
        for name, (good, of) in groups.items()
        if 0 < of < total and good / of < (right - good) / (total - of)
    )
    behind: list[str] = []
    for place, (chance, name) in enumerate(chances):
        if chance > CHANCE / (len(groups) - place):
            break
        behind.append(name)
    return tuple(behind)


def fisher(right: int, of: int, others_right: int, others: int) -> float:
    """The two-sided exact chance that two groups differ as much (R. A. Fisher, 1922)."""
    all_right, everybody = right + others_right, of + others
    ways = comb(everybody, all_right)

    def chance(good: int) -> float:
        return comb(of, good) * comb(others, all_right - good) / ways

    seen = chance(right)
    possible = range(max(0, all_right - others), min(of, all_right) + 1)
    return min(1.0, sum(each for good in possible if (each := chance(good)) <= seen * (1 + 1e-9)))


def styles_of(text: str) -> tuple[str, ...]:
    """How a text is written; one text may be written in several ways."""
    words = _WORD.findall(text)
    letters = "".join(words)
    told = [
        ("short", len(text) <= SHORT),
        ("in a form", "|" in text),
        ("in capitals", len(letters) > 10 and letters.isupper()),
        ("all in small letters", len(letters) > 10 and letters.islower()),
        ("without marks", len(words) > 5 and not re.search(r"[.,;:!?|]", text)),
    ]
    return tuple(name for name, so in told if so) or ("otherwise",)
