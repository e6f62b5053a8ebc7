"""Runs that are kept: how each was made, and a line for every trial as soon as it is judged, so that a run which was
stopped goes on where it was.

A run is a folder: `run.json` how it was made, `results.jsonl` what was judged, `played.jsonl` what happened, turn by
turn with its trace. Judged again by newer rules, the earlier judgement stays beside it as `results.<version>.jsonl`.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from evals.grade import VERSION
from evals.play import Played
from evals.run import Judged, Result, result_of
from tools.value import Value

APPROVED = "approved.txt"
"""Names, among the runs, the one that was approved."""


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


class PlayedTrial(Value):
    """What happened in one trial."""

    trial: int
    played: Played


class KeptRun:
    """A run in its own folder under the data directory."""

    def __init__(self, folder: Path, config: RunConfig) -> None:
        self.config = config
        self.folder = folder
        self._results = folder / "results.jsonl"
        self._played = folder / "played.jsonl"

    def keep(self, judged: Judged) -> None:
        """Add a trial; it is on disk when this returns, what happened before how it was judged."""
        happened = PlayedTrial(trial=judged.result.trial, played=judged.played)
        for path, line in ((self._played, happened), (self._results, judged.result)):
            with path.open("a", encoding="utf-8") as file:
                file.write(line.model_dump_json() + "\n")

    def played(self) -> Iterator["PlayedTrial"]:
        """What happened in every trial that was judged, in the order played. Trials kept by a release that did not
        keep it are left out."""
        if not self._played.exists():
            return
        judged = {(each.id, each.trial) for each in self.results()}
        with self._played.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    each = PlayedTrial.model_validate_json(line)
                except ValidationError:
                    continue  # cut off by a stop, or of a release whose turns looked otherwise; it cannot be shown
                if (each.played.scenario.id, each.trial) in judged:
                    judged.remove((each.played.scenario.id, each.trial))
                    yield each

    def played_one(self, scenario: str, trial: int) -> "PlayedTrial | None":
        """What happened in one trial; None if it was not kept. Only its own line is read as more than text."""
        begins = f'{{"trial":{trial},"played":{{"scenario":{{"id":{json.dumps(scenario)},'
        if not self._played.exists():
            return None
        with self._played.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(begins):
                    try:
                        return PlayedTrial.model_validate_json(line)
                    except ValidationError:
                        return None  # of a release whose turns looked otherwise, or cut off by a stop
        return None

    def judge_again(self) -> int:
        """Judge every trial by the rules of today, keep the earlier judgement beside it, and tell how many there
        are. Raises RunBroken if what happened was not kept for all of them."""
        results, before = self.results(), self.config.grading
        again = [result_of(each.played, trial=each.trial) for each in self.played()]
        if len(again) < len(results):
            raise RunBroken(
                f"Of {len(results)} trials of the run {self.config.run_id} what happened was kept for {len(again)} "
                "only. Please run the scenarios again."
            )
        self._results.rename(self.folder / f"results.{before}.jsonl")
        self._results.write_text("".join(f"{each.model_dump_json()}\n" for each in again), encoding="utf-8")
        self.config = self.config.model_copy(update={"grading": VERSION})
        (self.folder / "run.json").write_text(self.config.model_dump_json(indent=1), encoding="utf-8")
        return len(again)

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


def kept_run(data_dir: Path, run_id: str, *, any_grading: bool = False) -> KeptRun:
    """A run by its id, or the latest by `latest`, judged by today's rules unless any will do. Raises RunBroken."""
    known = kept_runs(data_dir)
    name = known[-1] if run_id == "latest" and known else run_id
    folder = data_dir / "runs" / name
    if name not in known:
        raise RunBroken(f"There is no run {run_id!r}. Known are: {', '.join(known) or 'none yet'}.")
    try:
        config = RunConfig.model_validate_json((folder / "run.json").read_text(encoding="utf-8"))
    except (ValidationError, json.JSONDecodeError) as error:
        raise RunBroken(f"{folder / 'run.json'} does not describe a run. Please run the scenarios again.") from error
    if config.grading != VERSION and not any_grading:
        raise RunBroken(
            f"The run {name} was graded by version {config.grading}, and grading is at version {VERSION} now. "
            f"Please judge it again with `beacon evals regrade {name}`."
        )
    return KeptRun(folder, config)


def approve(data_dir: Path, run_id: str) -> None:
    """Take a run for what is right: others are shown beside it. Raises RunBroken for one that is not known."""
    kept_run(data_dir, run_id, any_grading=True)
    (data_dir / "runs" / APPROVED).write_text(f"{run_id}\n", encoding="utf-8")


def approved_run(data_dir: Path) -> str | None:
    """The run that was approved, if there is one and it is still kept."""
    path = data_dir / "runs" / APPROVED
    run_id = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    return run_id if run_id in kept_runs(data_dir) else None


def kept_runs(data_dir: Path) -> Sequence[str]:
    """The ids of the kept runs, oldest first."""
    return sorted(path.parent.name for path in (data_dir / "runs").glob("*/run.json"))
