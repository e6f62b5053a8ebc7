"""Loads what a server or a worker needs, with progress shown, and says which engine answers."""

import asyncio
from dataclasses import dataclass

from rich.console import Console

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant, build_reading
from assistant.engine_choice import choose_engine
from assistant.settings import Settings
from channels.bootstrap import sender_of
from channels.progress import shown_progress
from tools.database import Database

FIRST = (
    "Loading the assistant for the first time: it learns from its examples and indexes the articles. "
    "This takes about half a minute, once ..."
)


@dataclass(frozen=True)
class Loaded:
    """The assistant, its engine in words, and the parts that it shares."""

    assistant: Assistant
    engine: str
    reading: Reading


async def load(settings: Settings, database: Database, *, works: bool = True, quiet: bool = False) -> Loaded:
    """What a process needs on this database."""
    first = not (settings.data_dir / "index" / "current").exists()
    Console(quiet=quiet).print(FIRST if first else "Loading the assistant ...", highlight=False, soft_wrap=True)
    with shown_progress("Indexing articles") as progress:
        reading = await asyncio.to_thread(build_reading, settings, progress=progress)
        chosen = await choose_engine(settings, reading.engine, database=database)
        assistant = await build_assistant(
            settings, reading=reading, database=database, engine=chosen.engine, sender=sender_of(settings), works=works
        )
    return Loaded(assistant, chosen.told, reading)
