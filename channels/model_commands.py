"""`beacon evals faults`, `parity` and `model-server`: what becomes of conversations when a model reads them."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import Reading, build_reading
from assistant.settings import read_settings
from channels.progress import shown_progress
from evals.fault_row import FaultRow
from evals.figures import as_table
from evals.model_page import faults_table, figures_table, parity_table, write_block
from evals.parity import Parity, parity
from evals.scenario import Scenario, load_scenarios
from evals.transcript_scenarios import transcript_scenarios

app = typer.Typer()
Page = Annotated[Path | None, typer.Option(help="Write the table into this page, between its markers.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]


@app.command("faults")
def faults_command(json_file: JsonFile = None, page: Page = None) -> None:
    """Play conversations against a model server with every fault, and show what became of them."""
    from evals.fault_table import fault_table  # noqa: PLC0415 - it loads the SDK, which no other command needs

    parts = build_reading(read_settings())
    with shown_progress("Playing faults") as progress:
        rows = asyncio.run(fault_table(parts, done=progress))
    _show_faults(rows)
    if page is not None:
        write_block(page, "faults", faults_table(rows))
    if json_file is not None:
        json_file.write_text(json.dumps([row.model_dump(mode="json") for row in rows], indent=1), encoding="utf-8")


def _show_faults(rows: tuple[FaultRow, ...]) -> None:
    table = Table("fault", "where", "right", "in time", "read by", "reasons stored", "attempts", "slowest turn ms")
    for row in rows:
        table.add_row(
            row.fault.value,
            row.where,
            "yes" if row.right else "\n".join(row.wrong),
            "yes" if row.in_time else "no",
            ", ".join(row.engines),
            ", ".join(row.troubles),
            str(row.attempts),
            f"{row.slowest_ms:.0f}",
        )
    Console().print(table)


@app.command("parity")
def parity_command(
    scenarios: Annotated[Path, typer.Option(help="The folder of scenarios.")],
    transcripts: Annotated[Path | None, typer.Option(help="A folder of approved transcripts, played too.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only scenarios with this tag.")] = None,
    json_file: JsonFile = None,
    page: Page = None,
) -> None:
    """Play scenarios and transcripts on the embedded engine and on the scripted model, and show where they agree."""
    parts = build_reading(read_settings())
    loaded = load_scenarios(scenarios, parts.engine.catalogue.services)
    chosen = [each for each in loaded if tag is None or tag in each.tags]
    chosen += transcript_scenarios(transcripts) if transcripts else ()
    with shown_progress("Playing on both engines") as progress:
        told = asyncio.run(_parity(chosen, parts, progress))
    console = Console()
    console.print(as_table("parity", told.figures))
    for line in told.changed:
        console.print(f"  {line}", highlight=False)
    console.print(f"Turns read by: {', '.join(f'{engine} {turns}' for engine, turns in told.read_by.items())}.")
    if page is not None:
        write_block(page, "parity", parity_table(told))
    if json_file is not None:
        json_file.write_text(told.model_dump_json(indent=1), encoding="utf-8")


async def _parity(chosen: Sequence[Scenario], parts: Reading, progress: Callable[[int, int], None]) -> Parity:
    from evals.fault_table import scripted_engine  # noqa: PLC0415 - it loads the SDK, which no other command needs

    async with scripted_engine(parts) as engine:
        return await parity(chosen, parts, engine, done=progress)


@app.command("model")
def model_command(json_file: JsonFile = None, page: Page = None) -> None:
    """Measure what a model costs in time and tokens, and what a dead server costs."""
    from evals.model_bench import measure_model  # noqa: PLC0415 - it loads the SDK, which no other command needs

    figures = asyncio.run(measure_model(build_reading(read_settings())))
    Console().print(as_table("model", figures))
    if page is not None:
        write_block(page, "model", figures_table(figures))
    if json_file is not None:
        json_file.write_text(json.dumps([each.model_dump() for each in figures], indent=1), encoding="utf-8")


@app.command("model-server")
def model_server_command(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8312,
) -> None:
    """Serve the scripted test model on the loopback, for `beacon serve --engine openai` without a real one."""
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    from evals.model_server import KEY, MODEL, ModelServer, serving  # noqa: PLC0415 - a command of its own

    async with serving(ModelServer(), port=port) as address:
        told = f"BEACON_OPENAI_BASE_URL={address}/v1 BEACON_OPENAI_API_KEY={KEY} BEACON_OPENAI_MODEL={MODEL}"
        Console().print(f"The test model answers. Use it with\n  {told} beacon serve --engine openai", highlight=False)
        await asyncio.Event().wait()
