"""The call-taker's JSON API: suggest a draft, accept it as a case, and say what was wrong with it."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import ConfigDict
from pydantic import Field as Limits

from channels.auth import AssistantHere
from channels.errors import ApiError
from channels.staff_access import DoorsHere, Staff
from channels.wire import CaseResponse, Text, Wire
from tools.draft import Draft

router = APIRouter(prefix="/api/drafts", tags=["desk"])


class DraftRequest(Wire):
    """What the caller said, as typed or pasted by the call-taker."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "caller says big pothole in front of 12 beacon st", "source": "phone"}]
        }
    )

    text: Text
    source: Literal["phone", "walk_in", "email", "letter", "other"] = "phone"


EditValue = Text | int | Annotated[float, Limits(allow_inf_nan=False)] | bool | tuple[Text, ...]


class AcceptRequest(Wire):
    """File a draft. `edits` are corrected values by attribute code, or by `service` and `location`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"edits": {"location": "112 Beacon St, 02116"}, "idempotency_key": "call-7781"}]
        }
    )

    edits: dict[str, EditValue] = Limits(default_factory=dict, max_length=50)
    idempotency_key: Text = Limits(min_length=1, max_length=100)


class FeedbackRequest(Wire):
    """What a call-taker says of a suggestion."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"verdict": "edited", "field": "location", "reason": "wrong_place", "comment": "It is 112."}]
        }
    )

    verdict: Literal["accepted", "edited", "rejected"]
    field: Text | None = Limits(default=None, max_length=100)
    reason: Literal["wrong_service", "wrong_place", "other"] | None = None
    comment: Text = Limits(default="", max_length=2000)


@router.post("", status_code=201)
async def suggest(wish: DraftRequest, who: Staff, assistant: AssistantHere) -> Draft:
    """Suggest a draft from what a caller says."""
    if not wish.text.strip():
        raise ApiError(422, "empty_text", "There is no text to read. Please type what the caller says.")
    draft = await assistant.suggester.draft(wish.text)
    await assistant.drafts.save(draft, text=wish.text, source=wish.source, by=who.login)
    return draft


@router.post("/{draft_id}/accept")
async def accept(
    draft_id: Text, wish: AcceptRequest, who: Staff, assistant: AssistantHere, doors: DoorsHere
) -> CaseResponse:
    """File a draft with the call-taker's corrections. The same key always gives the same case."""
    case = await assistant.accept(draft_id, wish.edits, key=wish.idempotency_key, by=who.login)
    await doors.accounts.prepare()
    changed = {"case": case.case_id, "edited": sorted(wish.edits)}
    await doors.audit.add("case_filed", draft_id, by=who.login, role=who.role, detail=changed)
    return CaseResponse.of(case)


@router.post("/{draft_id}/feedback", status_code=204)
async def feedback(draft_id: Text, wish: FeedbackRequest, who: Staff, assistant: AssistantHere) -> None:
    """Keep what a call-taker says of a suggestion."""
    await assistant.drafts.say(draft_id, wish.model_dump(mode="json"), by=who.login)
