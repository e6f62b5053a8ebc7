"""Runs beside each other, scenario by scenario: how many trials passed, and what a cell's colour is."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from evals.runs import KeptRun, kept_run, kept_runs
from tools.value import Value


class Cell(Value):
    """One scenario in one run. `unjudged` trials were played, but nothing about them could be judged."""

    passed: int
    total: int
    unjudged: int = 0

    @property
    def colour(self) -> str:
        """green: all passed; amber: some; red: none; grey: nothing could be judged."""
        if self.unjudged == self.total:
            return "grey"
        return "green" if self.passed == self.total else "red" if self.passed == 0 else "amber"


class Summary(Value):
    """What the grid shows of one run."""

    run_id: str
    engine: str
    cells: dict[str, Cell]

    @property
    def passed(self) -> int:
        """Trials that passed."""
        return sum(each.passed for each in self.cells.values())

    @property
    def total(self) -> int:
        """Trials that were played."""
        return sum(each.total for each in self.cells.values())


def summaries(data_dir: Path, *, newest: int) -> tuple[Summary, ...]:
    """The newest runs, newest first."""
    chosen = kept_runs(data_dir)[::-1][:newest]
    return tuple(summary(kept_run(data_dir, run_id, any_grading=True)) for run_id in chosen)


def summary(run: KeptRun) -> Summary:
    """A run's cells, kept beside its results so that they are counted once."""
    path, results = run.folder / "summary.json", run.folder / "results.jsonl"
    if not path.exists() or (results.exists() and path.stat().st_mtime_ns < results.stat().st_mtime_ns):
        _keep(_counted(run), path)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (ValidationError, ValueError, TypeError, KeyError):
        _keep(_counted(run), path)  # it was of another release, or cut off
        return _read(path, path.stat().st_mtime_ns)


def _keep(counted: Summary, path: Path) -> None:
    """A cell is a short list: a grid has tens of thousands of them."""
    cells = {name: [each.passed, each.total, each.unjudged] for name, each in counted.cells.items()}
    whole = {"run_id": counted.run_id, "engine": counted.engine, "cells": cells}
    path.write_text(json.dumps(whole, separators=(",", ":")), encoding="utf-8")


@lru_cache(maxsize=200)
def _read(path: Path, _changed: int) -> Summary:
    told = json.loads(path.read_text(encoding="utf-8"))
    cells = {
        name: Cell.model_construct(passed=passed, total=total, unjudged=unjudged)
        for name, (passed, total, unjudged) in told["cells"].items()
    }
    return Summary.model_construct(run_id=str(told["run_id"]), engine=str(told["engine"]), cells=cells)


def scenarios_of(told: Sequence[Summary]) -> tuple[str, ...]:
    """Every scenario of these runs, what deviates first: by how far the newest run falls short, then by name."""
    names = {name for each in told for name in each.cells}

    def short(name: str) -> tuple[float, float, str]:
        shares = [each.cells[name].passed / each.cells[name].total for each in told if name in each.cells]
        return (shares[0], sum(shares) / len(shares), name)

    return tuple(sorted(names, key=short))


def _counted(run: KeptRun) -> Summary:
    cells: dict[str, Cell] = {}
    for result in run.results():
        before = cells.get(result.id, Cell(passed=0, total=0))
        nothing = all(grade.value is None for grade in result.grades.values())
        cells[result.id] = Cell(
            passed=before.passed + result.passed,
            total=before.total + 1,
            unjudged=before.unjudged + nothing,
        )
    return Summary(run_id=run.config.run_id, engine=run.config.engine, cells=cells)
