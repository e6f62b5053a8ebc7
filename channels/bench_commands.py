"""`beacon bench`: how fast the assistant is, and how it holds under a load of texts."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import build_assistant, build_reading
from assistant.settings import read_settings
from channels.chaos_plan import ChaosPlan
from tools.crash_points import Point, planned

app = typer.Typer(name="bench", help="Measure latency, start-up and memory.", invoke_without_command=True)
Json = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]

Postgres = Annotated[
    str | None,
    typer.Option(
        help="A PostgreSQL server (postgresql+psycopg://user@host/postgres) to make a database of its own on."
    ),
]


@app.callback()
def bench(context: typer.Context, json_file: Json = None) -> None:
    """Measure turn latency, start-up and memory."""
    from evals.bench import run_bench  # noqa: PLC0415 - measuring is a command of its own; nothing else needs it

    if context.invoked_subcommand is None:
        run_bench(read_settings(), build_assistant, json_file=json_file)


@app.command("sms")
def sms(
    rate: Annotated[int, typer.Option(min=1, max=200, help="Texts a second.")] = 20,
    seconds: Annotated[int, typer.Option(min=1, max=600, help="For how long.")] = 60,
    postgres: Postgres = None,
    workers: Annotated[int, typer.Option(min=0, max=8, help="Workers beside the server (PostgreSQL only).")] = 0,
    model_seconds: Annotated[float, typer.Option(min=0, help="A model that takes so long reads.")] = 0.0,
    json_file: Json = None,
) -> None:
    """Measure a steady load of texts, a burst, one text delivered a hundred times, and an idle server: on one process
    and SQLite, or on a PostgreSQL server with workers."""
    from channels.sms_bench import run_sms_bench  # noqa: PLC0415 - it loads the carrier's SDK

    settings = read_settings()
    build_reading(settings)
    run_sms_bench(
        settings,
        rate=rate,
        seconds=seconds,
        json_file=json_file,
        postgres=postgres,
        workers=workers,
        model_seconds=model_seconds,
    )


@app.command("chaos")
def chaos(
    texts: Annotated[int, typer.Option(min=10, help="Texts to send.")] = 1500,
    kills: Annotated[int, typer.Option(min=0, help="Kills at random instants.")] = 30,
    points: Annotated[str, typer.Option(help="Crash points to die at, with commas; all by default.")] = ",".join(Point),
    postgres: Postgres = None,
    workers: Annotated[int, typer.Option(min=0, max=8, help="Workers beside the server (PostgreSQL only).")] = 0,
    json_file: Json = None,
) -> None:
    """Kill servers and workers at random and at named instants while residents text, and count what went wrong."""
    from channels.chaos import run_chaos  # noqa: PLC0415 - it loads the carrier's SDK

    settings = read_settings()
    build_reading(settings)
    plan = ChaosPlan(texts=texts, kills=kills, points=tuple(planned(points)))
    run_chaos(settings, plan, postgres=postgres, workers=workers, json_file=json_file)


@app.command("day")
def day(
    minutes: Annotated[float, typer.Option(min=0.2, help="How long the day takes.")] = 15.0,
    share: Annotated[float, typer.Option(min=0.001, max=1, help="How much of the city writes.")] = 1.0,
    postgres: Postgres = None,
    page: Annotated[Path | None, typer.Option(help="Also write this page, with plots.")] = None,
    json_file: Json = None,
) -> None:
    """Play a day of the city at speed, with two storms, and count every promise."""
    from channels.city_day_bench import run_day  # noqa: PLC0415 - it loads the carrier's SDK

    settings = read_settings()
    build_reading(settings)
    run_day(settings, minutes=minutes, share=share, postgres=postgres, page=page, json_file=json_file)


@app.command("review")
def review(json_file: Json = None) -> None:
    """Measure how long the review grid of 50 runs of 500 scenarios takes to open."""
    from channels.review_bench import run_review_bench  # noqa: PLC0415 - measuring is a command of its own

    run_review_bench(read_settings(), json_file=json_file)


@app.command("desk")
def desk(json_file: Json = None) -> None:
    """Measure how long the desk's draft takes to update while somebody types."""
    from channels.desk_bench import run_desk_bench  # noqa: PLC0415 - measuring is a command of its own

    run_desk_bench(read_settings(), json_file=json_file)


