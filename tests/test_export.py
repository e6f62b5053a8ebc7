"""Runs leave the house as CSV, JSON lines or a log for Inspect, without personal data and without formulas."""

import csv
import io
import json
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.placeholders import Masker
from assistant.privacy import load_personal_data
from evals.export import write_csv, write_jsonl
from evals.grade import Aspect, Grade
from evals.inspect_log import write_inspect_log
from evals.play import Line, Played
from evals.run import Judged, Result
from evals.runs import KeptRun, RunConfig, begin_run
from evals.scenario import Scenario
from tests.running import beacon

MASKER = Masker(load_personal_data())


@pytest.fixture
def run(tmp_path: Path) -> KeptRun:
    about = {"id": "a", "title": "a", "now": "2026-03-10T09:00:00-05:00", "resident": {"opening": "hi"}, "expect": {}}
    said = (Line(who="resident", text="call me at 617-555-0143"), Line(who="assistant", text="Thank you."))
    result = Result(
        id="a",
        passed=False,
        grades={Aspect.STATE: Grade(value=False, why="=1+1 is missing"), Aspect.SAID: Grade(value=None, why="none")},
        outcomes=("answered",),
        transcript=said,
        turns=1,
    )
    played = Played(scenario=Scenario.model_validate(about), turns=(), transcript=said, cases={}, ended=True)
    began = datetime(2026, 3, 1, tzinfo=UTC)
    config = RunConfig(
        run_id="one", began=began, scenarios="evals/scenarios", engine="embedded", trials=1, seed=1, versions={}
    )
    kept = begin_run(tmp_path, config)
    kept.keep(Judged(result=result, played=played))
    return kept


def test_a_csv_has_a_row_a_trial_with_grades_in_words_and_runs_no_formula(run: KeptRun) -> None:
    file = io.StringIO()

    count = write_csv(run, file)

    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert count == 1
    assert (row["run"], row["scenario"], row["passed"], row["state"], row["said"]) == ("one", "a", "no", "no", "")
    assert row["state_why"] == "'=1+1 is missing"


def test_json_lines_hold_the_transcript_without_personal_data(run: KeptRun) -> None:
    file = io.StringIO()

    write_jsonl(run, MASKER, file)

    told = json.loads(file.getvalue())
    assert told["transcript"][0]["text"] == "call me at [PHONE_1]"
    assert "0143" not in file.getvalue()


@pytest.mark.skipif(find_spec("inspect_ai") is not None, reason="inspect-ai is installed here")
def test_without_inspect_a_sentence_says_how_to_get_it(run: KeptRun, tmp_path: Path) -> None:
    folder = run.folder.parents[1]

    told = beacon("evals", "export", "one", str(tmp_path / "run.json"), folder=folder)

    assert told.returncode != 0
    assert b"pip install inspect-ai" in told.stderr + told.stdout


def test_inspect_reads_the_log_that_is_written_for_it(run: KeptRun, tmp_path: Path) -> None:
    log = pytest.importorskip("inspect_ai.log", reason="inspect-ai is an extra that is not locked")

    write_inspect_log(run, MASKER, tmp_path / "run.json")

    told = log.read_eval_log(str(tmp_path / "run.json"))
    assert (told.status, told.samples[0].scores["passed"].value) == ("success", "I")
    assert told.samples[0].messages[0].text == "call me at [PHONE_1]"


def test_a_file_of_another_kind_is_refused(run: KeptRun, tmp_path: Path) -> None:
    told = beacon("evals", "export", "one", str(tmp_path / "run.xls"), folder=run.folder.parents[1])

    assert told.returncode == 2
    assert b".csv" in told.stderr
