"""Limits on what is read from a request, before anything parses it."""

from contextlib import suppress

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.errors import body

BODY_LIMIT = 64 * 1024
"""Bytes of a JSON or form body."""

MEDIA_LIMIT = 10 * 1024 * 1024
"""Bytes of an uploaded photo, with some room for the multipart envelope."""

ENVELOPE = 4 * 1024
DRAINED = 4 * MEDIA_LIMIT
"""Bytes of a photo that is too large which are read and thrown away: a browser shows our sentence only after it has
sent all, and takes a connection that ends before for a lost one."""

MOST_DIGITS = 12
"""Digits of a declared length that are worth reading."""


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Refuses a body over its limit with 413, whether its length was declared, lied about, or not given."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it stays within its limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MEDIA_LIMIT + ENVELOPE if scope["path"].endswith("/media") else BODY_LIMIT
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > MOST_DIGITS or int(declared) > limit:
            await _drained(receive, limit)
            await _refuse(limit)(scope, receive, send)
            return
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        size = 0
        over = answered = False

        async def counting() -> Message:
            nonlocal size, over
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                over = True
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            """Holds back what the app makes of a body that broke off: a framework may answer that by itself."""
            nonlocal answered
            if over and not answered:
                return
            answered = answered or message["type"] == "http.response.start"
            await send(message)

        with suppress(_TooLarge):
            await self._app(scope, counting, watched)
        if over and not answered:
            await _drained(receive, limit)
            await _refuse(limit)(scope, receive, send)


async def _drained(receive: Receive, limit: int) -> None:
    """Read what is still sent of a photo, up to a bound."""
    left = DRAINED if limit > BODY_LIMIT else 0
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if not message.get("more_body", False):
            return


def _refuse(limit: int) -> JSONResponse:
    message = f"This is too large: at most {limit // 1024} KB can be taken. Please send something shorter."
    return JSONResponse(body("too_large", message), 413)
