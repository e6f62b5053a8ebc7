"""How far reviewers agree, beyond what chance would give; and where they do not, for a lead to decide.

"Cannot say" counts as no answer. A figure is None where there is nothing to compare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from evals.label import Label, Verdict
from tools.value import Value

Unit = tuple[str, int, str]
"""What is judged: an item, one of its turns, and a question."""


class Agreement(Value):
    """How far reviewers agree on one question: Krippendorff's alpha over all, and over how many units."""

    question: str
    alpha: float | None
    units: int
    reviewers: int


class Pair(Value):
    """Two reviewers: Cohen's kappa over what both judged."""

    first: str
    second: str
    kappa: float | None
    both: int
    alike: int


class Dispute(Value):
    """A unit that was judged differently, who said what, and the lead's decision if there is one."""

    item: str
    turn: int
    question: str
    said: dict[str, Verdict]
    comments: dict[str, str]
    resolved: Verdict | None = None


def agreement(given: Sequence[Label]) -> tuple[Agreement, ...]:
    """For each question, how far everybody agrees."""
    told = []
    for question in dict.fromkeys(each.question for each in given):
        chosen = [each for each in given if each.question == question]
        units = _units(chosen)
        shared = [verdicts for verdicts in units.values() if len(verdicts) > 1]
        told.append(
            Agreement(
                question=question,
                alpha=alpha([list(verdicts.values()) for verdicts in shared]),
                units=len(shared),
                reviewers=len({name for verdicts in shared for name in verdicts}),
            )
        )
    return tuple(told)


def pairs(given: Sequence[Label]) -> tuple[Pair, ...]:
    """Every two reviewers who judged something both, over all questions."""
    units = _units(given)
    names = sorted({name for verdicts in units.values() for name in verdicts})
    told = []
    for first, second in combinations(names, 2):
        both = [(each[first], each[second]) for each in units.values() if first in each and second in each]
        if both:
            alike = sum(one == other for one, other in both)
            told.append(Pair(first=first, second=second, kappa=kappa(both), both=len(both), alike=alike))
    return tuple(told)


def disputes(given: Sequence[Label]) -> tuple[Dispute, ...]:
    """What was judged differently, undecided first."""
    decided = {(each.item, each.turn, each.question): each.verdict for each in given if each.resolves}
    told = []
    for unit, verdicts in _units(given).items():
        if len(set(verdicts.values())) > 1:
            comments = {
                each.reviewer: each.comment
                for each in given
                if (each.item, each.turn, each.question) == unit and each.comment and not each.resolves
            }
            item, turn, question = unit
            told.append(
                Dispute(
                    item=item,
                    turn=turn,
                    question=question,
                    said=dict(verdicts),
                    comments=comments,
                    resolved=decided.get(unit),
                )
            )
    return tuple(sorted(told, key=lambda each: each.resolved is not None))


def kappa(both: Sequence[tuple[Verdict, Verdict]]) -> float | None:
    """Agreement of two beyond chance (J. Cohen, 1960); None where chance alone would make them agree always."""
    total = len(both)
    seen = sum(one == other for one, other in both) / total
    first, second = Counter(one for one, _ in both), Counter(other for _, other in both)
    chance = sum(first[each] * second[each] for each in first) / total**2
    return None if chance == 1 else round((seen - chance) / (1 - chance), 4)


def alpha(units: Sequence[Sequence[Verdict]]) -> float | None:
    """Agreement of any number of reviewers beyond chance, for plain categories (K. Krippendorff, 2004, chapter 11).

    `units` hold at least two verdicts each. None for no units, or where only one verdict was ever given.
    """
    weights: defaultdict[tuple[Verdict, Verdict], float] = defaultdict(float)
    for verdicts in units:
        counted = Counter(verdicts)
        for one in counted:
            for other in counted:
                number = counted[one] * (counted[other] - (one == other))
                weights[one, other] += number / (len(verdicts) - 1)
    total = sum(weights.values())
    of = {value: sum(weight for (one, _), weight in weights.items() if one == value) for value in Verdict}
    apart = sum(weight for (one, other), weight in weights.items() if one != other)
    expected = (total**2 - sum(each**2 for each in of.values())) / (total - 1) if total > 1 else 0.0
    return None if expected == 0 else round(1 - apart / expected, 4)


def _units(given: Iterable[Label]) -> Mapping[Unit, dict[str, Verdict]]:
    """Who said what of each unit, leaving out decisions and "cannot say"."""
    units: defaultdict[Unit, dict[str, Verdict]] = defaultdict(dict)
    for each in given:
        if not each.resolves and each.verdict is not Verdict.CANNOT_SAY:
            units[each.item, each.turn, each.question][each.reviewer] = each.verdict
    return units
