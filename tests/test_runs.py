"""Runs of scenarios: kept trial by trial, gone on with after a stop, and held against an earlier run."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from evals.play import Played, play
from evals.run import Judged, Result, result_of
from evals.runs import RunBroken, RunConfig, begin_run, kept_run, kept_runs
from evals.scenario import Scenario, load_scenario
from evals.tally import compared, figures_of
from tests.running import beacon, prepared

SCENARIO = """\
id: pothole-on-perham
title: A resident reports a pothole
now: 2026-03-10T09:00:00-05:00
resident:
  opening: "deep pothole in front of 100 perham st west roxbury"
  burst: ["deep pothole", "in front of 100 perham st west roxbury"]
expect:
  cases: [{service: pothole, location: {number: "100", street: "Perham St"}}]
"""


def result(name: str, *, passed: bool, trial: int = 1, language: str = "en") -> Result:
    return Result(
        id=name, passed=passed, grades={}, outcomes=(), transcript=(), turns=1, trial=trial, language=language
    )


def judged(name: str, *, passed: bool, trial: int = 1) -> Judged:
    """A trial in which nothing happened."""
    about = {
        "id": name,
        "title": name,
        "now": "2026-03-10T09:00:00-05:00",
        "resident": {"opening": "hello"},
        "expect": {},
    }
    played = Played(scenario=Scenario.model_validate(about), turns=(), transcript=(), cases={}, ended=True)
    return Judged(result=result(name, passed=passed, trial=trial), played=played)


def config(run_id: str = "one", **changes: object) -> RunConfig:
    about = {"run_id": run_id, "began": datetime(2026, 3, 1, tzinfo=UTC), "scenarios": "evals/scenarios"}
    return RunConfig.model_validate(about | {"engine": "embedded", "trials": 1, "seed": 1, "versions": {}} | changes)


def test_results_are_on_disk_as_soon_as_they_are_judged(tmp_path: Path) -> None:
    begin_run(tmp_path, config()).keep(judged("a", passed=True))

    assert [each.id for each in kept_run(tmp_path, "one").results()] == ["a"]


def test_a_line_cut_off_by_a_stop_counts_as_not_played(tmp_path: Path) -> None:
    kept = begin_run(tmp_path, config())
    kept.keep(judged("a", passed=True))
    file = tmp_path / "runs" / "one" / "results.jsonl"
    file.write_text(file.read_text("utf-8") + '{"id": "b", "pas', "utf-8")

    assert [each.id for each in kept.results()] == ["a"]
    kept.keep(judged("b", passed=True))
    assert [each.id for each in kept.results()] == ["a", "b"]


def test_the_latest_run_can_be_asked_for_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    for name in ("20260301-1", "20260302-1"):
        begin_run(tmp_path, config(name))

    assert kept_runs(tmp_path) == ["20260301-1", "20260302-1"]
    assert kept_run(tmp_path, "latest").config.run_id == "20260302-1"
    with pytest.raises(RunBroken, match="no run 'other'"):
        kept_run(tmp_path, "other")


def test_a_run_of_another_grading_version_is_not_compared(tmp_path: Path) -> None:
    begin_run(tmp_path, config(grading=0))

    with pytest.raises(RunBroken, match="graded by version 0"):
        kept_run(tmp_path, "one")


def test_a_run_is_judged_again_by_todays_rules_and_the_earlier_judgement_stays(tmp_path: Path) -> None:
    begin_run(tmp_path, config(grading=0)).keep(judged("a", passed=False))

    count = kept_run(tmp_path, "one", any_grading=True).judge_again()

    assert count == 1
    assert [each.passed for each in kept_run(tmp_path, "one").results()] == [True]
    assert '"passed":false' in (tmp_path / "runs" / "one" / "results.0.jsonl").read_text("utf-8")


def test_a_run_that_did_not_keep_what_happened_is_not_judged_again(tmp_path: Path) -> None:
    kept = begin_run(tmp_path, config(grading=0))
    kept.keep(judged("a", passed=True))
    (kept.folder / "played.jsonl").unlink()

    with pytest.raises(RunBroken, match="Of 1 trials of the run one what happened was kept for 0 only"):
        kept.judge_again()

    assert [each.passed for each in kept.results()] == [True]


def test_a_comparison_names_what_passes_no_more_newly_and_was_not_played() -> None:
    before = [result("a", passed=True), result("b", passed=False), result("c", passed=True), result("d", passed=True)]
    now = [result("a", passed=False), result("b", passed=True), result("c", passed=True)]

    comparison = compared(now, before)

    assert comparison.worse == ("a (trial 1)",)
    assert comparison.better == ("b (trial 1)",)
    assert comparison.missing == ("d (trial 1)",)
    assert comparison.chance == 1.0


def test_six_losses_without_a_gain_are_hardly_chance() -> None:
    before = [result(str(n), passed=True) for n in range(6)]

    comparison = compared([each.model_copy(update={"passed": False}) for each in before], before)

    assert comparison.chance == round(2 / 2**6, 4)


def test_reliability_tells_all_of_k_from_one_of_k() -> None:
    results = [result("a", passed=True, trial=n) for n in (1, 2, 3)]
    results += [result("b", passed=n == 1, trial=n, language="es") for n in (1, 2, 3)]

    told = {each.what: each.value for each in figures_of(results)}

    assert told["passed all of 3 trials (pass^3)"] == 0.5
    assert told["passed one of 3 trials (pass@3)"] == 1.0
    assert told["language: es"] == pytest.approx(1 / 3, abs=1e-3)


async def test_a_burst_is_answered_as_one_turn(tmp_path: Path, reading: Reading) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(SCENARIO, "utf-8")

    told = result_of(await play(load_scenario(path, reading.engine.catalogue.services), reading))

    assert told.passed, told.grades
    assert [line.who for line in told.transcript] == ["resident", "resident", "assistant", "resident", "assistant"]
    assert told.turns == 2


def test_a_run_is_played_on_all_cores_kept_gone_on_with_and_gated(
    tmp_path: Path, data_dir: Path, reading: Reading
) -> None:
    folder = prepared(data_dir, tmp_path / "data")
    file = tmp_path / "told.json"
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "one.yaml").write_text(SCENARIO, "utf-8")
    played = ("evals", "run", "--scenarios", str(tmp_path / "scenarios"), "--trials", "2", "--json", str(file))

    first = beacon(*played, folder=folder)
    again = beacon("evals", "run", "--resume", "latest", folder=folder)
    gate = beacon("evals", "gate", "--baseline", "latest", folder=folder)
    regraded = beacon("evals", "regrade", "latest", folder=folder)

    assert b"2 of 2 scenarios passed" in first.stdout, first.stderr
    assert [each["trial"] for each in json.loads(file.read_text("utf-8"))] == [1, 2]
    assert b"2 of 2 scenarios passed" in again.stdout, again.stderr
    assert b"0 worse, 0 better" in gate.stdout, gate.stderr
    assert b"2 trials were judged again, 0 changed" in regraded.stdout, regraded.stderr
