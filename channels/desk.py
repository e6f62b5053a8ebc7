"""The call-taker's JSON API: suggest a draft, accept it as a case, and say what was wrong with it."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field as Limits

from channels.auth import AssistantHere, CallTaker
from channels.errors import ApiError
from channels.text import storable
from channels.wire import CaseResponse, Wire
from tools.draft import Draft, FieldValue

router = APIRouter(prefix="/api/drafts", tags=["desk"])


class DraftRequest(Wire):
    """What the caller said, as typed or pasted by the call-taker."""

    text: str = Limits(min_length=1, examples=["caller says big pothole in front of 12 beacon st"])
    source: Literal["phone", "walk_in", "email", "letter", "other"] = "phone"


class AcceptRequest(Wire):
    """File a draft. `edits` are corrected values by attribute code, or by `service` and `location`."""

    edits: dict[str, FieldValue] = Limits(default_factory=dict)
    idempotency_key: str = Limits(min_length=1, max_length=100)


class FeedbackRequest(Wire):
    """What a call-taker says of a suggestion."""

    verdict: Literal["accepted", "edited", "rejected"]
    field: str | None = None
    reason: Literal["wrong_service", "wrong_place", "other"] | None = None
    comment: str = Limits(default="", max_length=2000)


@router.post("", status_code=201)
async def suggest(wish: DraftRequest, who: CallTaker, assistant: AssistantHere) -> Draft:
    """Suggest a draft from what a caller says."""
    text = storable(wish.text)
    if not text.strip():
        raise ApiError(422, "empty_text", "There is no text to read. Please type what the caller says.")
    draft = await assistant.suggester.draft(text)
    await assistant.drafts.save(draft, text=text, source=wish.source, by=who)
    return draft


@router.post("/{draft_id}/accept")
async def accept(draft_id: str, wish: AcceptRequest, who: CallTaker, assistant: AssistantHere) -> CaseResponse:
    """File a draft with the call-taker's corrections. The same key always gives the same case."""
    case = await assistant.accept(draft_id, wish.edits, key=wish.idempotency_key, by=who)
    return CaseResponse.of(case)


@router.post("/{draft_id}/feedback", status_code=204)
async def feedback(draft_id: str, wish: FeedbackRequest, who: CallTaker, assistant: AssistantHere) -> None:
    """Keep what a call-taker says of a suggestion."""
    await assistant.drafts.say(draft_id, wish.model_dump(mode="json"), by=who)
