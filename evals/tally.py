"""What a run comes to: how many passed, how reliably, in which slices, and against an earlier run."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import comb

from evals.figures import Figure, share
from evals.run import Result
from tools.value import Value

Key = tuple[str, int]


def figures_of(results: Sequence[Result]) -> tuple[Figure, ...]:
    """Trials passed, reliability over the trials of a scenario, and the slices."""
    told = [share("trials passed", sum(each.passed for each in results), len(results))]
    trials = max((each.trial for each in results), default=1)
    if trials > 1:
        told += [
            Figure(what=f"passed all of {trials} trials (pass^{trials})", **_mean(results, _all_of, trials)),
            Figure(what=f"passed one of {trials} trials (pass@{trials})", **_mean(results, _one_of, trials)),
        ]
    for name, slices in SLICES.items():
        by: dict[str, list[bool]] = defaultdict(list)
        for each in results:
            for part in slices(each):
                by[part].append(each.passed)
        if len(by) > 1:
            told += [share(f"{name}: {part}", sum(passed), len(passed)) for part, passed in sorted(by.items())]
    return tuple(told)


SLICES: dict[str, Callable[[Result], Sequence[str]]] = {
    "language": lambda result: (result.language,),
    "channel": lambda result: (result.channel,),
    "style": lambda result: (result.style,),
    "tag": lambda result: result.tags,
}


def _mean(results: Sequence[Result], chance: Callable[[int, int, int], float], k: int) -> dict[str, float | int]:
    by: dict[str, list[bool]] = defaultdict(list)
    for each in results:
        by[each.id].append(each.passed)
    full = [passed for passed in by.values() if len(passed) >= k]
    value = sum(chance(len(passed), sum(passed), k) for passed in full) / len(full) if full else 0.0
    return {"value": round(value, 4), "total": len(full)}


def _all_of(n: int, passed: int, k: int) -> float:
    """The chance that k trials drawn from n all passed (pass^k; S. Yao and others, tau-bench, 2024)."""
    return comb(passed, k) / comb(n, k)


def _one_of(n: int, passed: int, k: int) -> float:
    """The chance that at least one of k trials drawn from n passed (pass@k; M. Chen and others, 2021)."""
    return 1 - comb(n - passed, k) / comb(n, k)


class Comparison(Value):
    """A run against a baseline, on the trials that both played. `chance` is the two-sided exact McNemar probability
    that as uneven a change comes by luck."""

    both: int
    worse: tuple[str, ...]
    better: tuple[str, ...]
    missing: tuple[str, ...]
    chance: float


def compared(results: Sequence[Result], baseline: Sequence[Result]) -> Comparison:
    """What passes no more, what passes newly, and what the run did not play."""
    now, before = _by_key(results), _by_key(baseline)
    both = sorted(now.keys() & before.keys())
    worse = [key for key in both if before[key] and not now[key]]
    better = [key for key in both if now[key] and not before[key]]
    changed, least = len(worse) + len(better), min(len(worse), len(better))
    chance = min(1.0, 2 * sum(comb(changed, each) for each in range(least + 1)) / 2**changed)
    return Comparison(
        both=len(both),
        worse=tuple(map(_named, worse)),
        better=tuple(map(_named, better)),
        missing=tuple(_named(key) for key in sorted(before.keys() - now.keys())),
        chance=round(chance, 4),
    )


def _by_key(results: Sequence[Result]) -> dict[Key, bool]:
    return {(each.id, each.trial): each.passed for each in results}


def _named(key: Key) -> str:
    return f"{key[0]} (trial {key[1]})"
