"""The resident's JSON API: open a conversation, send a message, read its history, follow its events."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.message import Channel, Inbound
from channels.auth import COOKIE, AssistantHere, OwnConversation
from channels.errors import ApiError
from channels.media import media_of
from channels.text import visible
from channels.web_limits import may_look_up, may_open, may_send
from channels.wire import (
    HistoryResponse,
    MessageRequest,
    OpenedResponse,
    OpenRequest,
    PendingResponse,
    SaidLine,
    TurnResponse,
)

router = APIRouter(prefix="/api/conversations", tags=["conversations"])

_EVENT_ID = re.compile("[0-9]{1,18}")
COOKIE_SECONDS = 24 * 3600
"""How long the page's cookie lasts; the conversation itself is kept by the city's retention rules."""


@router.post("", status_code=201)
async def open_conversation(
    wish: OpenRequest, request: Request, response: Response, assistant: AssistantHere
) -> OpenedResponse:
    """Begin a conversation. Keep the token: it alone opens the conversation."""
    await may_open(request, assistant)
    opened = await assistant.open(Channel.WEB, language=wish.language)
    if request.headers.get("sec-fetch-site") == "same-origin":
        remember(response, request, opened.conversation_id, opened.token)
    return OpenedResponse(conversation_id=opened.conversation_id, token=opened.token)


def remember(response: Response, request: Request, conversation_id: str, token: str) -> None:
    """Give the page its cookie."""
    response.set_cookie(
        COOKIE,
        f"{conversation_id}.{token}",
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.app.state.secure_cookies,
    )


@router.post(
    "/{conversation_id}/messages",
    response_model=TurnResponse,
    responses={202: {"model": PendingResponse, "description": "Not finished yet; the reply comes by the events."}},
)
async def send_message(
    message: MessageRequest, conversation_id: OwnConversation, request: Request, assistant: AssistantHere
) -> TurnResponse | JSONResponse:
    """Send one text and get the finished turn."""
    return await take(message, conversation_id, request, assistant)


async def take(
    message: MessageRequest, conversation_id: str, request: Request, assistant: AssistantHere
) -> TurnResponse | JSONResponse:
    """Take one text, whichever door of the web it came through. Raises ApiError 422 for an empty one."""
    if not visible(message.text) and not message.media:
        raise ApiError(422, "empty_message", "The message is empty. Please write what you need in a few words.")
    if not await media_of(request).known(conversation_id, message.media):
        raise ApiError(422, "media_not_found", "A photo of this message is not known here. Please upload it again.")
    await may_send(conversation_id, assistant)
    await may_look_up(message.text, request, assistant)
    inbound = Inbound(
        conversation_id=conversation_id,
        channel=Channel.WEB,
        message_id=f"{conversation_id}:{message.message_id}",
        text=message.text,
        media=message.media,
        at=datetime.now(UTC),
    )
    turn = await assistant.take(inbound, wait_seconds=request.app.state.wait_seconds)
    if turn is None:
        promised = await assistant.worker.promised(conversation_id, inbound.message_id)
        return JSONResponse(PendingResponse(turn_id=promised).model_dump(mode="json"), 202)
    return TurnResponse.of(turn)


@router.get("/{conversation_id}")
async def history(conversation_id: OwnConversation, assistant: AssistantHere) -> HistoryResponse:
    """Everything said so far, in order."""
    lines = await assistant.history.said(conversation_id)
    said = tuple(SaidLine(who=line.who, text=line.text, at=line.at, language=line.language) for line in lines)
    return HistoryResponse(conversation_id=conversation_id, messages=said)


@router.get("/{conversation_id}/events")
async def events(
    conversation_id: OwnConversation,
    assistant: AssistantHere,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Finished turns as server-sent events, resumed after `Last-Event-ID`."""
    after = _number(last_event_id) if last_event_id else 0
    return EventSourceResponse(_events(conversation_id, assistant, after), ping=15)


def _number(last_event_id: str) -> int:
    """The number of the last event that a reader has. Raises ApiError 400 for what we never gave."""
    if not _EVENT_ID.fullmatch(last_event_id):
        raise ApiError(400, "bad_event_id", "Last-Event-ID is not one of ours. Leave it out to get all events.")
    return int(last_event_id)


async def _events(conversation_id: str, assistant: AssistantHere, after: int) -> AsyncIterator[ServerSentEvent]:
    async for each in assistant.follow(conversation_id, after=after):
        data = json.dumps(TurnResponse.of(each.turn).model_dump(mode="json"), ensure_ascii=False)
        yield ServerSentEvent(data=data, event="turn", id=str(each.number))
