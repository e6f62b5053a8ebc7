"""`beacon bench`: measures turn latency, start-up, memory and the search for duplicates."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.assistant import Assistant
from assistant.bootstrap import build_reading
from assistant.message import Channel, Inbound
from assistant.settings import Settings
from evals.history import Measured, keep, plain_figures
from evals.search_bench import search_figures
from tools.database import Database

CONVERSATION = (
    "when does street sweeping run",
    "theres a huge pothole outside 100 perham st west roxbury",
    "no wait its 102",
    "1",
    "whats the status of my report",
    "they skipped my recycling, 38 hewlett st roslindale",
    "submit",
    "how do i get a resident parking permit",
    "hay un bache frente a 25 pender st",
    "gracias",
)
"""One conversation of ten turns: questions, two reports, a correction, a status, and Spanish."""

ROUNDS = 12
Build = Callable[..., Awaitable[Assistant]]


def run_bench(settings: Settings, build: Build, *, json_file: Path | None) -> None:
    """Measure and print; the figures go to `json_file` too."""
    figures = asyncio.run(measure(settings, build))
    keep(settings.data_dir, Measured(what="bench", at=datetime.now(UTC), versions={}, figures=plain_figures(figures)))
    _show(figures)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")


async def measure(settings: Settings, build: Build) -> dict[str, float]:
    """The figures by name, with their unit in the name."""
    began = time.perf_counter()
    reading = await asyncio.to_thread(build_reading, settings)
    loaded = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        assistant = await build(settings, reading=reading, database=database)
        times = await turn_times(assistant)
        await assistant.close(seconds=5)
    cuts = quantiles(times, n=100)
    return {
        "turn p50 ms": round(cuts[49], 1),
        "turn p95 ms": round(cuts[94], 1),
        "turns": len(times),
        "engine and index loaded s": round(loaded, 2),
        "beacon ask, cold, s": _cold_ask(settings),
        "memory after the turns MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **await _search(),
    }


async def _search() -> dict[str, float]:
    """How long the search for duplicates takes, on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/search.db")
        figures = await search_figures(database)
        await database.close()
    return figures


async def turn_times(assistant: Assistant, *, rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of every turn but those of the first round, which warm up."""
    times: list[float] = []
    for number in track(range(rounds), description="Playing conversations"):
        opened = await assistant.open(Channel.WEB)
        for text in CONVERSATION:
            inbound = Inbound(
                conversation_id=opened.conversation_id,
                channel=Channel.WEB,
                message_id=uuid4().hex,
                text=text,
                at=datetime.now(UTC),
            )
            began = time.perf_counter()
            await assistant.take(inbound, wait_seconds=30)
            if number:
                times.append((time.perf_counter() - began) * 1000)
    return times


def _cold_ask(settings: Settings) -> float:
    """Seconds of `beacon ask` in a process of its own, once the index is built."""
    command = [sys.executable, "-m", "channels.main", "ask", "when is trash day"]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=_environment(settings))  # noqa: S603 - our own command
    return round(time.perf_counter() - began, 2)


def _environment(settings: Settings) -> dict[str, str]:
    return os.environ | {"BEACON_DATA_DIR": str(settings.data_dir)}


def _show(figures: dict[str, float]) -> None:
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
