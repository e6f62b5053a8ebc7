"""The residents' chat page: plain forms that work without JavaScript, and one small module that makes it quicker."""

import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, File, Form, Header, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.assistant import Assistant
from assistant.message import Channel
from channels.auth import COOKIE, AssistantHere, refuse_foreign
from channels.bidi import numbers_in_order
from channels.conversations import take
from channels.errors import ApiError
from channels.limits import MEDIA_LIMIT
from channels.media import media_of
from channels.page_session import (
    EMBED,
    framed_by,
    language_here,
    own_conversation,
    remember_conversation,
    remember_language,
    renew,
)
from channels.page_words import LANGUAGES, direction_of, words_of
from channels.text import storable, visible
from channels.theme import load_theme
from channels.web_limits import may_open
from channels.wire import LONGEST_ID, MessageRequest, TurnResponse

HERE = Path(__file__).parent
NOTES = frozenset(("empty", "later", "moved"))
"""What the page may say after a plain form was sent, by the word in its address."""

_NUMBER = re.compile("[0-9]{1,18}")
router = APIRouter(include_in_schema=False)


def templates() -> Jinja2Templates:
    """The page templates."""
    made = Jinja2Templates(directory=HERE / "templates")
    made.env.globals["city"] = load_theme()
    made.env.filters["numbers_in_order"] = numbers_in_order
    return made


def static_files() -> StaticFiles:
    """Styles and the page's script."""
    return StaticFiles(directory=HERE / "static")


@router.get("/", response_class=HTMLResponse)
@router.get("/embed", response_class=HTMLResponse)
async def chat_page(
    request: Request, assistant: AssistantHere, lang: str | None = None, note: str | None = None
) -> Response:
    """The chat page, with what was said so far if this browser has a conversation."""
    page = await _page(request, assistant, lang=lang, note=note if note in NOTES else None)
    renew(page, request)
    if lang in LANGUAGES:
        remember_language(page, request, lang)
    return page


async def _page(
    request: Request,
    assistant: Assistant,
    *,
    lang: str | None = None,
    note: str | None = None,
    told: str = "",
    status: int = 200,
    text: str = "",
    home: str | None = None,
) -> Response:
    conversation_id = await own_conversation(request, assistant)
    history, last, number, spoken = [], None, 0, None
    if conversation_id is not None:
        history = list(await assistant.history.said(conversation_id))
        last = await assistant.history.last_turn(conversation_id)
        number = await assistant.history.newest(conversation_id)
        spoken = (await assistant.store.conversation(conversation_id)).language if last else None
    language = language_here(request, lang, spoken)
    words = words_of(language)
    page: Response = request.app.state.templates.TemplateResponse(
        request,
        "chat.html",
        {
            "history": history,
            "last": last,
            "number": number,
            "conversation_id": conversation_id,
            "message_id": uuid4().hex,
            "language": language,
            "direction": direction_of(language),
            "languages": LANGUAGES,
            "words": words,
            "note": told or (words[note] if note else ""),
            "text": text,
            "home": home or (EMBED if request.url.path.startswith(EMBED) else "/"),
            "notices": [each.text(language) for each in await assistant.surges.active() if each.for_everybody],
            "greeting": assistant.ports.wording.say("welcome_first", language),
        },
        status_code=status,
    )
    page.headers.update(framed_by(request))
    return page


