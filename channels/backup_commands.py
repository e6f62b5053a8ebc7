"""`beacon backup` and `beacon restore`: a live system to a folder, and back."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.backup import back_up, restore, told
from assistant.settings import read_settings
from channels.progress import shown_progress
from tools.database import Database

Folder = Annotated[Path, typer.Argument(help="The folder of the backup.")]


def backup(folder: Folder) -> None:
    """Write the whole system to a new folder while it runs: the database, photos, and what staff wrote. It holds what
    residents told us: keep it as safe as the system."""
    asyncio.run(_backup(folder))


def put_back(
    folder: Folder,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of the system that is there.")] = False,
) -> None:
    """Restore a backup, with all servers and workers stopped. Every file is verified before anything is changed."""
    asyncio.run(_restore(folder, replace=replace))


async def _backup(folder: Path) -> None:
    settings = read_settings()
    database = Database(settings.database)
    try:
        with shown_progress("Backing up") as progress:
            manifest = await back_up(settings, database, folder, clock=settings.clock, progress=progress)
    finally:
        await database.close()
    Console().print(f"Backed up to {folder}: {told(manifest)}.", highlight=False, soft_wrap=True)


async def _restore(folder: Path, *, replace: bool) -> None:
    settings = read_settings()
    database = Database(settings.database)
    try:
        with shown_progress("Verifying") as progress:
            manifest, aside = await restore(
                settings, database, folder, replace=replace, clock=settings.clock, progress=progress
            )
    finally:
        await database.close()
    Console().print(f"Restored: {told(manifest)}.", highlight=False, soft_wrap=True)
    if aside is not None:
        Console().print(f"The database that was there is kept as {aside}.", highlight=False, soft_wrap=True)
