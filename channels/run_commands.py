"""`beacon evals run`, `runs` and `gate`: scenarios played and judged, kept, and held against an earlier run."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import build_reading
from assistant.placeholders import Masker
from assistant.privacy import load_personal_data
from assistant.settings import Settings, read_settings, with_engine
from channels.progress import shown_progress
from evals.export import write_csv, write_jsonl
from evals.figures import as_table
from evals.grid import summary
from evals.inspect_log import write_inspect_log
from evals.run import Result, Trial, run_on_cores, trials_of
from evals.runs import KeptRun, RunConfig, begin_run, kept_run, kept_runs
from evals.scenario import load_scenarios
from evals.tally import Comparison, compared, figures_of

ScenariosOption = Annotated[Path, typer.Option(help="The folder of scenarios.")]


def run_command(
    scenarios: ScenariosOption = Path("evals/scenarios"),
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the results to this file.")] = None,
    tag: Annotated[str | None, typer.Option(help="Play only scenarios with this tag.")] = None,
    engine: Annotated[str | None, typer.Option(help="embedded or openai; else the one in the settings.")] = None,
    trials: Annotated[int, typer.Option(min=1, max=50, help="Trials of each; from the second on, varied.")] = 1,
    seed: Annotated[int, typer.Option(help="What the variants are drawn from.")] = 1,
    cores: Annotated[int | None, typer.Option(min=1, help="How many play at once; else one for each core.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this run, or with `latest`.")] = None,
) -> None:
    """Play scenarios, each on a fresh world, and judge them. The run is kept and can be gone on with."""
    settings = with_engine(read_settings(), engine)
    if resume is not None:
        kept = kept_run(settings.data_dir, resume)
        config = kept.config
        settings = with_engine(settings, config.engine)
        scenarios, tag, trials, seed = Path(config.scenarios), config.tag, config.trials, config.seed
    parts = build_reading(settings)
    chosen = [
        each for each in load_scenarios(scenarios, parts.engine.catalogue.services) if tag is None or tag in each.tags
    ]
    if resume is None:
        began = datetime.now(UTC)
        config = RunConfig(
            run_id=f"{began:%Y%m%d-%H%M%S}-{os.getpid()}",
            began=began,
            scenarios=str(scenarios),
            tag=tag,
            engine=settings.engine,
            trials=trials,
            seed=seed,
            versions=parts.versions,
        )
        kept = begin_run(settings.data_dir, config)
    del parts
    results = _played(kept, trials_of(chosen, trials, seed), settings, cores or os.cpu_count() or 1)
    summary(kept)
    _show(results, trials)
    Console(stderr=True).print(f"Kept as run {config.run_id}.")
    if json_file is not None:
        told = [each.model_dump(mode="json") for each in results]
        json_file.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def _played(kept: KeptRun, trials: Sequence[Trial], settings: Settings, cores: int) -> tuple[Result, ...]:
    """Every trial that the run does not have yet, then all of them in order."""
    have = {(each.id, each.trial): each for each in kept.results()}
    left = [each for each in trials if (each.scenario.id, each.number) not in have]
    with shown_progress("Playing scenarios") as progress:
        progress(len(trials) - len(left), len(trials))
        for judged in run_on_cores(left, settings, cores=min(cores, max(1, len(left)))):
            kept.keep(judged)
            have[(judged.result.id, judged.result.trial)] = judged.result
            progress(len(have), len(trials))
    return tuple(have[(each.scenario.id, each.number)] for each in trials)


def _show(results: Sequence[Result], trials: int) -> None:
    """What did not pass, with the reasons, and the count."""
    table = Table("scenario", "what is wrong", title="Scenarios that did not pass")
    for each in results:
        if not each.passed:
            wrong = [f"{aspect}: {grade.why}" for aspect, grade in each.grades.items() if grade.value is False]
            name = each.id if trials == 1 else f"{each.id}\n(trial {each.trial}, {each.style})"
            table.add_row(name, "\n".join(wrong))
    console = Console()
    if table.row_count:
        console.print(table)
    if trials > 1:
        console.print(as_table("The run", figures_of(results)))
    console.print(f"{sum(each.passed for each in results)} of {len(results)} scenarios passed.")


def runs_command() -> None:
    """List the kept runs, oldest first."""
    data_dir = read_settings().data_dir
    table = Table("run", "engine", "trials", "seed", "passed", title="Runs")
    for run_id in kept_runs(data_dir):
        kept = kept_run(data_dir, run_id, any_grading=True)
        results, config = kept.results(), kept.config
        passed = f"{sum(each.passed for each in results)} of {len(results)}"
        table.add_row(run_id, config.engine, str(config.trials), str(config.seed), passed)
    Console().print(table if table.row_count else "There are no runs yet. `beacon evals run` makes one.")


def regrade_command(run_id: Annotated[str, typer.Argument(help="The run to judge again, or `latest`.")]) -> None:
    """Judge a kept run by today's rules, without playing it again; the earlier judgement is kept beside it."""
    kept = kept_run(read_settings().data_dir, run_id, any_grading=True)
    before = {(each.id, each.trial): each.passed for each in kept.results()}
    kept.judge_again()
    changed = [each for each in kept.results() if each.passed != before[(each.id, each.trial)]]
    for each in changed:
        Console().print(f"{each.id} (trial {each.trial}): {'passes' if each.passed else 'does not pass'} now")
    Console().print(f"{len(before)} trials were judged again, {len(changed)} changed.")


def export_command(
    run_id: Annotated[str, typer.Argument(help="The run, or `latest`.")],
    to: Annotated[Path, typer.Argument(help="The file: .csv, .jsonl, or .json for a log that Inspect's viewer shows.")],
) -> None:
    """Write a kept run to a file, personal data masked."""
    kept = kept_run(read_settings().data_dir, run_id, any_grading=True)
    masker = Masker(load_personal_data())
    if to.suffix == ".json":
        count = write_inspect_log(kept, masker, to)
    elif to.suffix in (".jsonl", ".csv"):
        with to.open("w", encoding="utf-8", newline="") as file:
            count = write_csv(kept, file) if to.suffix == ".csv" else write_jsonl(kept, masker, file)
    else:
        raise typer.BadParameter(f"{to.name} ends in none of .csv, .jsonl and .json.")
    Console().print(f"{count} trials of the run {kept.config.run_id} are in {to}.")


def gate_command(
    baseline: Annotated[str, typer.Option(help="The run to hold against.")],
    run_id: Annotated[str, typer.Option("--run", help="The run to judge.")] = "latest",
) -> None:
    """Hold a run against an earlier one; ends with 1 if anything passes no more."""
    data_dir = read_settings().data_dir
    judged, before = kept_run(data_dir, run_id), kept_run(data_dir, baseline)
    comparison = compared(judged.results(), before.results())
    _tell(comparison)
    if comparison.worse or comparison.missing:
        raise typer.Exit(1)


def _tell(comparison: Comparison) -> None:
    console = Console()
    for heading, names in (
        ("Passes no more", comparison.worse),
        ("Passes newly", comparison.better),
        ("Was not played", comparison.missing),
    ):
        if names:
            console.print(f"{heading}: {', '.join(names)}")
    console.print(
        f"{comparison.both} trials in both runs, {len(comparison.worse)} worse, {len(comparison.better)} better; "
        f"as uneven a change comes by chance with probability {comparison.chance:.3f}."
    )
