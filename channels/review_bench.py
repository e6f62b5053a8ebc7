"""`beacon bench review`: how long the grid of fifty runs of five hundred scenarios takes to open."""

import asyncio
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import httpx
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import build_assistant, build_reading
from assistant.settings import Settings
from channels.accounts import LOCAL, Accounts
from channels.bootstrap import build_web
from channels.sessions import Sessions
from evals.grade import Aspect, Grade
from evals.history import Measured, keep, plain_figures
from evals.run import Result
from evals.runs import RunConfig, begin_run
from tools.database import Database

RUNS, SCENARIOS, OPENINGS = 50, 500, 12
KEY = "bench"


def run_review_bench(settings: Settings, *, json_file: Path | None) -> None:
    """Measure, print, keep; the figures go to `json_file` too."""
    figures = asyncio.run(_measure(settings))
    keep(
        settings.data_dir,
        Measured(what="bench review", at=datetime.now(UTC), versions={}, figures=plain_figures(figures)),
    )
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}")
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")


async def _measure(settings: Settings) -> dict[str, float]:
    reading = build_reading(settings)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder)
        own = settings.model_copy(update={"data_dir": folder})
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        app = build_web(own, await build_assistant(own, reading=reading, database=database), desk_key=KEY)
        transport = httpx.ASGITransport(app=app)
        await Accounts(database).prepare()
        cookies = {"beacon_staff": await Sessions(database).open(LOCAL)}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://bench", cookies=cookies) as client,
        ):
            times, size = [], 0
            for _ in range(OPENINGS):
                began = perf_counter()
                answer = (await client.get("/review")).raise_for_status()
                times.append((perf_counter() - began) * 1000)
                size = len(answer.content)
    first, *later = times
    return {
        "grid, first opening after the runs, ms": round(first, 1),
        "grid, median ms": round(sorted(later)[len(later) // 2], 1),
        "grid, longest of the later ms": round(max(later), 1),
        "grid, kB": round(size / 1000, 1),
    }


def _fill(folder: Path) -> None:
    """Fifty runs in which about every twentieth trial did not pass."""
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(RUNS):
        began = day + timedelta(hours=number)
        config = RunConfig(
            run_id=f"{began:%Y%m%d-%H%M%S}-1",
            began=began,
            scenarios="bench",
            engine="embedded",
            trials=1,
            seed=1,
            versions={},
        )
        run = begin_run(folder, config)
        lines = [_result(number, at).model_dump_json() for at in range(SCENARIOS)]
        (run.folder / "results.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _result(number: int, at: int) -> Result:
    passed = (number * 7 + at) % 20 != 0
    return Result(
        id=f"scenario-{at:03}",
        passed=passed,
        grades={Aspect.STATE: Grade(value=passed, why="as it is")},
        outcomes=("answered",),
        transcript=(),
        turns=2,
    )
