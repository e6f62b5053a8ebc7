"""`beacon switch`: turns a channel, an engine, a topic or a service off and on while everything runs, and shows who did
and why."""

import asyncio
import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import ARTICLES
from assistant.settings import Settings, read_settings
from assistant.store import Store
from assistant.switches import CASES, EMBEDDED, MODEL, Change, Switch, Switches
from knowledge.loader import load_articles
from tools.catalogue import load_catalogue
from tools.clock import city_time
from tools.database import Database
from tools.service import Catalogue

app = typer.Typer(
    name="switch",
    help="Turn a channel, an engine, a topic or a service off or on, without a restart.",
    no_args_is_help=True,
)
Why = Annotated[str, typer.Option(help="The reason, for the record.")]
Which = Annotated[
    str,
    typer.Argument(
        help="web, sms, whatsapp, voice; cases (the case system is only read); engine:openai or engine:embedded; "
        "topic:<article>, such as "
        "topic:street-sweeping; service:<code>, such as service:pothole."
    ),
]


@app.command("off")
def off(what: Which, why: Why) -> None:
    """Turn something off. It works everywhere within five seconds."""
    _check(what)
    asyncio.run(_turned(what, why, off=True))
    Console().print(f"{what} is off.", highlight=False)


@app.command("on")
def on(what: Which, why: Why = "") -> None:
    """Turn something on again."""
    _check(what)
    asyncio.run(_turned(what, why, off=False))
    Console().print(f"{what} is on.", highlight=False)


@app.command("show")
def show() -> None:
    """Show what is off, and the latest changes."""
    now_off, changes = asyncio.run(_read())
    console = Console()
    console.print(f"Off: {', '.join(sorted(now_off)) or 'nothing'}.")
    table = Table("when", "what", "to", "by", "why")
    for each in changes:
        when = f"{city_time(each.at):%Y-%m-%d %H:%M}"
        table.add_row(when, each.name, "off" if each.off else "on", each.by, each.why)
    if changes:
        console.print(table)


def _check(what: str) -> None:
    """Raises typer.BadParameter for what there is not, so that nobody believes that something is off."""
    kind, _, name = what.partition(":")
    settings = read_settings()
    match kind:
        case _ if what in {*Switch, CASES, EMBEDDED, MODEL}:
            return
        case "topic" if name in {each.id for each in load_articles(settings.articles_dir or ARTICLES)}:
            return
        case "service" if name in _catalogue(settings).services:
            return
    raise typer.BadParameter(
        f"There is no {what!r}. Known are {', '.join(Switch)}, {CASES}, {MODEL}, {EMBEDDED}, topic:<an article's id> "
        "and service:<a service's code>."
    )


def _catalogue(settings: Settings) -> Catalogue:
    return load_catalogue(settings.catalogue_dir) if settings.catalogue_dir else load_catalogue()


async def _turned(channel: str, why: str, *, off: bool) -> None:
    database = Database(read_settings().database)
    try:
        await Store(database).prepare()
        await Switches(database).turn(channel, off=off, why=why, by=getpass.getuser())
    finally:
        await database.close()


async def _read() -> tuple[frozenset[str], tuple[Change, ...]]:
    database = Database(read_settings().database)
    try:
        await Store(database).prepare()
        switches = Switches(database)
        return await switches.names(), await switches.changes()
    finally:
        await database.close()
