"""`beacon evals`: figures on real texts, and scenarios played and judged; tables for people, JSON for programs."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import build_reading
from assistant.settings import read_settings
from assistant.signatures import signatures_of
from assistant.wording import load_wording
from channels.progress import shown_progress
from channels.run_commands import export_command, gate_command, regrade_command, run_command, runs_command
from evals.figures import as_table
from evals.history import Measured, keep
from evals.measure import measure
from evals.report import report
from evals.system_card import card
from evals.understanding_page import page

app = typer.Typer(name="evals", help="Measure and judge the assistant.", no_args_is_help=True)


@app.command("measure")
def measure_command(
    what: Annotated[str, typer.Argument(help="understanding, safety, routing, duplicates, knowledge, equity …")],
    data: Annotated[Path, typer.Option(help="The folder of measurement data.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
    page_file: Annotated[Path | None, typer.Option("--page", help="Also write the page on understanding.")] = None,
) -> None:
    """Measure one part on texts that nobody of this project wrote."""
    settings = read_settings()
    parts = build_reading(settings)
    with shown_progress(f"Measuring {what}") as progress:
        figures = measure(what, parts, data, done=progress)
    keep(settings.data_dir, Measured(what=what, at=datetime.now(UTC), versions=parts.versions, figures=figures))
    Console().print(as_table(what, figures))
    if json_file is not None:
        json_file.write_text(json.dumps([each.model_dump() for each in figures], indent=1), encoding="utf-8")
    if page_file is not None and what == "understanding":
        page_file.write_text(page(parts, data, figures), encoding="utf-8")


@app.command("report")
def report_command(to: Annotated[Path, typer.Argument(help="The page to write, an HTML file.")]) -> None:
    """Write one page of everything measured and played here, with its history and plots."""
    to.write_text(report(read_settings().data_dir, made=datetime.now(UTC)), encoding="utf-8")
    Console().print(f"The report is in {to}.")


@app.command("card")
def card_command(to: Annotated[Path, typer.Argument(help="The page to write, Markdown.")]) -> None:
    """Write the system card: the configuration, the newest figures, known faults, and missing signatures."""
    settings = read_settings()
    languages = load_wording().languages("emergency")
    signatures = signatures_of(languages, data_dir=settings.data_dir)
    to.write_text(card(settings, build_reading(settings), signatures), encoding="utf-8")
    Console().print(f"The system card is in {to}.")


app.command("run")(run_command)
app.command("runs")(runs_command)
app.command("regrade")(regrade_command)
app.command("export")(export_command)
app.command("gate")(gate_command)
