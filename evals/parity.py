"""Plays scenarios on the embedded engine and on a model, and says where they agree: `beacon evals parity`."""

from collections import Counter
from collections.abc import Callable, Sequence

from assistant.bootstrap import Reading
from assistant.engine import Engine
from evals.figures import Figure, share
from evals.grade import graded, passed
from evals.play import Played, play
from evals.scenario import Expectation, Scenario
from tools.case import Case
from tools.value import Value

PARTS = ("number", "street", "cross", "place", "neighborhood")


class Pair(Value):
    """One scenario on both engines."""

    embedded: Played
    model: Played

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.embedded.scenario.id


class Parity(Value):
    """How far both engines agree, field by field; `changed` tells, scenario by scenario, what the model changed."""

    figures: tuple[Figure, ...]
    changed: tuple[str, ...]
    read_by: dict[str, int]


async def parity(
    scenarios: Sequence[Scenario], parts: Reading, model: Engine, *, done: Callable[[int, int], None]
) -> Parity:
    """Every scenario on both engines, each time on a fresh world."""
    pairs: list[Pair] = []
    for scenario in scenarios:
        pairs.append(Pair(embedded=await play(scenario, parts), model=await play(scenario, parts, engine=model)))
        done(len(pairs), len(scenarios))
    return compared(pairs)


def compared(pairs: Sequence[Pair]) -> Parity:
    """The agreement of pairs."""
    judged = [pair for pair in pairs if pair.embedded.scenario.expect != Expectation()]
    agree: dict[str, list[tuple[str, bool]]] = {}
    for pair in pairs:
        for what, one, other in _facts(pair):
            agree.setdefault(what, []).append((pair.id, one == other))
    figures = tuple(
        share(what, sum(same for _, same in rows), len(rows)).model_copy(
            update={"against": tuple(name for name, same in rows if not same)}
        )
        for what, rows in agree.items()
    )
    passes = tuple(
        share(f"passed on {name}", sum(passed(graded(each)) for each in played), len(played))
        for name, played in (
            ("the embedded engine", [pair.embedded for pair in judged]),
            ("the model", [pair.model for pair in judged]),
        )
    )
    engines = Counter(turn.engine for pair in pairs for turn in pair.model.turns)
    return Parity(figures=(*passes, *figures), changed=tuple(_changes(pairs)), read_by=dict(engines))


def _facts(pair: Pair) -> list[tuple[str, object, object]]:
    """What is compared: name, on the embedded engine, on the model."""
    one, other = pair.embedded, pair.model
    facts: list[tuple[str, object, object]] = [
        ("outcomes", one.outcomes, other.outcomes),
        ("turns", len(one.turns), len(other.turns)),
        ("language of the replies", _languages(one), _languages(other)),
        ("number of new cases", len(_new(one)), len(_new(other))),
    ]
    for mine, theirs in zip(_new(one), _new(other), strict=False):
        facts += [
            ("service", mine.service, theirs.service),
            *((f"location, {part}", _place(mine, part), _place(theirs, part)) for part in PARTS),
            ("route", _team(mine), _team(theirs)),
        ]
        codes = sorted({*mine.attributes, *theirs.attributes})
        facts += [("field values", mine.attributes.get(code), theirs.attributes.get(code)) for code in codes]
    return facts


def _new(played: Played) -> list[Case]:
    before = {case.case_id for case in played.scenario.world.cases}
    return [case for case_id, case in sorted(played.cases.items()) if case_id not in before]


def _languages(played: Played) -> tuple[str, ...]:
    return tuple(reply.language for turn in played.turns for reply in turn.replies)


def _place(case: Case, part: str) -> object:
    return getattr(case.location, part) if case.location else None


def _team(case: Case) -> tuple[str, str] | None:
    return (case.route.department, case.route.team) if case.route else None


def _changes(pairs: Sequence[Pair]) -> list[str]:
    """Scenarios whose result the model changed, the changed ones told in both ways."""
    told = []
    for pair in pairs:
        ended = [passed(graded(each)) for each in (pair.embedded, pair.model)]
        if ended[0] != ended[1]:
            told.append(f"{pair.id}: {'passes only without' if ended[0] else 'passes only with'} the model")
        elif pair.embedded.outcomes != pair.model.outcomes:
            ways = " / ".join(
                ", ".join(each.value for each in played.outcomes) for played in (pair.embedded, pair.model)
            )
            told.append(f"{pair.id}: other steps: {ways}")
    return told