@router.post("/say")
@router.post("/say/media")
async def say(
    request: Request,
    assistant: AssistantHere,
    text: Annotated[str, Form()] = "",
    message_id: Annotated[str, Form()] = "",
    language: Annotated[str | None, Form()] = None,
    turn: Annotated[str, Form()] = "",
    home: Annotated[str, Form()] = "/",
    photo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Send a message from the plain form, and show the page again.

    `turn` is the turn that a suggested answer belongs to: the same answer to it counts once, however often and from
    however many tabs it is sent, and an answer to what is no longer asked is not taken.
    """
    refuse_foreign(request)
    home = EMBED if home == EMBED else "/"
    text = storable(text)
    content = await photo.read(MEDIA_LIMIT + 1) if photo is not None and photo.filename else b""
    if not visible(text) and not content:
        return _back(home, "empty")
    conversation_id, back = await own_conversation(request, assistant), _back(home)
    try:
        if conversation_id is None:
            await may_open(request, assistant)
            opened = await assistant.open(Channel.WEB, language=language if language in LANGUAGES else None)
            conversation_id = opened.conversation_id
            remember_conversation(back, request, opened.conversation_id, opened.token, embedded=home == EMBED)
        key = _key(message_id or uuid4().hex, text)
        if turn and await _gone_on(assistant, conversation_id, key, turn):
            return _back(home, "moved")
        media = (await media_of(request).keep_upload(conversation_id, content),) if content else ()
        message = MessageRequest(text=text, message_id=key, media=media)
        taken = await take(message, conversation_id, request, assistant)
    except ApiError as refused:
        shown = words_of(language_here(request, language, None)).get(refused.code, str(refused))
        page = await _page(request, assistant, lang=language, told=shown, status=refused.status, text=text, home=home)
        page.raw_headers.extend(each for each in back.raw_headers if each[0] == b"set-cookie")
        return page
    if not isinstance(taken, TurnResponse):
        back.headers["location"] = f"{home}?note=later#newest"
    return back


def _back(home: str, note: str | None = None) -> RedirectResponse:
    return RedirectResponse(f"{home}?note={note}#newest" if note else f"{home}#newest", status_code=303)


def _key(message_id: str, text: str) -> str:
    """The message's id: what a form that was gone back to holds is another message if its words are others."""
    return f"{message_id[: LONGEST_ID - 13]}.{sha256(text.encode()).hexdigest()[:12]}"


async def _gone_on(assistant: Assistant, conversation_id: str, key: str, turn: str) -> bool:
    """Whether an answer belongs to a turn that is not the newest, and was not taken already."""
    if await assistant.history.turn_of_message(conversation_id, f"{conversation_id}:{key}") is not None:
        return False
    last = await assistant.history.last_turn(conversation_id)
    return last is not None and last.turn_id != turn


@router.post("/new")
async def new(request: Request, home: Annotated[str, Form()] = "/") -> Response:
    """Forget this browser's conversation; the city's record of it stays."""
    refuse_foreign(request)
    back = RedirectResponse(EMBED if home == EMBED else "/", status_code=303)
    back.delete_cookie(COOKIE)
    return back


@router.get("/receipt", response_class=HTMLResponse)
async def receipt(request: Request, assistant: AssistantHere) -> Response:
    """What was said and the case numbers, to print or save."""
    conversation_id = await own_conversation(request, assistant)
    if conversation_id is None:
        return RedirectResponse("/", status_code=303)
    turns = await assistant.history.turns_after(conversation_id, 0)
    language = language_here(request, None, (await assistant.store.conversation(conversation_id)).language)
    page: Response = request.app.state.templates.TemplateResponse(
        request,
        "receipt.html",
        {
            "history": await assistant.history.said(conversation_id),
            "cases": {each.turn.case.case_id: each.turn.case for each in turns if each.turn.case},
            "language": language,
            "direction": direction_of(language),
            "words": words_of(language),
        },
    )
    page.headers.update(framed_by(request, everywhere=True))
    return page


@router.get("/events")
async def news(
    request: Request,
    assistant: AssistantHere,
    after: str = "0",
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """The numbers of new turns, as they are finished; the page then asks for what was said."""
    conversation_id = await own_conversation(request, assistant)
    if conversation_id is None:
        return Response(status_code=204)
    since = last_event_id or after
    number = int(since) if _NUMBER.fullmatch(since) else 0
    return EventSourceResponse(_news(assistant, conversation_id, number), ping=15)


async def _news(assistant: Assistant, conversation_id: str, after: int) -> AsyncIterator[ServerSentEvent]:
    async for each in assistant.follow(conversation_id, after=after):
        yield ServerSentEvent(data=each.turn.turn_id, event="news", id=str(each.number))
