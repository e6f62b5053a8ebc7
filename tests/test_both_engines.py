"""The small set of scenarios passes on both engines, and their transcripts can be played as scenarios."""

from pathlib import Path

from assistant.bootstrap import Reading
from evals.fault_table import scripted_engine
from evals.parity import parity
from evals.run import run
from evals.scenario import Scenario, load_scenarios
from evals.transcript_scenarios import transcript_scenarios
from tests.test_scenario_gate import FOLDER, known

TRANSCRIPTS = Path(__file__).parent / "transcripts"


def small(reading: Reading) -> tuple[Scenario, ...]:
    scenarios = load_scenarios(FOLDER, reading.engine.catalogue.services)
    return tuple(each for each in scenarios if "small" in each.tags)


async def test_the_small_set_passes_on_the_model(reading: Reading) -> None:
    async with scripted_engine(reading) as engine:
        results = await run(small(reading), reading, engine=engine, done=lambda _done, _of: None)

    assert len(results) >= 15
    assert [result.id for result in results if not result.passed] == []


async def test_the_small_set_passes_on_the_embedded_engine(reading: Reading) -> None:
    results = await run(small(reading), reading, done=lambda _done, _of: None)

    assert {result.id for result in results if not result.passed} <= known()


async def test_a_transcript_is_compared_on_both_engines(reading: Reading) -> None:
    first = transcript_scenarios(TRANSCRIPTS)[:2]

    async with scripted_engine(reading) as engine:
        told = await parity(first, reading, engine, done=lambda _done, _of: None)

    assert told.changed == ()
    assert all(figure.value == 1.0 for figure in told.figures if figure.what == "outcomes")
