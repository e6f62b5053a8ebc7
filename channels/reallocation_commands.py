"""`beacon crm sent-back`, `reallocate` and `routing-feedback`: what the desk's page of such cases does, by command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import build_ports, build_reading
from assistant.case_systems import build_crm, plan_of
from assistant.reallocating import Reallocator, Task, waiting
from assistant.settings import Settings, read_settings
from tools.case import Case
from tools.catalogue import BOSTON, load_catalogue
from tools.clock import city_time
from tools.crm import CRM, CRMError
from tools.database import Database
from tools.routing_feedback import Decision, RoutingFeedback, by_rule

Result = TypeVar("Result")


def sent_back() -> None:
    """Show the cases that departments sent back."""
    table = Table("case", "since", "service", "sent back by", box=None)
    found = _run(_waiting)
    for each in found:
        since = f"{city_time(each.returned or each.updated):%Y-%m-%d %H:%M}"
        table.add_row(each.case_id, since, each.service, each.route.team if each.route else "not known")
    Console().print(table if found else "No case waits.")


def reallocate(
    case: Annotated[str, typer.Argument(help="The case number.")],
    team: Annotated[str | None, typer.Option(help="Another team than the one that is suggested.")] = None,
    service: Annotated[str | None, typer.Option(help="With --team: the service that it really is.")] = None,
    reason: Annotated[str, typer.Option(help="Why; needed with --team.")] = "",
    *,
    accept: Annotated[bool, typer.Option("--accept", help="Give it to the team that is suggested first.")] = False,
) -> None:
    """Show where a case that was sent back may belong, and with --accept or --team give it there."""
    if team and not reason.strip():
        raise typer.BadParameter("please say why, with --reason.")

    async def act(settings: Settings, database: Database) -> Case | None:
        desk = await _desk(settings, database)
        task = await desk.task(case)
        _show(task)
        if team is None and not (accept and task.suggestions):
            return None
        to, as_what = (team, service) if team else (task.suggestions[0].team, task.suggestions[0].service)
        return await desk.decide(task, team=to, service=as_what, reason=reason.strip())

    given = _run(act)
    if given is not None and given.route is not None:
        Console().print(f"{given.case_id} is with {given.route.team}.", highlight=False)
    elif accept:
        raise typer.BadParameter("nothing is suggested; please name a team with --team.")


def routing_feedback() -> None:
    """Show which rules sent cases to teams that sent them back, and where they belonged."""
    decided = _run(_decided)
    table = Table("rule", "sent back by", "times", "suggestion right", "mostly given to", box=None)
    for each in by_rule(decided):
        table.add_row(each.rule, each.from_team, str(each.times), str(each.accepted), each.mostly_to)
    Console().print(table if decided else "Nothing was sent back and decided yet.")


def _show(task: Task) -> None:
    console, sent = Console(), task.sent_back
    console.print(f"{task.case.case_id}: {task.case.service}, sent back by {sent.team}: {sent.reason}", highlight=False)
    for place, each in enumerate(task.suggestions, start=1):
        as_what = f" as {each.service}" if each.service else ""
        console.print(f"  {place}. {each.team}{as_what}: {each.why}", highlight=False)


def _run(act: Callable[[Settings, Database], Awaitable[Result]]) -> Result:
    try:
        return asyncio.run(_acted(act))
    except CRMError as error:
        Console(stderr=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(1) from error


async def _acted(act: Callable[[Settings, Database], Awaitable[Result]]) -> Result:
    settings = read_settings()
    database = Database(settings.database)
    try:
        return await act(settings, database)
    finally:
        await database.close()


async def _waiting(settings: Settings, database: Database) -> tuple[Case, ...]:
    return await waiting(await _crm(settings, database))


async def _decided(settings: Settings, database: Database) -> tuple[Decision, ...]:
    await _crm(settings, database)
    return await RoutingFeedback(database).decided()


async def _crm(settings: Settings, database: Database) -> CRM:
    return await build_crm(settings, database, settings.clock, load_catalogue(settings.catalogue_dir or BOSTON))


async def _desk(settings: Settings, database: Database) -> Reallocator:
    reading, crm = build_reading(settings), await _crm(settings, database)
    waves = plan_of(settings, reading.engine.catalogue)
    ports = build_ports(reading, crm=crm, clock=settings.clock, waves=waves)
    return Reallocator(ports, RoutingFeedback(database))
