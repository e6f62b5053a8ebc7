"""Measures the corrections that are suggested for cases that came back: records since 2021 whose team our rules miss,
replayed in their order, as if that team had sent them back without a reason and staff had known the right one."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from assistant.bootstrap import build_ports
from assistant.reallocating import Reallocator, Task
from evals.figures import Figure, share
from evals.measure_routing import filed_there, place_of, table
from tools.build_routes import FIRST_YEAR, kept_back
from tools.case import Case, Status
from tools.clock import CITY_ZONE, fixed_clock
from tools.database import Database
from tools.districts import load_districts
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.route import Route
from tools.routing import Router
from tools.routing_feedback import Decision, RoutingFeedback

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How often the right team is suggested. `data` is the folder with `cases/`."""
    return asyncio.run(_measured(parts, data / "cases"))


async def _measured(parts: Parts, cases: Path) -> tuple[Figure, ...]:
    catalogue, router = parts.engine.catalogue, Router(load_districts())
    known = [row for row in table(cases / "boston_311_legacy_dev.csv") if row["type"] in catalogue.crosswalk]
    young = sorted((row for row in known if int(row["open_dt"][:4]) >= FIRST_YEAR), key=lambda row: row["open_dt"])
    counted = first = among = silent = 0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/feedback.db")
        await LocalCRM(database, fixed_clock(NOW)).prepare()
        crm, feedback = MemoryCRM(fixed_clock(NOW)), RoutingFeedback(database)
        desk = Reallocator(build_ports(parts, crm=crm, clock=fixed_clock(NOW)), feedback)
        for row in young:
            route = router(filed_there(catalogue, row), {}, place_of(row), NOW)
            if route.team == row["queue"]:
                continue
            task = await _sent_back(row, catalogue.crosswalk[row["type"]], route, crm, desk)
            await feedback.add(_decision(task, row, route))
            if kept_back(row):
                teams = [each.team for each in task.suggestions]
                counted += 1
                first += teams[:1] == [row["queue"]]
                among += row["queue"] in teams
                silent += not teams
        await database.close()
    return (
        share("cases that came back: the first suggestion is right", first, counted),
        share("cases that came back: the right team is among the suggestions", among, counted),
        share("cases that came back: nothing is suggested", silent, counted),
    )


async def _sent_back(row: dict[str, str], service: str, route: Route, crm: MemoryCRM, desk: Reallocator) -> Task:
    opened = datetime.fromisoformat(row["open_dt"]).replace(tzinfo=CITY_ZONE).astimezone(UTC)
    case_id = row["case_enquiry_id"]
    place = place_of(row)
    crm.seed(
        Case(
            case_id=case_id,
            service=service,
            status=Status.OPEN,
            opened=opened,
            updated=opened,
            location=place,
            route=route,
        )
    )
    await crm.send_back(case_id, reason="", key=case_id)
    return await desk.task(case_id)


def _decision(task: Task, row: dict[str, str], route: Route) -> Decision:
    case, chosen = task.case, task.suggestions[0] if task.suggestions else None
    return Decision(
        key=case.case_id,
        at=case.opened,
        case_id=case.case_id,
        service=case.service,
        area=load_districts().of(case.location) or "",
        rule=route.rule,
        from_department=route.department,
        from_team=route.team,
        why="",
        suggested_team=chosen.team if chosen else None,
        suggested_by=chosen.by.value if chosen else None,
        to_department=row["department"],
        to_team=row["queue"],
        to_service=None,
        accepted=chosen is not None and chosen.team == row["queue"],
        reason="as in the record",
    )