@app.command("calls")
def calls(
    key_seconds: Annotated[float, typer.Option(min=0.05, max=2, help="Seconds a key: .20 at 55 words a minute.")] = 0.2,
    page: Annotated[Path | None, typer.Option(help="Also write a section of this page.")] = None,
    json_file: Json = None,
) -> None:
    """Take ten calls at the real desk page, with suggestions and without, and say what each costs."""
    from channels.calls_bench import run_calls_bench  # noqa: PLC0415 - it loads a browser's driver
    from channels.calls_hands import Human  # noqa: PLC0415 - it loads a browser's driver

    run_calls_bench(read_settings(), Human(key=key_seconds), page=page, json_file=json_file)


@app.command("web")
def web(
    people: Annotated[int, typer.Option(min=3, help="People who chat at once.")] = 50,
    streams: Annotated[int, typer.Option(min=1, help="Open event streams.")] = 1_000,
    page: Annotated[Path | None, typer.Option(help="Also write a section of this page.")] = None,
    json_file: Json = None,
) -> None:
    """Measure the residents' page in Chromium: weight, first paint, replies while many chat, and open event streams."""
    from channels.web_bench import run_web_bench  # noqa: PLC0415 - it loads a browser's driver

    settings = read_settings()
    build_reading(settings)
    figures = run_web_bench(settings, people=people, streams=streams, page=page)
    if json_file is not None:
        json_file.write_text(json.dumps(figures), encoding="utf-8")


@app.command("all")
def everything(page: Annotated[Path, typer.Argument(help="The page to write, such as docs/benchmarks.md.")]) -> None:
    """Measure latency, start-up, memory, and how all of it grows, and write a page with plots (some minutes)."""
    from channels.web_bench_table import carried_over  # noqa: PLC0415 - measuring is a command of its own
    from evals.bench_page import write_page  # noqa: PLC0415 - measuring is a command of its own

    load, old = os.getloadavg()[0], page.read_text(encoding="utf-8") if page.exists() else ""
    write_page(read_settings(), build_assistant, page, load=load)
    page.write_text(carried_over(old, page.read_text(encoding="utf-8")), encoding="utf-8")
    Console().print(f"The page is {page}.")


@app.command("upgrade")
def upgrade(
    cases: Annotated[int, typer.Option(min=1, help="Cases.")] = 300_000,
    messages: Annotated[int, typer.Option(min=4, help="Messages.")] = 1_000_000,
    postgres: Postgres = None,
) -> None:
    """Measure the upgrade of years of cases and messages from the oldest schema, and what is answered meanwhile."""
    from channels.upgrade_bench import run_upgrade_bench  # noqa: PLC0415 - it loads the carrier's SDK

    run_upgrade_bench(cases, messages, postgres=postgres)


@app.command("watch")
def watch() -> None:
    """Measure what metrics and masking cost, as a share of a turn."""
    from channels.watch_bench import run_watch_bench  # noqa: PLC0415 - measuring is a command of its own

    run_watch_bench(read_settings())


@app.command("restore")
def restore(
    cases: Annotated[int, typer.Option(min=1, help="Cases.")] = 300_000,
    messages: Annotated[int, typer.Option(min=4, help="Messages.")] = 1_000_000,
    postgres: Postgres = None,
) -> None:
    """Measure a backup and a restore of a system with years of cases and messages, on databases of its own."""
    from channels.backup_bench import run_restore_bench  # noqa: PLC0415 - it loads the carrier's SDK

    run_restore_bench(cases, messages, postgres=postgres)
