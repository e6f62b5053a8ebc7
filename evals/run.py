"""Runs a folder of scenarios and judges each."""

from collections.abc import Callable, Sequence

from assistant.bootstrap import Reading
from assistant.engine import Engine
from evals.grade import Aspect, Grade, graded, passed
from evals.play import Line, Played, play
from evals.scenario import Scenario
from tools.value import Value


class Result(Value):
    """What a run says of one scenario (design section 5)."""

    id: str
    passed: bool
    grades: dict[Aspect, Grade]
    outcomes: tuple[str, ...]
    transcript: tuple[Line, ...]
    turns: int


async def run(
    scenarios: Sequence[Scenario], parts: Reading, *, engine: Engine | None = None, done: Callable[[int, int], None]
) -> tuple[Result, ...]:
    """Every scenario, each on a fresh world, in order. `done` hears how many of how many are through."""
    results: list[Result] = []
    done(0, len(scenarios))
    for scenario in scenarios:
        results.append(result_of(await play(scenario, parts, engine=engine)))
        done(len(results), len(scenarios))
    return tuple(results)


def result_of(played: Played) -> Result:
    """A played scenario with its grades."""
    grades = graded(played)
    return Result(
        id=played.scenario.id,
        passed=passed(grades),
        grades=grades,
        outcomes=tuple(each.value for each in played.outcomes),
        transcript=played.transcript,
        turns=len(played.turns),
    )
