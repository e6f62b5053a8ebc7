"""The residents' chat page: plain forms that work without JavaScript, and one small module that makes it quicker."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from assistant.assistant import hashed
from assistant.message import Channel
from channels.auth import COOKIE, AssistantHere, cookie, from_our_page
from channels.conversations import remember, take
from channels.errors import ApiError
from channels.page_headers import SECURITY_HEADERS
from channels.text import visible
from channels.theme import load_theme
from channels.web_limits import may_open
from channels.wire import LONGEST_ID, MessageRequest, TurnResponse

HERE = Path(__file__).parent
router = APIRouter(include_in_schema=False)

LANGUAGES = {
    "en": "English",
    "es": "Español",
    "ht": "Kreyòl ayisyen",
    "pt": "Português",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "vi": "Tiếng Việt",
    "kea": "Kabuverdianu",
    "fr": "Français",
    "ar": "العربية",
    "so": "Soomaali",
    "ru": "Русский",
}
"""The city's languages, each by its own name."""


def templates() -> Jinja2Templates:
    """The page templates."""
    made = Jinja2Templates(directory=HERE / "templates")
    made.env.globals["city"] = load_theme()
    return made


def static_files() -> StaticFiles:
    """Styles and the page's script."""
    return StaticFiles(directory=HERE / "static")


NOTES = {
    "empty": "There was nothing to send. Please write a few words first.",
    "wait": "This takes a little longer. Your message is kept; please look again in a moment.",
}
"""What the page says after a plain form was sent, by the word in its address."""


@router.get("/", response_class=HTMLResponse)
async def chat_page(
    request: Request, assistant: AssistantHere, lang: str | None = None, note: str | None = None
) -> Response:
    """The chat page, with what was said so far if this browser has a conversation."""
    conversation_id = await _own(request, assistant)
    language = lang if lang in LANGUAGES else "en"
    history, last = [], None
    if conversation_id is not None:
        history = list(await assistant.history.said(conversation_id))
        last = await assistant.history.last_turn(conversation_id)
        language = lang if lang in LANGUAGES else (await assistant.store.conversation(conversation_id)).language
    page: Response = request.app.state.templates.TemplateResponse(
        request,
        "chat.html",
        {
            "history": history,
            "last": last,
            "conversation_id": conversation_id,
            "message_id": uuid4().hex,
            "language": language,
            "languages": LANGUAGES,
            "note": NOTES.get(note or "", ""),
            "direction": "rtl" if language == "ar" else "ltr",
            "greeting": assistant.ports.wording.say("welcome_first", language),
        },
    )
    page.headers.update(SECURITY_HEADERS)
    return page


@router.post("/say")
async def say(
    request: Request,
    assistant: AssistantHere,
    text: Annotated[str, Form()] = "",
    message_id: Annotated[str, Form()] = "",
    language: Annotated[str | None, Form()] = None,
) -> Response:
    """Send a message from the plain form, and show the page again."""
    _refuse_foreign(request)
    back = RedirectResponse("/#newest", status_code=303)
    if not visible(text):
        return RedirectResponse("/?note=empty#newest", status_code=303)
    conversation_id = await _own(request, assistant)
    if conversation_id is None:
        await may_open(request, assistant)
        opened = await assistant.open(Channel.WEB, language=language if language in LANGUAGES else None)
        conversation_id = opened.conversation_id
        remember(back, request, opened.conversation_id, opened.token)
    message = MessageRequest(text=text, message_id=message_id[:LONGEST_ID] or uuid4().hex)
    taken = await take(message, conversation_id, request, assistant)
    if not isinstance(taken, TurnResponse):
        back.headers["location"] = "/?note=wait#newest"
    return back


@router.post("/new")
async def new(request: Request) -> Response:
    """Forget this browser's conversation; the city's record of it stays."""
    _refuse_foreign(request)
    back = RedirectResponse("/", status_code=303)
    back.delete_cookie(COOKIE)
    return back


def _refuse_foreign(request: Request) -> None:
    if not from_our_page(request):
        raise ApiError(403, "foreign_form", "This form was sent from another site. Please use the chat page itself.")


async def _own(request: Request, assistant: AssistantHere) -> str | None:
    held = cookie(request)
    if held is None or not await assistant.store.token_fits(held[0], hashed(held[1])):
        return None
    return held[0]
