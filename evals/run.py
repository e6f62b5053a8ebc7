"""Runs scenarios, one after another or spread over the cores, and judges each."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from assistant.bootstrap import Reading, build_reading
from assistant.engine import Engine
from assistant.engine_choice import choose_engine
from assistant.settings import Settings
from evals.grade import Aspect, Grade, graded, passed
from evals.play import Line, Played, play
from evals.scenario import Scenario
from evals.variants import variant
from tools.value import Value

Done = Callable[[int, int], None]


class Trial(Value):
    """One play of a scenario. The first trial is as written; every other is a seeded variant."""

    scenario: Scenario
    number: int = 1


class Result(Value):
    """What a run says of one trial (design section 5), with what it may be sliced by."""

    id: str
    passed: bool
    grades: dict[Aspect, Grade]
    outcomes: tuple[str, ...]
    transcript: tuple[Line, ...]
    turns: int
    trial: int = 1
    style: str = "as_written"
    language: str = "en"
    channel: str = "sms"
    tags: tuple[str, ...] = ()


class Judged(Value):
    """A result with everything that happened, so that it can be shown, and judged again by other rules."""

    result: Result
    played: Played


def trials_of(scenarios: Sequence[Scenario], trials: int, seed: int) -> tuple[Trial, ...]:
    """Every scenario so many times, in the order in which they are played."""
    return tuple(
        Trial(scenario=variant(scenario, number, seed), number=number)
        for number in range(1, trials + 1)
        for scenario in scenarios
    )


async def run(
    scenarios: Sequence[Scenario], parts: Reading, *, engine: Engine | None = None, done: Done
) -> tuple[Result, ...]:
    """Every scenario once, each on a fresh world, in order. `done` hears how many of how many are through."""
    results: list[Result] = []
    done(0, len(scenarios))
    for scenario in scenarios:
        results.append(result_of(await play(scenario, parts, engine=engine)))
        done(len(results), len(scenarios))
    return tuple(results)


def run_on_cores(trials: Sequence[Trial], settings: Settings, *, cores: int) -> Iterator[Judged]:
    """Every trial, each on a fresh world; they come as they are ready, so that a run that is stopped loses none.

    Each process loads its own assistant, so that nothing is shared but the files it reads.
    """
    with ProcessPoolExecutor(cores, get_context("spawn"), initializer=_load, initargs=(settings,)) as pool:
        yield from pool.map(_played_apart, trials)


_loaded: list[tuple[Settings, Reading]] = []
"""What a playing process has loaded; empty in every other."""


def _load(settings: Settings) -> None:
    _loaded.append((settings, build_reading(settings)))


def _played_apart(trial: Trial) -> Judged:
    settings, parts = _loaded[0]
    return asyncio.run(_judged(trial, settings, parts))


async def _judged(trial: Trial, settings: Settings, parts: Reading) -> Judged:
    engine = None if settings.engine == "embedded" else (await choose_engine(settings, parts.engine)).engine
    played = await play(trial.scenario, parts, engine=engine)
    return Judged(result=result_of(played, trial=trial.number), played=played)


def result_of(played: Played, *, trial: int = 1) -> Result:
    """A played scenario with its grades."""
    grades, scenario = graded(played), played.scenario
    return Result(
        id=scenario.id,
        passed=passed(grades),
        grades=grades,
        outcomes=tuple(each.value for each in played.outcomes),
        transcript=played.transcript,
        turns=len(played.turns),
        trial=trial,
        style=scenario.style,
        language=scenario.language,
        channel=scenario.channel.value,
        tags=scenario.tags,
    )
