"""The resident's JSON API: open a conversation, send a message, read its history, follow its events."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.message import Channel, Inbound
from channels.auth import COOKIE, AssistantHere, OwnConversation
from channels.errors import ApiError
from channels.text import storable
from channels.wire import MessageRequest, OpenedResponse, OpenRequest, PendingResponse, TurnResponse

router = APIRouter(prefix="/api/conversations", tags=["conversations"])

COOKIE_SECONDS = 24 * 3600
"""How long the page's cookie lasts; the conversation itself is kept by the city's retention rules."""


@router.post("", status_code=201)
async def open_conversation(
    wish: OpenRequest, request: Request, response: Response, assistant: AssistantHere
) -> OpenedResponse:
    """Begin a conversation. Keep the token: it alone opens the conversation."""
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
    text = storable(message.text)
    if not text.strip() and not message.media:
        raise ApiError(422, "empty_message", "The message is empty. Please write what you need in a few words.")
    inbound = Inbound(
        conversation_id=conversation_id,
        channel=Channel.WEB,
        message_id=f"{conversation_id}:{storable(message.message_id)}",
        text=text,
        media=message.media,
        at=datetime.now(UTC),
    )
    turn = await assistant.take(inbound, wait_seconds=request.app.state.wait_seconds)
    if turn is None:
        return JSONResponse(PendingResponse(turn_id=inbound.message_id).model_dump(mode="json"), 202)
    return TurnResponse.of(turn)


@router.get("/{conversation_id}")
async def history(conversation_id: OwnConversation, assistant: AssistantHere) -> dict[str, object]:
    """Everything said so far, in order."""
    lines = await assistant.history.said(conversation_id)
    return {"conversation_id": conversation_id, "messages": [line.model_dump(mode="json") for line in lines]}


@router.get("/{conversation_id}/events")
async def events(
    conversation_id: OwnConversation,
    assistant: AssistantHere,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Finished turns as server-sent events, resumed after `Last-Event-ID`."""
    after = int(last_event_id) if last_event_id and last_event_id.isdigit() else 0
    return EventSourceResponse(_events(conversation_id, assistant, after), ping=15)


async def _events(conversation_id: str, assistant: AssistantHere, after: int) -> AsyncIterator[ServerSentEvent]:
    async for each in assistant.follow(conversation_id, after=after):
        data = json.dumps(TurnResponse.of(each.turn).model_dump(mode="json"), ensure_ascii=False)
        yield ServerSentEvent(data=data, event="turn", id=str(each.number))
