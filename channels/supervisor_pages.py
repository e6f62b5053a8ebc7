"""The supervisor's page: the figures of a period with a plot and a file each, and the switches."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.bootstrap import ARTICLES
from assistant.privacy import load_personal_data
from assistant.surge import EVERYTHING, SurgeRefused
from assistant.switches import CASES, LONGEST_NAME, MODEL, SERVICE, TOPIC, Switch
from assistant.unanswered import unanswered
from channels.auth import AssistantHere
from channels.errors import ApiError
from channels.page_words import LANGUAGES
from channels.routing_figures import chronic_table, routing_table
from channels.staff_access import DoorsHere, Staff, Who, staff
from channels.staff_pages import show
from channels.supervision import MOST_ROWS, Supervision, Table
from evals.plots import bars, trend
from knowledge.loader import load_articles
from tools.clock import city_time

router = APIRouter(prefix="/supervisor", include_in_schema=False)
PERIODS = (1, 7, 30, 90, 365)
LONGEST_WHY = 300
Days = Annotated[int, Query(ge=1, le=3650)]


@router.get("", response_class=HTMLResponse)
async def supervisor(
    request: Request, who: Staff, assistant: AssistantHere, doors: DoorsHere, days: Days = 7
) -> Response:
    """Every figure of the last days."""
    return await _shown(request, who, assistant, doors, days)


@router.get("/{name}.csv", dependencies=[Depends(staff)])
async def table_file(assistant: AssistantHere, doors: DoorsHere, name: str, days: Days = 7) -> Response:
    """All rows of one table, for a spreadsheet."""
    found = next((each for each in await _tables(assistant, doors, days) if each.name == name), None)
    if found is None:
        raise ApiError(404, "no_such_table", "There is no table by that name.")
    to = io.StringIO()
    csv.writer(to).writerows((found.columns, *(map(_safe, row) for row in found.rows)))
    headers = {"Content-Disposition": f'attachment; filename="beacon-{found.name}-{days}-days.csv"'}
    return Response(to.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/switch")
async def switch(
    request: Request,
    who: Staff,
    assistant: AssistantHere,
    doors: DoorsHere,
    what: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    to: Annotated[str, Form(max_length=3)] = "",
    why: Annotated[str, Form(max_length=LONGEST_WHY)] = "",
) -> Response:
    """Turn something off or on; it works everywhere within five seconds."""
    what, why = what.strip(), why.strip()
    wrong = "Please say why: it is kept on record." if not why else "" if _known(what, assistant) else NOT_THERE
    if to not in ("on", "off"):
        wrong = "Please choose on or off."
    if wrong:
        return await _shown(request, who, assistant, doors, PERIODS[1], wrong=wrong, what=what, why=why)
    await assistant.switches.turn(what, off=to == "off", why=why, by=who.login)
    await doors.audit.add(f"switched_{to}", what, by=who.login, role=who.role, detail={"why": why})
    return RedirectResponse("/supervisor#switches", status_code=303)


NOT_THERE = (
    "There is nothing by that name to switch. Please write a channel (web, sms, whatsapp, voice), cases, "
    "engine:openai, topic: with an article's name, or service: with a service's code."
)


def _known(what: str, assistant: AssistantHere) -> bool:
    kind, _, name = what.partition(":")
    if what in {*Switch, CASES, MODEL}:
        return True
    return (kind == SERVICE and name in assistant.ports.catalogue.services) or (kind == TOPIC and bool(name))


def _safe(cell: str | float) -> str | float:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell


@router.post("/notice")
async def notice(request: Request, who: Staff, assistant: AssistantHere, doors: DoorsHere) -> Response:
    """Set a notice for a storm or an outage, for so many hours."""
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    texts = {key.removeprefix("text-"): value for key, value in form.items() if key.startswith("text-")}
    hours = form.get("hours", "")
    try:
        made = await assistant.surges.begin(
            texts,
            hours=float(hours) if hours.replace(".", "", 1).isdigit() else 0.0,
            by=who.login,
            topic=_topic(form.get("topic", ""), assistant),
            area=form.get("area", "")[:80],
        )
    except SurgeRefused as error:
        return await _shown(request, who, assistant, doors, PERIODS[1], refused=str(error), form=form)
    detail = {"topic": made.topic, "area": made.area, "expires": made.expires.isoformat(), "words": made.texts["en"]}
    await doors.audit.add("notice_set", made.surge_id, by=who.login, role=who.role, detail=detail)
    return RedirectResponse("/supervisor#notices", status_code=303)


@router.post("/notice/{surge_id}/end")
async def end_notice(who: Staff, assistant: AssistantHere, doors: DoorsHere, surge_id: str) -> Response:
    """End a notice before its time."""
    if await assistant.surges.end(surge_id):
        await doors.audit.add("notice_ended", surge_id, by=who.login, role=who.role)
    return RedirectResponse("/supervisor#notices", status_code=303)


def _topic(told: str, assistant: AssistantHere) -> str:
    """The topic as a service's code or an article's id; what is neither would be told to nobody. Raises
    SurgeRefused."""
    topic = told.strip().partition(":")[2] or told.strip()
    if topic in ("", EVERYTHING) or topic in assistant.ports.catalogue.services or topic in _article_ids():
        return topic
    raise SurgeRefused(f"There is no service and no article {topic!r}. Leave the topic empty to tell everybody.")


@cache
def _article_ids() -> frozenset[str]:
    """The ids of the articles that came with the product."""
    return frozenset(each.id for each in load_articles(ARTICLES))


async def _tables(assistant: AssistantHere, doors: DoorsHere, days: int) -> list[Table]:
    since = assistant.ports.clock() - timedelta(days=days)
    supervision = Supervision(assistant.store.database, assistant.ports.catalogue, assistant.ports.library)
    found = await unanswered(assistant.store.database, load_personal_data(), since=since)
    kept = await doors.desk.acceptance()
    acceptance = Table(
        name="suggestions",
        title="Suggestions at the desk",
        told="How often each field's suggestion was kept, changed, taken out, or filled in where none was; all time.",
        columns=("Field", "Kept", "Changed", "Taken out", "Filled in"),
        rows=tuple((each.field, each.accepted, each.edited, each.rejected, each.added) for each in kept),
        plot=1,
    )
    sent_back = await routing_table(assistant.store.database, since)
    chronic = await chronic_table(assistant.store.database, since, assistant.ports.catalogue)
    return [*await supervision.tables(since), chronic, sent_back, supervision.unanswered(found), acceptance]


def _drawn(table: Table) -> str:
    """The plot of a table: bars, or lines where the rows are days."""
    if table.name == "days" and table.rows:
        labels = (str(table.rows[0][0]), str(table.rows[-1][0]))
        return trend("Messages a day", [float(row[1]) for row in table.rows], labels, from_zero=True)
    return bars(table.title, table.bars) if table.bars else ""


async def _shown(
    request: Request,
    who: Who,
    assistant: AssistantHere,
    doors: DoorsHere,
    days: int,
    *,
    wrong: str = "",
    what: str = "",
    why: str = "",
    refused: str = "",
    form: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    tables = await _tables(assistant, doors, days)
    now_off = await assistant.switches.names()
    changes = await assistant.switches.changes()
    gazetteer = request.app.state.gazetteer
    return show(
        request,
        "supervisor.html",
        status=422 if wrong or refused else 200,
        who=who,
        days=days,
        periods=PERIODS,
        tables=[(each, _drawn(each), each.rows[:MOST_ROWS]) for each in tables],
        switches=[(name, name in now_off) for name in dict.fromkeys((*Switch, CASES, MODEL, *sorted(now_off)))],
        changes=[(each, f"{city_time(each.at):%d %b %Y, %H:%M}") for each in changes],
        notices=[(each, f"{city_time(each.expires):%d %b, %H:%M}") for each in await assistant.surges.active()],
        neighborhoods=sorted(gazetteer.neighborhoods) if gazetteer else (),
        languages=LANGUAGES,
        refused=refused,
        form=form,
        wrong=wrong,
        what=what,
        why=why,
    )
