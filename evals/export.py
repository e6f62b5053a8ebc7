"""Takes a kept run out of the house: a line a trial as JSON or CSV, with personal data masked."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from assistant.placeholders import Masker
from evals.grade import Aspect
from evals.play import Line
from evals.run import Result
from evals.runs import KeptRun, PlayedTrial

COLUMNS = ("run", "scenario", "trial", "style", "language", "channel", "tags", "passed", "turns", "outcomes")
"""The columns of a CSV export before the grades: a column `<aspect>` (yes, no, or empty for what could not be judged)
and a column `<aspect>_why` for each aspect."""


def write_csv(run: KeptRun, to: TextIO) -> int:
    """A row for every trial; how many there were. Words of residents are not part of it."""
    out = csv.writer(to)
    out.writerow((*COLUMNS, *(name for aspect in Aspect for name in (aspect.value, f"{aspect.value}_why"))))
    results = run.results()
    for each in results:
        grades = [cell for aspect in Aspect for cell in _grade(each, aspect)]
        tags, outcomes = " ".join(each.tags), " ".join(each.outcomes)
        about = (run.config.run_id, each.id, each.trial, each.style, each.language, each.channel, tags)
        out.writerow(map(_no_formula, (*about, _yes(each.passed), each.turns, outcomes, *grades)))
    return len(results)


def write_jsonl(run: KeptRun, masker: Masker, to: TextIO) -> int:
    """A line for every trial: its result, its transcript, and each turn with its trace; how many there were."""
    count = 0
    for count, row in enumerate(exported(run, masker), start=1):  # noqa: B007 - the count is what is told
        to.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def exported(run: KeptRun, masker: Masker) -> Iterator[dict[str, Any]]:
    """Every trial as nested plain values. `turns` is empty for trials of which only the judgement was kept."""
    happened = {(each.played.scenario.id, each.trial): each for each in run.played()}
    for result in run.results():
        trial = happened.get((result.id, result.trial))
        told = result.model_dump(mode="json", exclude={"transcript"})
        yield {
            "run": run.config.run_id,
            "engine": run.config.engine,
            "grading": run.config.grading,
            **told,
            "transcript": masked(result.transcript, masker),
            "turns": list(_turns(trial)) if trial else [],
        }


def masked(transcript: Iterable[Line], masker: Masker) -> list[dict[str, str]]:
    """The lines with personal data replaced by what it is."""
    return [{"who": line.who, "text": masker.mask(line.text).text} for line in transcript]


def _turns(trial: PlayedTrial) -> Iterator[dict[str, Any]]:
    for turn in trial.played.turns:
        yield {
            "outcomes": [each.value for each in turn.outcomes],
            "asking_for": turn.asking_for,
            "engine": turn.engine,
            "steps": [step.model_dump(mode="json") for step in turn.steps],
            "passages": [each.model_dump(mode="json") for each in turn.passages],
        }


def _grade(result: Result, aspect: Aspect) -> tuple[str, str]:
    grade = result.grades.get(aspect)
    return ("", "") if grade is None else (_yes(grade.value), grade.why)


def _yes(value: bool | None) -> str:  # noqa: FBT001 - it is the value itself that is told
    return "" if value is None else "yes" if value else "no"


def _no_formula(cell: object) -> object:
    """A spreadsheet runs a text that begins like a formula; an apostrophe before it keeps it a text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
