"""Settles the proper name of every street: one spelling each, with house letters and areas that slipped in left out."""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from tools.street_names import TYPES, street_key

FAR_MORE = 5
"""A name that is another one with something added is taken for it if the other has so many times its records."""

SLIPPED_IN = re.compile(r"(?:[a-df-mo-rt-vx-z]|\d+[a-z]?(?: [a-z])?|[a-z] \d+|x \d+)")
"""A house letter or number that slipped in before a name; n, e, s and w are directions."""

AREA_BEHIND = re.compile(
    r"(?:boston|dorchester|dorchester ctr|dorchester center|brighton|allston|roxbury|roslindale|mattapan|hyde park|"
    r"jamaica plain|charlestown|malden|cambridge|[a-z ]+ university|boston university)"
)


@dataclass(frozen=True)
class StreetNames:
    """The proper name of each street by key, how many records name it, and the keys that are another's."""

    proper: dict[str, str]
    records: dict[str, int]

    def of(self, name: str) -> str:
        """The proper name of a street as a record writes it."""
        key = _without_additions(street_key(name), self.records)
        return self.proper.get(key, name)

    def known(self, name: str) -> str | None:
        """The proper name of a street that is on the list, or None."""
        return self.proper.get(street_key(name))

    def count(self, name: str) -> int:
        """How many records name a street; at least 1."""
        return self.records.get(street_key(name), 1)


def street_names(geo: Path) -> StreetNames:
    """The names in `boston_streets_derived.csv`; of several spellings the one with most records wins."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    with (geo / "boston_streets_derived.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            counted[street_key(row["street"])][row["street"]] += int(row["n_records"])
    totals = {key: sum(names.values()) for key, names in counted.items()}
    spelt = {key: names.most_common(1)[0][0] for key, names in counted.items()}
    stands_for = {key: _without_additions(key, totals) for key in spelt}
    proper = {key: spelt[stands_for[key]] for key in spelt if totals[key] > 1 or key.split()[-1] in TYPES}
    records: Counter[str] = Counter()
    for key, count in totals.items():
        records[stands_for[key]] += count
    return StreetNames(proper, dict(records))


def _without_additions(key: str, totals: dict[str, int]) -> str:
    words = key.split()
    for cut in range(1, min(3, len(words))):
        rest = " ".join(words[cut:])
        if SLIPPED_IN.fullmatch(" ".join(words[:cut])) and _outweighs(rest, key, totals):
            return rest
    for cut in range(len(words) - 1, 1, -1):
        kept = " ".join(words[:cut])
        typed = words[cut - 1] in TYPES
        if typed and AREA_BEHIND.fullmatch(" ".join(words[cut:])) and _outweighs(kept, key, totals):
            return kept
    return key


def _outweighs(one: str, other: str, totals: dict[str, int]) -> bool:
    return totals.get(one, 0) >= FAR_MORE * totals.get(other, 1)
