"""`beacon records`: public-records exports, legal holds, lists of what is to be erased, and erasure of one person."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.disposal import Disposals
from assistant.privacy import load_personal_data
from assistant.records import Asked, export_records
from assistant.running import forget_photos
from assistant.settings import Settings, read_settings
from assistant.store import Store
from channels.accounts import Accounts
from channels.audit import Audit
from tools.clock import city_time
from tools.database import Database
from tools.local_crm import LocalCRM

app = typer.Typer(name="records", help="Answer a records request, hold, and erase.", no_args_is_help=True)
Phone = Annotated[str, typer.Argument(help="A telephone number such as +16175550142.")]
Why = Annotated[str, typer.Option(help="What for, for the record.")]
DAY = ["%Y-%m-%d"]


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    why: Why,
    case: Annotated[str | None, typer.Option(help="A case number.")] = None,
    phone: Annotated[str | None, typer.Option(help="A telephone number.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="First day of a period (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="The day after its last.")] = None,
) -> None:
    """Write everything about a case, a number or a period, with a redacted copy and a manifest beside it."""
    ends = [each.replace(tzinfo=UTC) if each else None for each in (since, until)]
    asked = Asked(case_id=case, phone=phone, since=ends[0], until=ends[1])

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        made = await export_records(
            database, load_personal_data(), asked, folder, by=_me(), why=why, clock=settings.clock
        )
        detail = {"asked": asked.model_dump(mode="json", exclude_none=True), "why": why, "files": len(made.files)}
        await audit.add("records_exported", str(folder)[:200], by=_me(), detail=detail)
        rows = {each.path: each.rows for each in made.files if each.path.startswith("original")}
        told = ", ".join(f"{count} of {Path(path).stem}" for path, count in rows.items())
        taken = sum(made.redacted.values())
        _say(f"{told}. {taken} pieces of personal data are taken out of the redacted copy in {folder}.")

    _run(act)


@app.command("hold")
def hold(phone: Annotated[str, typer.Argument(help="A number, or all.")], why: Why) -> None:
    """Keep everything of a number, or of everybody, from being erased."""

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        made = await Disposals(database, settings.clock).hold(phone, why=why, by=_me())
        await audit.add("hold_set", made.hold_id, by=_me(), detail={"why": why})
        _say(f"{made.hold_id} holds {phone}.")

    _run(act)


@app.command("lift")
def lift(hold_id: Annotated[str, typer.Argument(help="The hold.")]) -> None:
    """End a hold."""

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        if not await Disposals(database, settings.clock).lift(hold_id):
            raise typer.BadParameter(f"There is no hold {hold_id!r}; `beacon records show` lists them.")
        await audit.add("hold_lifted", hold_id, by=_me())
        _say(f"{hold_id} is lifted.")

    _run(act)


@app.command("propose")
def propose(days: Annotated[float, typer.Option(min=1, help="Not written in for so many days.")] = 365) -> None:
    """List old conversations that may be erased. Nothing goes until somebody else approves the list."""

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        name, count = await Disposals(database, settings.clock).propose(days=days, by=_me())
        await audit.add("disposal_proposed", name, by=_me(), detail={"conversations": count, "days": days})
        _say(f"List {name} has {count} conversations. To erase them: beacon records approve {name} --by NAME")

    _run(act)


@app.command("approve")
def approve(
    disposal: Annotated[str, typer.Argument(help="The list.")],
    by: Annotated[str, typer.Option(help="Who approves it: a person who did not propose it.")],
) -> None:
    """Erase what a list names, and print the certificate."""

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        made = await _disposals(settings, database).approve(disposal, by=by)
        await audit.add("disposal_approved", disposal, by=by, detail=made.model_dump(mode="json"))
        _say(made.model_dump_json(indent=1))

    _run(act)


@app.command("erase")
def erase(phone: Phone, why: Why) -> None:
    """Erase what a number said and how it can be reached; its cases stay, without who reported them."""

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        made = await _disposals(settings, database).erase_person(phone, by=_me())
        await audit.add("person_erased", made.disposal_id, by=_me(), detail={"why": why, "digest": made.digest})
        _say(made.model_dump_json(indent=1))

    _run(act)


@app.command("show")
def show() -> None:
    """Show the holds, and the certificates of what was erased."""

    async def act(settings: Settings, database: Database, audit: Audit) -> None:
        del audit
        kept = Disposals(database, settings.clock)
        table = Table("when", "what", "by", "detail")
        for each in await kept.held():
            table.add_row(f"{city_time(each.at):%Y-%m-%d}", f"hold {each.hold_id}", each.by, each.why)
        for one in await kept.certificates():
            detail = f"{one.conversations} conversations, {one.reports} reports, {one.kept_on_hold} kept on hold"
            table.add_row(f"{city_time(one.at):%Y-%m-%d}", f"erased: {one.kind}", one.by, detail)
        Console().print(table if table.row_count else "No hold, and nothing was erased.")

    _run(act)


def _disposals(settings: Settings, database: Database) -> Disposals:
    return Disposals(database, settings.clock, also=partial(forget_photos, settings.data_dir / "media"))


def _run(act: Callable[[Settings, Database, Audit], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = read_settings()
        database = Database(settings.database)
        try:
            await Store(database).prepare()
            await LocalCRM(database, settings.clock).prepare()
            await Accounts(database).prepare()
            await act(settings, database, Audit(database))
        finally:
            await database.close()

    asyncio.run(run())


def _me() -> str:
    return getpass.getuser()


def _say(words: str) -> None:
    Console().print(words, highlight=False, soft_wrap=True, markup=False)
