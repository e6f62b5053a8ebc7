"""`beacon staff` and `beacon audit`: accounts of City staff, and whether the record of what they did is whole."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import read_settings
from channels.accounts import LOCAL, Accounts, Person, Role
from channels.audit import Audit, Verdict
from tools.clock import city_time
from tools.database import Database

app = typer.Typer(name="staff", help="Add, invite, list and disable City staff.", no_args_is_help=True)
audit_app = typer.Typer(name="audit", help="Check the record of what staff did and read.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="The name to sign in with, such as an e-mail address.")]
Which = Annotated[Role, typer.Option(help="What they may do.")]
console = Console()
T = TypeVar("T")


@app.command("add")
def add(
    login: Login, role: Which = Role.CALL_TAKER, name: Annotated[str, typer.Option(help="Their name.")] = ""
) -> None:
    """Add somebody and print the link by which they choose a password, good once and for three days."""

    async def work(accounts: Accounts, audit: Audit) -> str:
        await accounts.add(login, name=name, role=role)
        await audit.add("staff_added", login, by=_me(), detail={"role": role.value})
        return await accounts.invite(login)

    _print_link(asyncio.run(_with_accounts(work)))


@app.command("invite")
def invite(login: Login) -> None:
    """Print a new link by which somebody chooses a password; an older one stops to work."""

    async def work(accounts: Accounts, audit: Audit) -> str:
        token = await accounts.invite(login)
        await audit.add("staff_invited", login, by=_me())
        return token

    _print_link(asyncio.run(_with_accounts(work)))


@app.command("disable")
def disable(login: Login) -> None:
    """Shut somebody out at once and end their sessions. `local` shuts the access key out of the pages."""

    async def work(accounts: Accounts, audit: Audit) -> str:
        await accounts.disable(login)
        await audit.add("staff_disabled", login, by=_me())
        return login

    console.print(f"{asyncio.run(_with_accounts(work))} can no longer sign in.", highlight=False, markup=False)


@app.command("list")
def list_all() -> None:
    """Show everybody."""

    async def work(accounts: Accounts, _: Audit) -> Table:
        table = Table("sign-in name", "name", "role", "state")
        for each in await accounts.people():
            table.add_row(each.login, each.name, each.role.value, _state(each))
        return table

    console.print(asyncio.run(_with_accounts(work)))


def _state(person: Person) -> str:
    if person.disabled:
        return "disabled"
    if person.login == LOCAL:
        return "access key"
    ways = [*(["a password"] if person.has_password else []), *(["the City's account"] if person.linked else [])]
    return f"signs in with {' or '.join(ways)}" if ways else "invited"


@audit_app.command("verify")
def verify(
    expect: Annotated[str, typer.Option(help="A hash that was noted before: it must still stand in the log.")] = "",
) -> None:
    """Go through the whole log and say whether a row was changed, taken out or put in."""

    async def work(_: Accounts, audit: Audit) -> tuple[Verdict, bool]:
        held = not expect or expect in {each.hash for each in await audit.entries(newest=1_000_000)}
        return await audit.verify(), held

    verdict, held = asyncio.run(_with_accounts(work))
    if verdict.broken_at is not None or not held:
        console.print(f"The audit log is not whole: {verdict.why or 'the expected hash is gone'}.", highlight=False)
        raise typer.Exit(1)
    console.print(f"The audit log is whole: {verdict.rows} rows, last hash {verdict.last_hash}.", highlight=False)


@audit_app.command("show")
def show(newest: Annotated[int, typer.Option(help="How many rows.")] = 50) -> None:
    """Show the newest rows."""

    async def work(_: Accounts, audit: Audit) -> Table:
        table = Table("when", "who", "role", "did", "what", "detail")
        for each in await audit.entries(newest=newest):
            table.add_row(_when(each.at), each.by, each.role, each.did, each.what, each.detail)
        return table

    console.print(asyncio.run(_with_accounts(work)))


def _when(at: float) -> str:
    return f"{city_time(datetime.fromtimestamp(at, UTC)):%Y-%m-%d %H:%M:%S}"


def _me() -> str:
    return f"command line: {getpass.getuser()}"


def _print_link(token: str) -> None:
    settings = read_settings()
    address = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    console.print("Give them this link. It works once, for three days:", highlight=False)
    console.print(f"{address}/staff/invite/{token}", highlight=False, markup=False, soft_wrap=True)


async def _with_accounts(work: Callable[[Accounts, Audit], Awaitable[T]]) -> T:
    database = Database(read_settings().database)
    try:
        accounts = Accounts(database)
        await accounts.prepare()
        return await work(accounts, Audit(database))
    finally:
        await database.close()
