"""`beacon switch`: turns a channel off and on while everything runs, and shows who did and why."""

import asyncio
import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import read_settings
from assistant.store import Store
from assistant.switches import Change, Switch, Switches
from tools.clock import city_time
from tools.database import Database

app = typer.Typer(name="switch", help="Turn a channel off or on, without a restart.", no_args_is_help=True)
Why = Annotated[str, typer.Option(help="The reason, for the record.")]
Which = Annotated[Switch, typer.Argument(help="The channel.")]


@app.command("off")
def off(channel: Which, why: Why) -> None:
    """Turn a channel off. It works everywhere within five seconds."""
    asyncio.run(_turned(channel, why, off=True))
    Console().print(f"{channel.value} is off.")


@app.command("on")
def on(channel: Which, why: Why = "") -> None:
    """Turn a channel on again."""
    asyncio.run(_turned(channel, why, off=False))
    Console().print(f"{channel.value} is on.")


@app.command("show")
def show() -> None:
    """Show what is off, and the latest changes."""
    now_off, changes = asyncio.run(_read())
    console = Console()
    console.print(f"Off: {', '.join(sorted(now_off)) or 'nothing'}.")
    table = Table("when", "channel", "to", "by", "why")
    for each in changes:
        when = f"{city_time(each.at):%Y-%m-%d %H:%M}"
        table.add_row(when, each.name, "off" if each.off else "on", each.by, each.why)
    if changes:
        console.print(table)


async def _turned(channel: Switch, why: str, *, off: bool) -> None:
    database = Database(read_settings().database)
    try:
        await Store(database).prepare()
        await Switches(database).turn(channel, off=off, why=why, by=getpass.getuser())
    finally:
        await database.close()


async def _read() -> tuple[frozenset[Switch], tuple[Change, ...]]:
    database = Database(read_settings().database)
    try:
        await Store(database).prepare()
        switches = Switches(database)
        return await switches.off(), await switches.changes()
    finally:
        await database.close()
