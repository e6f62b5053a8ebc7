"""Measures whether one question gets the same facts in ten wordings, each in a conversation of its own."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure, share
from evals.measure_knowledge import Asker
from evals.question_sets import Graded, read_own

WORDINGS = Path(__file__).parent / "consistency"


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How often all ten agree, how often a wording gives the facts, and how often it contradicts the others."""
    del data
    groups = asked(parts)
    rows = [row for group in groups.values() for row in group]
    differing = contradictions(groups)
    silent = [row for row in rows if not row.holds]
    same = sum(len({row.facts for row in group}) == 1 and all(row.holds for row in group) for group in groups.values())
    told = share("ten wordings: wordings that contradict the others", len(differing), len(rows), target=0, at_most=True)
    given = share("ten wordings: wordings that give the facts", len(rows) - len(silent), len(rows))
    return (
        share("ten wordings: questions with the same facts in all ten", same, len(groups), target=0.95),
        given.model_copy(update={"against": tuple(row.told() for row in silent)}),
        told.model_copy(update={"against": tuple(row.told() for row in differing)}),
    )


def asked(parts: Parts) -> dict[str, list[Graded]]:
    """What becomes of every wording, by the question it puts."""
    groups: dict[str, list[Graded]] = {}
    for row in Asker(parts).ask_all(read_own(WORDINGS)):
        groups.setdefault(row.asked.group or row.asked.id, []).append(row)
    return groups


def contradictions(groups: dict[str, list[Graded]]) -> list[Graded]:
    """The wordings that are answered with other facts than most of those that give the facts at all."""
    differing: list[Graded] = []
    for group in groups.values():
        giving = [row for row in group if row.answered and row.holds]
        usual = _usual(giving)
        differing += [row for row in giving if row.facts != usual]
        differing += [row for row in group if row.wrong]
    return differing


def _usual(rows: Sequence[Graded]) -> tuple[str, ...]:
    counted = Counter(row.facts for row in rows)
    return counted.most_common(1)[0][0] if counted else ()
