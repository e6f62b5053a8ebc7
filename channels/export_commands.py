"""`beacon crm export`: the City's open data, daily; `beacon bench export`: what the export takes."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.settings import read_settings
from evals.export_bench import bench_export
from tools.case_listing import CaseListing, Wanted
from tools.catalogue import BOSTON, load_catalogue
from tools.clock import system_clock
from tools.database import Database
from tools.districts import load_districts
from tools.local_crm import LocalCRM
from tools.open_data import FILES, Exported, export


def export_cases(folder: Annotated[Path, typer.Argument(help="The folder to write to.")]) -> None:
    """Write the public fields of all cases as open data: in the old and the new columns, with crosswalks."""
    done = asyncio.run(_exported(folder))
    told = f"{done.cases} cases written to {folder} ({', '.join(FILES)}); {done.left_out} are not public."
    Console().print(told, highlight=False, soft_wrap=True)


def bench(count: Annotated[int, typer.Option("--cases", min=1, help="How many cases.")] = 300_000) -> None:
    """Measure the open-data export on made-up cases, on a database of its own."""
    found = asyncio.run(bench_export(count, system_clock))
    told = (
        f"{found.cases} cases exported in {found.seconds:.1f} s to {found.megabytes:.0f} MB; the process never "
        f"held more than {found.most_megabytes:.0f} MB of memory (target 300 MB)."
    )
    Console().print(told, highlight=False, soft_wrap=True)


async def _exported(folder: Path) -> Exported:
    settings = read_settings()
    database = Database(settings.database)
    try:
        await LocalCRM(database, settings.clock).prepare()
        stream = CaseListing(database).stream(Wanted())
        catalogue = load_catalogue(settings.catalogue_dir or BOSTON)
        return await export(stream, catalogue, load_districts(), folder, now=settings.clock())
    finally:
        await database.close()
