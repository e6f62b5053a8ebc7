"""Measures whose matter a text is, the city's or another owner's, from the words alone and with the place."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import log
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from assistant.jurisdiction import read_jurisdiction
from assistant.plain import plainly
from evals.figures import Figure, share
from evals.halves import Half, halves
from tools.location import Location

AGENCIES = {
    "DCR": "dcr",
    "National Grid": "national_grid",
    "MBTA": "mbta",
    "MassDOT": "massdot",
    "USPS": "usps",
    "Eversource": "eversource",
    "Verizon": "telecom",
    "Comcast": "telecom",
    "BWSC": "bwsc",
    "BHA": "bha",
}
"""The agencies of the measured rows by our codes."""

ORDINARY_ROWS = 4000
FOLDS = 5
WORD = re.compile(r"[^\W_]+")

Row = dict[str, str]
Owner = Callable[[Row], str | None]


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """The right owner of texts that turned out to be another's, and how many ordinary reports are sent elsewhere. The
    place is the address that the app gave with the text; an address that tells nothing leaves the words alone."""
    reports = data / "reports"
    rows = [row for row in _table(reports / "boston_external_agency.csv") if row["agency"] in AGENCIES]
    every = [row for row in _table(reports / "boston_open311_reports.csv") if _stayed_with_the_city(row)]
    ordinary = every[:: max(1, len(every) // ORDINARY_ROWS)]
    found: list[Figure] = []
    with_place, words_alone = partial(owner, parts), partial(owner, parts, place=False)
    learned = naive_bayes(rows)
    for half, chosen in halves(rows):
        bayes = sum(guess == AGENCIES[row["agency"]] for row in chosen for guess in [learned[row["case_id"]]])
        baseline = {"naive Bayes trained in-domain, cross-validated": round(bayes / max(1, len(chosen)), 3)}
        found += _right(with_place, chosen, half, "right owner", targets=(0.65, 0.90), baselines=baseline)
        found += _right(words_alone, chosen, half, "right owner, words alone", targets=(None, None), baselines={})
    for half, chosen in halves(ordinary):
        wrong, of_words = (sum(read(row) is not None for row in chosen) for read in (with_place, words_alone))
        alone = {"words alone": round(of_words / max(1, len(chosen)), 3)}
        what = f"ordinary reports sent elsewhere ({half})"
        found.append(share(what, wrong, len(chosen), target=0.03, at_most=True, baselines=alone))
    return tuple(found)


def _right(
    read: Owner,
    rows: Sequence[Row],
    half: Half,
    what: str,
    *,
    targets: tuple[float | None, float | None],
    baselines: dict[str, float],
) -> Iterator[Figure]:
    guesses = [read(row) for row in rows]
    right = sum(guess == AGENCIES[row["agency"]] for guess, row in zip(guesses, rows, strict=True))
    given = sum(guess is not None for guess in guesses)
    yield share(f"{what}, recall ({half})", right, len(rows), target=targets[0], baselines=baselines)
    yield share(f"{what}, precision ({half})", right, given, target=targets[1])


def owner(parts: Parts, row: Row, *, place: bool = True) -> str | None:
    """The owner read from the words, and the place if it is to be used, without a service."""
    text, places = row["description"], parts.engine.places
    said = places.read(row["address"]) if place and row["address"] else None
    location: Location | None = said or places.read(text)
    read = read_jurisdiction(text, location, parts.engine.catalogue, service=None, outside=places.outside_city(text))
    return None if read.city else read.agency or "other"


def naive_bayes(rows: Sequence[Row]) -> dict[str, str]:
    """For every row the likeliest of the agencies by a naive Bayes over words that was trained on the other folds. It
    knows that the matter is another's, and never declines."""
    folds = [rows[start::FOLDS] for start in range(FOLDS)]
    guesses: dict[str, str] = {}
    for fold in folds:
        held = {row["case_id"] for row in fold}
        guess = _trained([row for row in rows if row["case_id"] not in held])
        guesses |= {row["case_id"]: guess(row["description"]) for row in fold}
    return guesses


def _trained(rows: Sequence[Row]) -> Callable[[str], str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    share_of = Counter(AGENCIES[row["agency"]] for row in rows)
    for row in rows:
        counts[AGENCIES[row["agency"]]].update(_words(row["description"]))
    known = len({word for each in counts.values() for word in each})

    def guess(text: str) -> str:
        def likely(agency: str) -> float:
            own, total = counts[agency], counts[agency].total() + known
            return log(share_of[agency]) + sum(log((own[word] + 1) / total) for word in _words(text))

        return max(counts, key=likely)

    return guess


def _words(text: str) -> list[str]:
    return WORD.findall(plainly(text))


def _stayed_with_the_city(row: Row) -> bool:
    notes = row["status_notes"].casefold()
    return row["service_name"] != "Other" or not any(word in notes for word in ("external", "referred", "jurisdiction"))


def _table(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
