"""The small set of scenarios passes on a model too, as the gate has it pass on the embedded engine."""

from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from evals.fault_table import scripted_engine
from evals.parity import parity
from evals.play import play
from evals.run import result_of
from evals.scenario import load_scenario
from evals.transcript_scenarios import transcript_scenarios
from tests.test_scenario_gate import FILES

TRANSCRIPTS = Path(__file__).parent / "transcripts"
SMALL = [path for path in FILES if "small]" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SMALL])
async def test_a_scenario_of_the_small_set_passes_on_a_model(path: Path, reading: Reading) -> None:
    scenario = load_scenario(path, reading.engine.catalogue.services)

    async with scripted_engine(reading) as engine:
        result = result_of(await play(scenario, reading, engine=engine))

    assert {aspect.value: grade.why for aspect, grade in result.grades.items() if grade.value is False} == {}


def test_the_small_set_is_not_empty() -> None:
    assert len(SMALL) >= 15


async def test_a_transcript_is_compared_on_both_engines(reading: Reading) -> None:
    first = transcript_scenarios(TRANSCRIPTS)[:2]

    async with scripted_engine(reading) as engine:
        told = await parity(first, reading, engine, done=lambda _done, _of: None)

    assert told.changed == ()
    assert all(figure.value == 1.0 for figure in told.figures if figure.what == "outcomes")
