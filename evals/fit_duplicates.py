"""Fits the weights of `tools.duplicates` on the half to learn from: `python -m evals.fit_duplicates --data DIR`.

Prints the weights, and by five-fold cross-validation which score to offer from. Only numbers leave this command: of
each pair the signs are kept, never a word of its texts.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from assistant.bootstrap import build_reading
from assistant.settings import Settings
from evals.halves import Half
from evals.measure_duplicates import Pair, Rule, as_case, gather, rules_of
from tools.duplicates import PIN_M, Signs, metres_between, signs_of

FOLDS = 5
PENALTY = 1e-3
THRESHOLDS = (0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Learned:
    """Pairs within their service's rule: signs with a one behind them, whether linked, how much each counts, fold."""

    signs: Numbers
    linked: Numbers
    counts: Numbers
    folds: NDArray[np.int64]


def searched(pairs: Sequence[Pair], rule: Rule) -> list[tuple[Pair, Signs]]:
    """The pairs that a search would find, with their signs."""
    found: list[tuple[Pair, Signs]] = []
    for pair in pairs:
        own = rule(pair)
        apart = metres_between(pair.one.place, pair.other.place)
        days = pair.age.total_seconds() / 86_400
        if own is not None and apart <= own.radius_m + PIN_M and days <= own.days:
            found.append((pair, signs_of(as_case(pair), own, apart, days, pair.one.words, {})))
    return found


def learned(found: Sequence[tuple[Pair, Signs]]) -> Learned:
    """The pairs as numbers, so weighed that linked and unlinked ones of a service count the same."""
    counts = []
    for pair, _ in found:
        own = [each.linked for each, _ in found if each.service == pair.service]
        same = sum(own) if pair.linked else len(own) - sum(own)
        counts.append(min(sum(own), len(own) - sum(own)) / same)
    return Learned(
        np.array([(*signs, 1.0) for _, signs in found]),
        np.array([float(pair.linked) for pair, _ in found]),
        np.array(counts),
        np.array([sha256(pair.case_id[::-1].encode()).digest()[0] % FOLDS for pair, _ in found]),
    )


def fit(signs: Numbers, linked: Numbers, counts: Numbers) -> Numbers:
    """The weights of a logistic model with a small penalty, by Newton's steps."""
    weights = np.zeros(signs.shape[1])
    share = counts / counts.sum()
    penalty = PENALTY * np.diag([*([1.0] * (signs.shape[1] - 1)), 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (share * (chance - linked)) + penalty @ weights
        bend = (signs * (share * chance * (1 - chance))[:, None]).T @ signs + penalty
        weights -= np.linalg.solve(bend + 1e-9 * np.eye(len(weights)), slope)
    return weights


def held_out(data: Learned) -> Numbers:
    """The chance of every pair from weights that were fitted without its fold."""
    chances = np.zeros(len(data.linked))
    for fold in range(FOLDS):
        rest, own = data.folds != fold, data.folds == fold
        weights = fit(data.signs[rest], data.linked[rest], data.counts[rest])
        chances[own] = 1 / (1 + np.exp(-data.signs[own] @ weights))
    return chances


def main() -> None:
    """Read the data folder from the command line, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of measurement data")
    gathered = gather(parser.parse_args().data / "reports")
    linked, unlinked = gathered.linked_of(Half.DEV), gathered.unlinked_of(Half.DEV)
    found = searched([*linked, *unlinked], rules_of(build_reading(Settings())))
    data = learned(found)
    weights = fit(data.signs, data.linked, data.counts)
    show = Console().print
    show("weights", dict(zip((*Signs._fields, "bias"), weights.round(2).tolist(), strict=True)))
    measured = {each.case_id for each in gathered.measured_of(Half.DEV)}
    counted = np.array([pair.linked or pair.case_id in measured for pair, _ in found])
    chances = held_out(data)
    for threshold in THRESHOLDS:
        given = counted & (chances >= threshold)
        precision, recall = data.linked[given].mean(), data.linked[given].sum() / len(linked)
        show(f"offered from {threshold:.2f}: precision {precision:.3f}, recall {recall:.3f} (cross-validated)")


if __name__ == "__main__":
    main()
