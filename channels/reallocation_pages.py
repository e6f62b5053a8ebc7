"""The pages of cases that departments sent back: who waits, and one case with its suggestions and the decision."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.reallocating import NotSentBack, Reallocator, waiting
from channels.auth import AssistantHere
from channels.staff_access import DoorsHere, Staff, Who
from channels.staff_pages import show
from tools.clock import city_time
from tools.crm import CaseNotFound, CRMError
from tools.routing_feedback import RoutingFeedback
from tools.teams import department_names, teams_of

router = APIRouter(prefix="/desk/sent-back", include_in_schema=False)
Line = Annotated[str, Form(max_length=120)]
LONGEST_REASON = 300
NEWEST = 20


def reallocator_of(assistant: AssistantHere) -> Reallocator:
    """Who makes the tasks, on the assistant's tables."""
    return Reallocator(assistant.ports, RoutingFeedback(assistant.store.database))


@router.get("", response_class=HTMLResponse)
async def sent_back(request: Request, who: Staff, assistant: AssistantHere) -> Response:
    """Every case that waits to be given to another team, the longest first, and what was decided last."""
    return await _listed(request, who, assistant)


@router.get("/{case_id}", response_class=HTMLResponse)
async def one(request: Request, who: Staff, assistant: AssistantHere, case_id: str) -> Response:
    """One case, why it was sent back, and where it may belong."""
    try:
        return await _shown(request, who, assistant, case_id)
    except (CaseNotFound, NotSentBack):
        return await _listed(request, who, assistant, wrong="Nobody waits for a decision on this case any more.")


@router.post("/{case_id}")
async def decide(
    request: Request,
    who: Staff,
    assistant: AssistantHere,
    doors: DoorsHere,
    case_id: str,
    team: Line = "",
    service: Line = "",
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
) -> Response:
    """Give the case to a team: the suggested one, or another with a reason."""
    reallocator = reallocator_of(assistant)
    try:
        task = await reallocator.task(case_id)
        suggested = any((each.team, each.service or "") == (team, service) for each in task.suggestions)
        if not suggested and not reason.strip():
            form = {"team": team, "service": service}
            wrong = "Please say why: the reason stands in the case and teaches where such cases go."
            return await _shown(request, who, assistant, case_id, wrong=wrong, form=form)
        await reallocator.decide(task, team=team, service=service or None, reason=reason.strip())
    except (CaseNotFound, NotSentBack):
        return await _listed(request, who, assistant, wrong="Somebody else decided about this case already.")
    except CRMError as error:
        form = {"team": team, "service": service, "reason": reason}
        return await _shown(request, who, assistant, case_id, wrong=f"It was not done: {error}", form=form)
    detail = {"from": task.sent_back.team, "to": team, "service": service}
    await doors.audit.add("case_reallocated", case_id, by=who.login, role=who.role, detail=detail)
    return RedirectResponse("/desk/sent-back#decided", status_code=303)


async def _listed(request: Request, who: Who, assistant: AssistantHere, *, wrong: str = "") -> Response:
    reallocator = reallocator_of(assistant)
    try:
        rows, down = await waiting(assistant.ports.crm), ""
    except CRMError as error:
        rows, down = (), f"The case system does not answer just now: {error}"
    names = {each.code: each.name() for each in assistant.ports.catalogue.services.values()}
    decided = (await reallocator.feedback.decided())[:NEWEST]
    return show(
        request,
        "sent_back.html",
        status=409 if wrong else 503 if down else 200,
        who=who,
        wrong=wrong or down,
        rows=[(each, _time(each.returned or each.updated), names.get(each.service, each.service)) for each in rows],
        decided=[(each, _time(each.at)) for each in decided],
    )


async def _shown(
    request: Request,
    who: Who,
    assistant: AssistantHere,
    case_id: str,
    *,
    wrong: str = "",
    form: dict[str, str] | None = None,
) -> Response:
    task = await reallocator_of(assistant).task(case_id)
    catalogue = assistant.ports.catalogue
    names = {each.code: each.name() for each in catalogue.services.values()}
    departments = department_names(catalogue)
    groups: dict[str, list[str]] = {}
    for team, department in teams_of(catalogue).items():
        groups.setdefault(departments.get(department, department), []).append(team)
    return show(
        request,
        "sent_back_one.html",
        status=409 if wrong else 200,
        who=who,
        task=task,
        case=task.case,
        names=names,
        services=sorted(names.items(), key=lambda pair: pair[1]),
        groups=sorted(groups.items()),
        history=[(each, _time(each.at)) for each in task.case.history],
        since=_time(task.case.returned or task.case.updated),
        wrong=wrong,
        form=form or {},
    )


def _time(at: datetime) -> str:
    return f"{city_time(at):%b %d, %H:%M}"
