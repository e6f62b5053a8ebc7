"""Gives a person whose form or link was refused a page with the sentence, where a program gets JSON."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.page_headers import SECURITY_HEADERS
from channels.page_session import EMBED, framed_by, language_here
from channels.page_words import direction_of, words_of

FOR_PROGRAMS = ("/api/", "/sms/", "/voice", "/open311", "/static/", "/livez", "/readyz", "/metrics")
OF_STAFF = ("/desk", "/staff", "/review", "/articles", "/wordings", "/supervisor", "/records")
REFUSED = 400


class RefusedPages:
    """Draws an error as a page for a browser that asked for one: the same status, the same sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; what was refused in JSON goes out as a page."""
        if scope["type"] != "http" or not _wants_page(scope):
            await self._app(scope, receive, send)
            return
        started: list[Message] = []
        told = bytearray()

        async def drawn(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_refusal(message):
                started.append(message)
                return
            if not started:
                await send(message)
                return
            told.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            error = json.loads(told)
            if isinstance(error, dict) and "error" in error:
                await _page(Request(scope), started[0]["status"], error["error"])(scope, receive, send)
            else:
                await send(started[0])
                await send({"type": "http.response.body", "body": bytes(told)})

        await self._app(scope, receive, drawn)


def _wants_page(scope: Scope) -> bool:
    accepted: bytes = dict(scope["headers"]).get(b"accept", b"")
    path: str = scope["path"]
    return b"text/html" in accepted and not path.startswith(FOR_PROGRAMS)


def page_of(request: Request, status: int, error: Mapping[str, str]) -> Response | None:
    """The page of an error; None for a program, which gets JSON."""
    return _page(request, status, error) if _wants_page(request.scope) else None


def _is_refusal(message: Message) -> bool:
    kind: bytes = dict(message["headers"]).get(b"content-type", b"")
    status: int = message["status"]
    return status >= REFUSED and kind.startswith(b"application/json")


def _page(request: Request, status: int, error: Mapping[str, str]) -> Response:
    path, staff = request.url.path, request.url.path.startswith(OF_STAFF)
    language = "en" if staff else language_here(request, None, None)
    words = words_of(language)
    own = error["code"] in words and (error["code"] != "too_large" or path.endswith("/media"))
    embedded = path.startswith(EMBED)
    page: Response = request.app.state.templates.TemplateResponse(
        request,
        "refused.html",
        {
            "language": language,
            "direction": direction_of(language),
            "words": words,
            "sentence": words[error["code"]] if own else error["message"],
            "staff": staff,
            "home": path if staff and request.method == "GET" else EMBED if embedded else "/",
        },
        status_code=status,
    )
    page.headers.update(SECURITY_HEADERS if staff else framed_by(request))
    return page
