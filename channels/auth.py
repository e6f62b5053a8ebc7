"""Who may open a conversation: whoever holds its token, which is compared by hash and in constant time."""

from typing import Annotated

from fastapi import Depends, Request

from assistant.assistant import Assistant, hashed
from assistant.store import ConversationNotFound
from channels.errors import ApiError
from channels.text import storable
from channels.wire import Text

COOKIE = "beacon_conversation"
"""Holds `<conversation id>.<token>` for the page, HttpOnly; API clients send the token as a bearer instead."""


FOREIGN = "This was sent from another site, or the page is too old. Please load the page again and send it from there."


def assistant_of(request: Request) -> Assistant:
    """The assistant behind this app."""
    assistant: Assistant = request.app.state.assistant
    return assistant


AssistantHere = Annotated[Assistant, Depends(assistant_of)]


def bearer(request: Request) -> str | None:
    """The bearer token of a request."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.casefold() == "bearer" else None


def cookie(request: Request) -> tuple[str, str] | None:
    """The conversation and token that the page's cookie names."""
    conversation_id, _, token = storable(request.cookies.get(COOKIE, "")).partition(".")
    return (conversation_id, token) if conversation_id and token else None


def ours(request: Request) -> bool:
    """Whether our own page sent this, as the browser says (Fetch Metadata), or by its origin in an old browser: what a
    cookie may be trusted for."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")


def refuse_foreign(request: Request) -> None:
    """Raises ApiError 403 for a form of another site."""
    if not ours(request):
        raise ApiError(403, "foreign_form", FOREIGN)


async def own_conversation(conversation_id: Text, request: Request, assistant: AssistantHere) -> str:
    """The conversation, if the request holds its token. Raises ApiError 401 without a token, 404 with a wrong one."""
    token = bearer(request) or _cookie_token(request, conversation_id)
    if token is None:
        raise ApiError(401, "token_missing", "Please send the conversation's token as a bearer token.")
    if not await assistant.store.token_fits(conversation_id, hashed(token)):
        raise ConversationNotFound(conversation_id)
    return conversation_id


def _cookie_token(request: Request, conversation_id: str) -> str | None:
    held = cookie(request)
    if held is None or held[0] != conversation_id or not ours(request):
        return None
    return held[1]


OwnConversation = Annotated[str, Depends(own_conversation)]
