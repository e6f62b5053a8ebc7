"""`beacon crm`: what a department does to a case of the local case system; `beacon news`: what residents were told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table

from assistant.case_systems import build_crm, plan_of
from assistant.news import News, Sent
from assistant.settings import Settings, read_settings
from assistant.store import Store
from channels.crosswalk_view import Called, called
from tools.case import Case
from tools.catalogue import BOSTON, load_catalogue
from tools.chronic import ChronicPlace, chronic_places
from tools.clock import city_time
from tools.crm import CRMError
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.service import Catalogue
from tools.teams import department_names
from tools.waves import WavesBroken

app = typer.Typer(name="crm", help="Look at and change cases of the local case system.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="The case number.")]
Reason = Annotated[str, typer.Option(help="The closing code or note, as the catalogue has it.")]
Why = Annotated[str, typer.Option(help="The reason, for the record.")]


@app.command("show")
def show(case: Number) -> None:
    """Show a case and what happened to it."""
    _printed(lambda crm: crm.get(case))


@app.command("waves")
def waves() -> None:
    """Show which services move from which case system to which, and when."""
    settings = read_settings()
    catalogue = load_catalogue(settings.catalogue_dir or BOSTON)
    try:
        plan = plan_of(settings, catalogue)
    except WavesBroken as error:
        Console(stderr=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(1) from error
    today = city_time(settings.clock()).date()
    table = Table("day", "from", "to", "services", "state", box=None)
    for wave in plan.waves:
        table.add_row(str(wave.day), wave.source, wave.to, ", ".join(wave.services), wave.state(today))
    now = [plan.system(service, today) for service in catalogue.services.values()]
    console = Console()
    console.print(table if plan.waves else "No wave is planned.")
    console.print(f"Today: {now.count('creatio')} services in Creatio, {now.count('legacy')} in the legacy system.")


@app.command("crosswalk")
def crosswalk(
    name: Annotated[str, typer.Argument(help="A case number, or a code or name of a service, of either system.")],
) -> None:
    """Show how both case systems call a case or a service."""
    settings = read_settings()
    catalogue = load_catalogue(settings.catalogue_dir or BOSTON)
    try:
        rows = asyncio.run(_called(name, settings, catalogue))
    except CRMError as error:
        Console(stderr=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(1) from error
    for title, value in rows:
        Console().print(f"{title}: {value}", highlight=False, markup=False, soft_wrap=True)


@app.command("chronic")
def chronic(days: Annotated[int, typer.Option(min=1, max=3650, help="Opened in the last days.")] = 365) -> None:
    """Show places where the same is reported again and again."""
    settings = read_settings()
    since = settings.clock() - timedelta(days=days)
    table = Table("service", "place", "reports", "cases", "still open", "last opened", box=None)
    found = asyncio.run(_chronic(settings, since))
    for each in found:
        last = f"{city_time(each.last):%Y-%m-%d}"
        table.add_row(each.service, each.place, str(each.reports), str(each.cases), str(each.still_open), last)
    Console().print(table if found else "No place keeps coming back.")


@app.command("assign")
def assign(
    case: Number,
    department: Annotated[str, typer.Option(help="The department's code, such as PWDx.")],
    team: Annotated[str, typer.Option(help="The team's queue.")],
    reason: Why = "",
) -> None:
    """Give a case to another team."""
    _printed(lambda crm: crm.assign(case, department=department, team=team, reason=reason, key=_key()))


@app.command("send-back")
def send_back(case: Number, reason: Why = "") -> None:
    """Say for a department that a case is not its own."""
    _printed(lambda crm: crm.send_back(case, reason=reason, key=_key()))


@app.command("schedule")
def schedule(case: Number, day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])]) -> None:
    """Say on which day the work is planned."""
    _printed(lambda crm: crm.schedule(case, day=day.date(), key=_key()))


@app.command("close")
def close(case: Number, reason: Reason) -> None:
    """Close a case."""
    _printed(lambda crm: crm.close(case, reason=reason, key=_key()))


@app.command("transition")
def transition(
    case: Number,
    reason: Reason = "Transitioned",
    to: Annotated[str | None, typer.Option(help="The code of an agency or a department, such as dcr or PARK.")] = None,
) -> None:
    """Hand a case on to an agency or another department."""
    catalogue = load_catalogue(read_settings().catalogue_dir or BOSTON)
    if to is not None and to not in (known := {*catalogue.agencies, *department_names(catalogue)}):
        raise typer.BadParameter(f"there is no agency or department {to!r}; known are {', '.join(sorted(known))}.")
    _printed(lambda crm: crm.close(case, reason=reason, transitioned=True, to=to, key=_key()))


@app.command("reopen")
def reopen(case: Number, reason: Why = "") -> None:
    """Open a closed case again."""
    _printed(lambda crm: crm.reopen(case, reason=reason, key=_key()))


def news(
    case: Annotated[str | None, typer.Option(help="Only of this case.")] = None,
    most: Annotated[int, typer.Option(min=1, max=1_000, help="How many lines.")] = 50,
) -> None:
    """Show which residents were told of their case, of what, and how far the text got."""
    table = Table("happened", "case", "what", "to", "state", "text")
    for each in asyncio.run(_sent(case, most)):
        when = f"{city_time(each.at):%Y-%m-%d %H:%M}"
        table.add_row(when, each.case_id, each.kind, f"…{each.address[-2:]}", each.status, each.delivery or "-")
    Console().print(table)


def _printed(act: Callable[[LocalCRM], Awaitable[Case]]) -> None:
    try:
        case = asyncio.run(_acted(act))
    except CRMError as error:
        Console(stderr=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(1) from error
    console = Console()
    console.print(f"{case.case_id}: {case.service}, {case.status.value}", highlight=False)
    for event in case.history:
        told = ", ".join(f"{name} {value}" for name, value in event.detail.items() if value)
        console.print(f"  {city_time(event.at):%Y-%m-%d %H:%M}  {event.change.value}  {told}", highlight=False)


async def _acted(act: Callable[[LocalCRM], Awaitable[Case]]) -> Case:
    settings = read_settings()
    database = Database(settings.database)
    try:
        crm = LocalCRM(database, settings.clock)
        await crm.prepare()
        return await act(crm)
    finally:
        await database.close()


async def _called(name: str, settings: Settings, catalogue: Catalogue) -> Called:
    database = Database(settings.database)
    try:
        crm = await build_crm(settings, database, settings.clock, catalogue)
        return await called(name, crm, catalogue)
    finally:
        await database.close()


async def _chronic(settings: Settings, since: datetime) -> tuple[ChronicPlace, ...]:
    database = Database(settings.database)
    try:
        await LocalCRM(database, settings.clock).prepare()
        return await chronic_places(database, since)
    finally:
        await database.close()


async def _sent(case: str | None, most: int) -> tuple[Sent, ...]:
    database = Database(read_settings().database)
    try:
        await Store(database).prepare()
        return await News(database, fold_seconds=0.0).sent(case_id=case, most=most)
    finally:
        await database.close()


def _key() -> str:
    return f"command:{uuid4().hex}"
