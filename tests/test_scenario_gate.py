"""The gate: every scenario of `evals/scenarios` passes, except exactly those that KNOWN.md lists with a reason."""

import re
from pathlib import Path

from assistant.bootstrap import Reading
from evals.run import run
from evals.scenario import load_scenarios

FOLDER = Path(__file__).parents[1] / "evals" / "scenarios"


def known() -> set[str]:
    return set(re.findall(r"^- `([a-z0-9-]+)`: \S", (FOLDER / "KNOWN.md").read_text(encoding="utf-8"), re.MULTILINE))


async def test_exactly_the_known_scenarios_fail(reading: Reading) -> None:
    scenarios = load_scenarios(FOLDER, reading.engine.catalogue.services)

    results = await run(scenarios, reading, done=lambda _done, _of: None)

    assert {result.id for result in results if not result.passed} == known()
