"""A telephone to try calling with, on this machine only: what one would say is typed, and what is said is read."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.auth import refuse_foreign
from channels.demo_phone import OURS, phone_of, remember_phone, written
from channels.fake_calls import FakeCalls
from channels.page_headers import SECURITY_HEADERS
from channels.text import storable

LONGEST_SAID = 500
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
EXAMPLES = ("there's a big pothole outside 100 Perham Street", "how do I get a resident parking permit", "yes")
HERE = "/demo-sms/call#newest"
router = APIRouter(prefix="/demo-sms/call", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
async def call_page(request: Request) -> Response:
    """The telephone, with what was said in its latest call."""
    phone, calls = phone_of(request), _calls(request)
    call = calls.of(phone)
    page: Response = request.app.state.templates.TemplateResponse(
        request,
        "call.html",
        {
            "call": call,
            "open": call is not None and not call.ended,
            "lines": call.lines if call else [],
            "phone": written(phone),
            "ours": written(OURS),
            "keys": KEYS,
            "longest": LONGEST_SAID,
            "examples": EXAMPLES,
        },
    )
    page.headers.update(SECURITY_HEADERS)
    remember_phone(page, phone)
    return page


@router.post("/new")
async def new_call(request: Request) -> Response:
    """Call the assistant."""
    refuse_foreign(request)
    phone, calls = phone_of(request), _calls(request)
    before = calls.of(phone)
    if before is not None:
        await calls.hang_up(before)
    await calls.call(phone, OURS)
    back = RedirectResponse(HERE, 303)
    remember_phone(back, phone)
    return back


@router.post("/do")
async def act(
    request: Request,
    words: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    what: Annotated[Literal["say", "silence", "hang_up"], Form()] = "say",
    unclear: Annotated[Literal["", "true"], Form()] = "",
) -> Response:
    """Say or press something, stay silent, or hang up."""
    refuse_foreign(request)
    calls = _calls(request)
    call = calls.of(phone_of(request))
    said, pressed = storable(words)[:LONGEST_SAID].strip(), "".join(each for each in key if each in "0123456789")[:20]
    if call is not None and what == "hang_up":
        await calls.hang_up(call)
    elif call is not None and pressed:
        await calls.press(call, pressed)
    elif call is not None and said and what == "say":
        await calls.say(call, said, confidence=0.3 if unclear else 0.92)
    elif call is not None and what == "silence":
        await calls.silence(call)
    return RedirectResponse(HERE, 303)


def _calls(request: Request) -> FakeCalls:
    calls: FakeCalls = request.app.state.phone_calls
    return calls
