"""`beacon bench watch`: what metrics and masking cost, as a share of the turns that they tell of."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from assistant.bootstrap import Reading, build_assistant, build_reading
from assistant.placeholders import Masker
from assistant.privacy import load_personal_data
from assistant.settings import Settings
from channels.watch import Watch
from evals.bench import CONVERSATION, ROUNDS, turn_times
from tools.database import Database

Figures = dict[str, float]
PROMPTS = 2
"""A message is masked for the model at most so often in a turn: to read it and to word an answer."""

MASKED = 50


def run_watch_bench(settings: Settings) -> None:
    """Measure and print."""
    figures = asyncio.run(bench_watching(settings, build_reading(settings)))
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


async def bench_watching(settings: Settings, reading: Reading, *, rounds: int = ROUNDS) -> Figures:
    """Milliseconds of a turn, of its share in one look at the metrics, and of masking its message."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        assistant = await build_assistant(settings, reading=reading, database=database)
        watch = Watch(database, Path(folder), lease_seconds=settings.lease_seconds)
        await watch.text()
        times = await turn_times(assistant, rounds=rounds)
        began = time.perf_counter()
        await watch.text()
        looked = (time.perf_counter() - began) * 1000
        await assistant.close(seconds=5)
        await database.close()
    told, masked = looked / (rounds * len(CONVERSATION)), _masking()
    return {
        "turns": rounds * len(CONVERSATION),
        "turn p50, ms": round(median(times), 2),
        "one look at the metrics, ms": round(looked, 2),
        "of it for a turn, ms": round(told, 3),
        "masking a message for its prompts, ms": round(masked, 3),
        "share of a turn, %": round(100 * (told + masked) / median(times), 2),
    }


def _masking() -> float:
    """Milliseconds that masking takes a turn, on the same messages."""
    masker = Masker(load_personal_data())
    began = time.perf_counter()
    for _ in range(MASKED):
        for text in CONVERSATION:
            masker.mask(text)
    return (time.perf_counter() - began) * 1000 * PROMPTS / (MASKED * len(CONVERSATION))
