"""`beacon knowledge sweeping`: take up the City's newest sweeping schedule, and look a street up in the one in use."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import sweeping_file
from assistant.settings import check_data_dir, read_settings
from tools.clock import city_time
from tools.geocode import leading_number
from tools.sweeping import load_schedule, write_schedule
from tools.sweeping_import import read_published

app = typer.Typer(name="sweeping", help="The street sweeping schedule.", no_args_is_help=True)


@app.callback()
def sweeping() -> None:
    """The street sweeping schedule."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="The City's published schedule (CSV, one line a stretch and side).")],
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the data.")] = None,
) -> None:
    """Use another schedule from the next start on; the one before is replaced."""
    settings = read_settings()
    check_data_dir(settings)
    imported = read_published(file)
    day = as_of.date() if as_of else imported.as_of or city_time(settings.clock()).date()
    path = settings.data_dir / "sweeping.csv"
    write_schedule(imported.stretches, path, as_of=day)
    out = Console(soft_wrap=True, highlight=False)
    for each in imported.left_out:
        out.print(f"Left out {each}", markup=False)
    out.print(
        f"{len(imported.stretches)} stretches as of {day} in {path}; {len(imported.left_out)} lines left out, "
        f"{imported.hours_unclear} without usable hours.",
        markup=False,
    )


@app.command("show")
def show_command(
    street: Annotated[str, typer.Argument(help='A street, with a house number if there is one ("44 Moraine St").')],
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Whether it is swept on this day.")] = None,
) -> None:
    """Show the stretches of a street, and the next day each is swept."""
    settings = read_settings()
    schedule = load_schedule(sweeping_file(settings))
    first, _, rest = street.partition(" ")
    number = leading_number(first)
    found = schedule.find(rest if number is not None else street, number=number)
    asked: date = day.date() if day else city_time(settings.clock()).date()
    out = Console(soft_wrap=True, highlight=False)
    for each in found:
        coming = each.next_day(asked)
        told = "swept" if coming == asked else f"not swept; next {coming}"
        out.print(f"{each.street} {each.side}, {each.begins_at} to {each.ends_at}: {asked} {told}", markup=False)
    out.print(f"{len(found)} stretches in the schedule as of {schedule.as_of}.", markup=False)
    raise typer.Exit(0 if found else 1)
