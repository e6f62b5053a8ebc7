"""`beacon surge`: sets a notice for a storm or an outage, ends it, and shows those that are out."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import read_settings
from assistant.store import Store
from assistant.surge import EVERYTHING, Surges
from tools.clock import city_time
from tools.database import Database

app = typer.Typer(name="surge", help="Tell everybody of a storm or an outage, for a while.", no_args_is_help=True)
Result = TypeVar("Result")


@app.command("set")
def begin(
    words: Annotated[str, typer.Argument(help="The notice in English.")],
    hours: Annotated[float, typer.Option(min=0.1, help="For how many hours.")] = 12.0,
    topic: Annotated[str, typer.Option(help="Only for a service's code or an article's id.")] = EVERYTHING,
    area: Annotated[str, typer.Option(help="Only for a neighborhood.")] = EVERYTHING,
    also: Annotated[
        list[str] | None, typer.Option(help="The notice in another language, such as es=Habra nieve.")
    ] = None,
) -> None:
    """Set a notice. It is out everywhere within five seconds, and ends by itself."""
    texts = {"en": words} | dict(_named(each) for each in also or ())
    by = getpass.getuser()
    made = _run(lambda surges: surges.begin(texts, hours=hours, by=by, topic=topic, area=area))
    Console().print(f"{made.surge_id} is out until {city_time(made.expires):%Y-%m-%d %H:%M}.", highlight=False)


@app.command("end")
def end(surge: Annotated[str, typer.Argument(help="The notice, as `beacon surge show` names it.")]) -> None:
    """End a notice before its time."""
    if not _run(lambda surges: surges.end(surge)):
        raise typer.BadParameter(f"There is no notice {surge!r}; `beacon surge show` lists those that are out.")
    Console().print(f"{surge} is ended.", highlight=False)


@app.command("show")
def show() -> None:
    """Show the notices that are out."""
    active = _run(lambda surges: surges.active())
    table = Table("notice", "until", "topic", "area", "by", "languages", "words")
    for each in active:
        until = f"{city_time(each.expires):%Y-%m-%d %H:%M}"
        table.add_row(each.surge_id, until, each.topic, each.area, each.by, ", ".join(each.texts), each.texts["en"])
    Console().print(table if active else "No notice is out.")


def _named(told: str) -> tuple[str, str]:
    language, given, words = told.partition("=")
    if not given or not words.strip():
        raise typer.BadParameter(f"Please write {told!r} as a language, an equals sign and the words.")
    return language.strip(), words


def _run(act: Callable[[Surges], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        settings = read_settings()
        database = Database(settings.database)
        try:
            await Store(database).prepare()
            return await act(Surges(database, settings.clock))
        finally:
            await database.close()

    return asyncio.run(run())
