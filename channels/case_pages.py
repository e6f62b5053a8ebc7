"""The page of one case for staff: how it stands and what happened to it; add to it, withdraw it, or open it again."""

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.status import in_words
from assistant.switched_off import takes_cases
from channels.auth import AssistantHere
from channels.staff_access import DoorsHere, Staff, Who
from channels.staff_pages import show
from channels.text import storable, visible
from tools.case import Case
from tools.case_number import find_case_number
from tools.clock import city_time
from tools.crm import CRM, CaseNotFound, CRMError, CRMRejected, CRMUnavailable
from tools.repeats import told_repeat

router = APIRouter(prefix="/desk/case", include_in_schema=False)
DONE = {
    "amend": "It stands with the case now.",
    "withdraw": "The case is withdrawn.",
    "reopen": "The case is open again.",
}
NOT_CONFIRMED = "Please read it back to the caller, and tick that they said yes."
LONGEST = 1_000
Line = Annotated[str, Form(max_length=80)]


@router.get("", response_class=HTMLResponse)
async def look_up(
    request: Request,
    who: Staff,
    assistant: AssistantHere,
    doors: DoorsHere,
    number: Annotated[str, Query(max_length=80)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A case by its number in either system. Reading one is on record, since its words may say who reported it."""
    if not number.strip():
        return _shown(request, who, assistant)
    wanted = find_case_number(number) or number.strip()
    try:
        case = await assistant.ports.crm.get(wanted)
    except CaseNotFound:
        return _shown(request, who, assistant, number=number, wrong=f"There is no case {wanted}.", status=404)
    except CRMError as error:
        return _shown(request, who, assistant, number=number, wrong=f"It cannot be looked up now: {error}", status=503)
    await doors.audit.add("case_read", case.case_id, by=who.login, role=who.role)
    return _shown(request, who, assistant, case=case, number=case.case_id, note=DONE.get(done, ""))


@router.post("/{case_id}/{act}")
async def change(
    request: Request,
    who: Staff,
    assistant: AssistantHere,
    doors: DoorsHere,
    case_id: str,
    act: str,
    key: Line = "",
    words: Annotated[str, Form(max_length=LONGEST)] = "",
    confirmed: Line = "",
) -> Response:
    """Change a case at its reporter's wish, once they confirmed it; the same form sent twice changes once."""
    said, crm = storable(words).strip(), assistant.ports.crm
    try:
        case = await crm.get(case_id)
        wrong = _missing(act, said, key, confirmed)
        if not wrong:
            await takes_cases(assistant.ports.off)
            await _write(crm, act, case_id, said, f"desk-case:{key}")
    except CaseNotFound:
        return _shown(request, who, assistant, number=case_id, wrong=f"There is no case {case_id}.", status=404)
    except CRMUnavailable as error:
        return _shown(request, who, assistant, number=case_id, wrong=f"It was not done: {error}", status=503)
    except CRMError as error:
        wrong = f"It was not done: {error}"
    if wrong:
        return _shown(
            request, who, assistant, case=case, number=case_id, wrong=wrong, status=409, act=act, words=said, key=key
        )
    await doors.audit.add(f"case_{act}", case_id, by=who.login, role=who.role)
    return RedirectResponse(f"/desk/case?number={case_id}&done={act}", status_code=303)


def _missing(act: str, words: str, key: str, confirmed: str) -> str:
    """What keeps a change from being made, as a sentence."""
    if act not in DONE or not key:
        return "There is no such button."
    if not visible(words):
        return "Please write what to add." if act == "amend" else "Please say why."
    return "" if confirmed == "yes" else NOT_CONFIRMED


async def _write(crm: CRM, act: str, case_id: str, words: str, key: str) -> Case:
    match act:
        case "amend":
            return await crm.amend(case_id, words=words, key=key)
        case "withdraw":
            return await crm.withdraw(case_id, reason="Withdrawn by its reporter", key=key)
        case "reopen":
            return await crm.reopen(case_id, reason=words, key=key)
        case _:
            raise CRMRejected(f"A case cannot be changed by {act!r}.")


def _shown(
    request: Request,
    who: Who,
    assistant: AssistantHere,
    *,
    case: Case | None = None,
    number: str = "",
    wrong: str = "",
    note: str = "",
    status: int = 200,
    act: str = "",
    words: str = "",
    key: str = "",
) -> Response:
    ports = assistant.ports
    return show(
        request,
        "case.html",
        status=status,
        who=who,
        case=case,
        number=number,
        wrong=wrong,
        note=note,
        told=in_words(case, ports.catalogue, ports.wording, language="en") if case else "",
        repeat=told_repeat(case) if case else None,
        history=[(each, _time(each.at)) for each in case.history] if case else (),
        act=act,
        words=words,
        key=key or uuid4().hex,
    )


def _time(at: datetime) -> str:
    return f"{city_time(at):%b %d %Y, %H:%M}"
