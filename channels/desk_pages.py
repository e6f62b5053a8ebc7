"""The desk's page: a draft that grows while the caller talks, filed by one key, and undone for ten seconds."""

import hashlib
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from assistant.booking import booked_in_words
from assistant.drafts import DraftNotFound
from assistant.editing import EditRefused
from assistant.switched_off import takes_cases
from channels.auth import AssistantHere
from channels.desk_filing import Filled
from channels.desk_records import UNDO_SECONDS
from channels.desk_view import View, view_of
from channels.errors import ApiError
from channels.staff_access import DoorsHere, Staff, Who
from channels.staff_pages import show
from channels.text import storable, visible
from tools.crm import CRMError
from tools.draft import Draft

router = APIRouter(prefix="/desk", include_in_schema=False)
LONGEST_CALL = 20_000
MOST_HOURS = 4 * 3600.0
SOURCES = {"phone": "Phone", "walk_in": "Walk-in", "email": "E-mail", "letter": "Letter", "other": "Other"}
Word = Annotated[str, Form(max_length=400)]
Words = Annotated[str, Form(max_length=LONGEST_CALL)]


@router.get("", response_class=HTMLResponse)
async def desk(request: Request, who: Staff, assistant: AssistantHere) -> Response:
    """An empty desk for a new call."""
    return _shown(request, who, assistant, call=uuid4().hex)


@router.post("/draft")
async def draft(
    request: Request,
    who: Staff,
    assistant: AssistantHere,
    text: Words = "",
    call: Word = "",
    source: Word = "phone",
    service: Word = "",
) -> Response:
    """The draft of what was said so far, kept with its id before it is shown. `service` is the call-taker's choice."""
    said, call = storable(text.replace("\r\n", "\n")), call or uuid4().hex
    if not visible(said):
        return _shown(request, who, assistant, call=call, text=said, source=source)
    assisted = not in_control_group(request, call)
    suggested = await assistant.suggester.draft(said)
    if not assisted:
        suggested = without_suggestions(suggested)
    await assistant.drafts.save(suggested, text=said, source=source if source in SOURCES else "other", by=who.login)
    seen = suggested
    if service in assistant.ports.catalogue.services:
        now = assistant.ports.clock()
        seen = assistant.ports.drafter.choose_service(suggested, service, confidence=1.0, now=now)
        seen = await assistant.ports.drafter.with_duplicates(seen, said, now=now)
    view = await view_of(seen, said, assistant.ports, assisted=assisted)
    suggested_code = suggested.service.code if suggested.service else ""
    return _shown(request, who, assistant, call=call, text=said, source=source, view=view, suggested=suggested_code)


@router.post("/file")
async def file(request: Request, who: Staff, assistant: AssistantHere, doors: DoorsHere) -> Response:
    """File the draft as the form shows it. A draft becomes one case, however often it is sent."""
    form = await request.form()
    draft_id, call = str(form.get("draft_id", "")), str(form.get("call", ""))
    kept = await assistant.drafts.get(draft_id)
    filled = Filled(kept.draft, form, assistant.ports.catalogue)
    try:
        case = await assistant.accept(
            draft_id, filled.edits, key=f"desk:{draft_id}", by=who.login, without=tuple(filled.without)
        )
    except EditRefused as error:
        return show(request, "desk_refused.html", status=422, who=who, why=str(error), fragment=_fragment(request))
    except CRMError as error:
        raise ApiError(503, "crm_unavailable", "The case system does not answer. Please file again.") from error
    await doors.desk.filed(
        draft_id,
        filled.choices,
        login=who.login,
        case_id=case.case_id,
        seconds=_seconds(str(form.get("seconds", ""))),
        assisted=not in_control_group(request, call),
    )
    changed = {"case": case.case_id, "edited": sorted(filled.edits)}
    await doors.audit.add("case_filed", draft_id, by=who.login, role=who.role, detail=changed)
    name = assistant.ports.catalogue.services[case.service].name()
    return show(
        request,
        "desk_filed.html",
        who=who,
        case=case,
        name=name,
        told=booked_in_words(case, assistant.ports.wording, language="en"),
        draft_id=draft_id,
        seconds=round(UNDO_SECONDS),
        fragment=_fragment(request),
    )


@router.post("/undo")
async def undo(
    request: Request, who: Staff, assistant: AssistantHere, doors: DoorsHere, draft_id: Word = ""
) -> Response:
    """Take back a case within ten seconds of filing it: the case is withdrawn, and its record stays."""
    filing = await doors.desk.filing(draft_id)
    if filing is None:
        raise DraftNotFound(draft_id)
    if not filing.undone:
        if not doors.desk.may_undo(filing, who.login):
            raise ApiError(409, "too_late", "The ten seconds are over. Please change the case in the case system.")
        await takes_cases(assistant.ports.off)
        await assistant.ports.crm.withdraw(filing.case_id, reason="taken back at the desk", key=f"desk-undo:{draft_id}")
        await doors.desk.undone(draft_id)
        detail = {"case": filing.case_id}
        await doors.audit.add("case_undone", draft_id, by=who.login, role=who.role, detail=detail)
    return show(request, "desk_undone.html", who=who, case_id=filing.case_id, fragment=_fragment(request))


def in_control_group(request: Request, call: str) -> bool:
    """Whether a call is one of those that are taken without suggestions, for an honest comparison."""
    percent: int = request.app.state.desk_control_percent
    return int(hashlib.sha256(call.encode()).hexdigest()[:8], 16) % 100 < percent


def without_suggestions(suggested: Draft) -> Draft:
    """A draft that suggests nothing but keeps safety: the call-taker fills it."""
    quiet: dict[str, object] = {"service": None, "location": None, "fields": {}, "duplicates": (), "route": None}
    quiet |= {"more": (), "next_question": None, "missing": ("service",)}
    if suggested.safety is None:
        quiet["suggested_reply"] = ""
    return suggested.model_copy(update=quiet)


def _fragment(request: Request) -> bool:
    """Whether our script asks for the draft alone, not for the whole page."""
    return request.headers.get("x-fragment") == "1"


def _shown(
    request: Request,
    who: Who,
    assistant: AssistantHere,
    *,
    call: str,
    text: str = "",
    source: str = "phone",
    view: View | None = None,
    suggested: str = "",
) -> Response:
    services = sorted((each.name(), each.code) for each in assistant.ports.catalogue.services.values())
    return show(
        request,
        "desk_draft.html" if _fragment(request) else "desk.html",
        who=who,
        call=call,
        text=text,
        source=source,
        sources=SOURCES,
        services=services,
        view=view,
        suggested=suggested,
        control=in_control_group(request, call),
    )


def _seconds(told: str) -> float | None:
    """The time from the first key to filing, as the page measured it."""
    try:
        seconds = float(told)
    except ValueError:
        return None
    return round(seconds, 1) if 0 < seconds <= MOST_HOURS else None
