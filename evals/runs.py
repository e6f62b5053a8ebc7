"""Runs that are kept: how each was made, and a line for every trial as soon as it is judged, so that a run which was
stopped goes on where it was."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from evals.grade import VERSION
from evals.run import Result
from tools.value import Value


class RunBroken(Exception):
    """A kept run cannot be used; the sentence says why and what to do."""


class RunConfig(Value):
    """How a run was made. Two runs can be compared only if they graded alike."""

    run_id: str
    began: datetime
    scenarios: str
    tag: str | None = None
    engine: str
    trials: int
    seed: int
    grading: int = VERSION
    versions: dict[str, str]


class KeptRun:
    """A run in its own folder under the data directory."""

    def __init__(self, folder: Path, config: RunConfig) -> None:
        self.config = config
        self._results = folder / "results.jsonl"

    def keep(self, result: Result) -> None:
        """Add a result; it is on disk when this returns."""
        with self._results.open("a", encoding="utf-8") as file:
            file.write(result.model_dump_json() + "\n")

    def results(self) -> tuple[Result, ...]:
        """What was judged so far. A last line that was cut off by a stop counts as not played."""
        if not self._results.exists():
            return ()
        lines = self._results.read_text(encoding="utf-8").splitlines()
        found: list[Result] = []
        for number, line in enumerate(lines, start=1):
            try:
                found.append(Result.model_validate_json(line))
            except ValidationError as error:
                if number == len(lines):
                    break
                raise RunBroken(
                    f"{self._results}, line {number}: this is not a result. Please run the scenarios again."
                ) from error
        if len(found) < len(lines):
            self._results.write_text("".join(f"{each.model_dump_json()}\n" for each in found), encoding="utf-8")
        return tuple(found)


def begin_run(data_dir: Path, config: RunConfig) -> KeptRun:
    """A new run, its configuration kept at once."""
    folder = data_dir / "runs" / config.run_id
    folder.mkdir(parents=True, exist_ok=False)
    (folder / "run.json").write_text(config.model_dump_json(indent=1), encoding="utf-8")
    return KeptRun(folder, config)


def kept_run(data_dir: Path, run_id: str) -> KeptRun:
    """A run by its id, or the latest by `latest`. Raises RunBroken."""
    known = kept_runs(data_dir)
    name = known[-1] if run_id == "latest" and known else run_id
    folder = data_dir / "runs" / name
    if name not in known:
        raise RunBroken(f"There is no run {run_id!r}. Known are: {', '.join(known) or 'none yet'}.")
    try:
        config = RunConfig.model_validate_json((folder / "run.json").read_text(encoding="utf-8"))
    except (ValidationError, json.JSONDecodeError) as error:
        raise RunBroken(f"{folder / 'run.json'} does not describe a run. Please run the scenarios again.") from error
    if config.grading != VERSION:
        raise RunBroken(
            f"The run {name} was graded by version {config.grading}, and grading is at version {VERSION} now. "
            "Please run the scenarios again to compare them."
        )
    return KeptRun(folder, config)


def kept_runs(data_dir: Path) -> Sequence[str]:
    """The ids of the kept runs, oldest first."""
    return sorted(path.parent.name for path in (data_dir / "runs").glob("*/run.json"))
