"""Writes a kept run as a log of Inspect (the UK AI Security Institute's evaluation tool), for its viewer.

Inspect is not installed with the product: `pip install inspect-ai`, then `beacon evals export latest logs/run.json` and
`inspect view --log-dir logs`.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from assistant.placeholders import Masker
from evals.export import exported
from evals.runs import KeptRun
from evals.tally import figures_of

WHO = {"resident": "ChatMessageUser", "assistant": "ChatMessageAssistant"}


class InspectMissing(Exception):
    """Inspect is not installed; the sentence says how to get it."""


def write_inspect_log(run: KeptRun, masker: Masker, path: Path) -> int:
    """Write the log; how many samples it holds. Raises InspectMissing."""
    try:
        log, scorer, model = (import_module(f"inspect_ai.{name}") for name in ("log", "scorer", "model"))
    except ImportError as error:
        raise InspectMissing(
            "The package inspect-ai is not installed. Please install it with `pip install inspect-ai` and try again."
        ) from error
    samples = [_sample(row, log, scorer, model) for row in exported(run, masker)]
    results = run.results()
    metrics = {each.what: log.EvalMetric(name=each.what, value=each.value) for each in figures_of(results)}
    config = run.config
    told = log.EvalLog(
        status="success",
        eval=log.EvalSpec(
            created=config.began.isoformat(),
            run_id=config.run_id,
            task="beacon-311-scenarios",
            task_version=config.grading,
            dataset=log.EvalDataset(name=config.scenarios, samples=len({each.id for each in results})),
            model=config.engine,
            config=log.EvalConfig(epochs=config.trials),
            metadata={"seed": config.seed, "tag": config.tag, "versions": config.versions},
        ),
        results=log.EvalResults(
            total_samples=len(samples),
            completed_samples=len(samples),
            scores=[log.EvalScore(name="passed", scorer="beacon", metrics=metrics)],
        ),
        samples=samples,
    )
    log.write_eval_log(told, str(path))
    return len(samples)


def _sample(row: dict[str, Any], log: Any, scorer: Any, model: Any) -> Any:  # noqa: ANN401 - an optional package's own
    lines = [getattr(model, WHO[line["who"]])(content=line["text"]) for line in row["transcript"]]
    scores = {"passed": scorer.Score(value=_mark(row["passed"]))}
    for aspect, grade in row["grades"].items():
        scores[aspect] = scorer.Score(value=_mark(grade["value"]), explanation=grade["why"])
    return log.EvalSample(
        id=row["id"],
        epoch=row["trial"],
        input=row["transcript"][0]["text"] if row["transcript"] else "",
        target=" ".join(row["outcomes"]),
        messages=lines,
        scores=scores,
        metadata={name: row[name] for name in ("style", "language", "channel", "tags", "outcomes", "turns")},
    )


def _mark(value: bool | None) -> str:  # noqa: FBT001 - it is the value itself that is marked
    """Inspect's marks: correct, incorrect, no answer."""
    return "N" if value is None else "C" if value else "I"
