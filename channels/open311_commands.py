"""`beacon crm key`: who may file cases over Open311."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import read_settings
from tools.clock import city_time
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.open311_keys import ClientKeys

T = TypeVar("T")
app = typer.Typer(name="key", help="Make, list and revoke keys of Open311 clients.", no_args_is_help=True)


@app.command("add")
def add(client: Annotated[str, typer.Argument(help="Whose key it is, such as 'Neighborhood app'.")]) -> None:
    """Make a key. It is shown this once; only its hash is kept."""
    key = asyncio.run(_with_keys(lambda keys: keys.add(client)))
    Console().print(key, highlight=False, markup=False, soft_wrap=True)


@app.command("list")
def list_keys() -> None:
    """List the keys by name, never the keys themselves."""
    table = Table("name", "client", "made", "revoked")
    for each in asyncio.run(_with_keys(lambda keys: keys.list())):
        revoked = f"{city_time(each.revoked):%Y-%m-%d %H:%M}" if each.revoked else "-"
        table.add_row(each.name, each.client, f"{city_time(each.made):%Y-%m-%d %H:%M}", revoked)
    Console().print(table)


@app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="The key's name, as `beacon crm key list` shows it.")]) -> None:
    """End a key at once."""
    if not asyncio.run(_with_keys(lambda keys: keys.revoke(name))):
        raise typer.BadParameter(f"No key in use has the name {name!r}.")
    Console().print(f"The key {name} is revoked.", highlight=False)


async def _with_keys(act: Callable[[ClientKeys], Awaitable[T]]) -> T:
    settings = read_settings()
    database = Database(settings.database)
    try:
        await LocalCRM(database, settings.clock).prepare()
        return await act(ClientKeys(database, settings.clock))
    finally:
        await database.close()
