"""`beacon evals`: figures on real texts, and scenarios played and judged; tables for people, JSON for programs."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import build_reading
from assistant.settings import read_settings
from channels.progress import shown_progress
from evals.figures import as_table
from evals.measure import measure
from evals.run import Result, run
from evals.scenario import load_scenarios
from evals.understanding_page import page

app = typer.Typer(name="evals", help="Measure and judge the assistant.", no_args_is_help=True)


@app.command("measure")
def measure_command(
    what: Annotated[str, typer.Argument(help="understanding, safety, routing, duplicates or knowledge.")],
    data: Annotated[Path, typer.Option(help="The folder of measurement data.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
    page_file: Annotated[Path | None, typer.Option("--page", help="Also write the page on understanding.")] = None,
) -> None:
    """Measure one part on texts that nobody of this project wrote."""
    parts = build_reading(read_settings())
    with shown_progress(f"Measuring {what}") as progress:
        figures = measure(what, parts, data, done=progress)
    Console().print(as_table(what, figures))
    if json_file is not None:
        json_file.write_text(json.dumps([each.model_dump() for each in figures], indent=1), encoding="utf-8")
    if page_file is not None and what == "understanding":
        page_file.write_text(page(parts, data, figures), encoding="utf-8")


@app.command("run")
def run_command(
    scenarios: Annotated[Path, typer.Option(help="The folder of scenarios.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the results to this file.")] = None,
    tag: Annotated[str | None, typer.Option(help="Play only scenarios with this tag.")] = None,
) -> None:
    """Play scenarios, each on a fresh world, and judge them."""
    parts = build_reading(read_settings())
    chosen = [
        each for each in load_scenarios(scenarios, parts.engine.catalogue.services) if tag is None or tag in each.tags
    ]
    with shown_progress("Playing scenarios") as progress:
        results = asyncio.run(run(chosen, parts, done=progress))
    _show(results)
    if json_file is not None:
        told = [each.model_dump(mode="json") for each in results]
        json_file.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def _show(results: tuple[Result, ...]) -> None:
    """What did not pass, with the reasons, and the count."""
    table = Table("scenario", "what is wrong", title="Scenarios that did not pass")
    for each in results:
        if not each.passed:
            wrong = [f"{aspect}: {grade.why}" for aspect, grade in each.grades.items() if grade.value is False]
            table.add_row(each.id, "\n".join(wrong))
    console = Console()
    if table.row_count:
        console.print(table)
    console.print(f"{sum(each.passed for each in results)} of {len(results)} scenarios passed.")
