"""The gate: every scenario of `evals/scenarios` passes, except exactly those that KNOWN.md lists with a reason."""

import re
from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from evals.play import play
from evals.run import result_of
from evals.scenario import load_scenario

FOLDER = Path(__file__).parents[1] / "evals" / "scenarios"
KNOWN = re.findall(r"^- `([a-z0-9-]+)`: \S", (FOLDER / "KNOWN.md").read_text(encoding="utf-8"), re.MULTILINE)
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FILES])
async def test_a_scenario_passes_unless_it_is_a_known_failure(path: Path, reading: Reading) -> None:
    scenario = load_scenario(path, reading.engine.catalogue.services)

    result = result_of(await play(scenario, reading))

    wrong = {aspect.value: grade.why for aspect, grade in result.grades.items() if grade.value is False}
    assert result.passed == (scenario.id not in KNOWN), wrong or "it passes now: take it out of KNOWN.md"


def test_every_known_failure_is_a_scenario() -> None:
    assert set(KNOWN) <= {path.stem for path in FILES}
    assert len(KNOWN) == len(set(KNOWN))
