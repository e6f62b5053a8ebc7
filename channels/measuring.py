"""`beacon evals measure`: figures on real texts, as a table for people and as JSON for programs."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import build_reading
from assistant.settings import Settings
from channels.progress import shown_progress
from evals.figures import as_table
from evals.measure import measure

app = typer.Typer(name="evals", help="Measure and judge the assistant.", no_args_is_help=True)


@app.command("measure")
def measure_command(
    what: Annotated[str, typer.Argument(help="understanding, safety, routing, duplicates or knowledge.")],
    data: Annotated[Path, typer.Option(help="The folder of measurement data.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Measure one part on texts that nobody of this project wrote."""
    parts = build_reading(Settings())
    with shown_progress(f"Measuring {what}") as progress:
        figures = measure(what, parts, data, done=progress)
    Console().print(as_table(what, figures))
    if json_file is not None:
        json_file.write_text(json.dumps([each.model_dump() for each in figures], indent=1), encoding="utf-8")
