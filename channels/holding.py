"""Answers at the server's address while it loads or brings its tables up to date: back in a moment."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

RETRY_SECONDS = 5
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
SENTENCE = (
    "Boston 311's assistant is being updated and is back in a moment. In an emergency call 911; for anything else "
    "call 311 (617-635-4500)."
)
SENTENCE_ES = (
    "El asistente del 311 de Boston se está actualizando y vuelve en un momento. En una emergencia llame al 911; para "
    "todo lo demás llame al 311 (617-635-4500)."
)
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Back in a moment</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Back in a moment</h1>'
    f'<p>{SENTENCE}</p><p lang="es">{SENTENCE_ES}</p></main></body></html>'
)
HEADERS = {
    "Retry-After": str(RETRY_SECONDS),
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


class _Quiet(uvicorn.Server):
    """Leaves signals to the server that comes after it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "alive"}, headers=HEADERS)


async def _later(request: Request) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(PAGE, 503, HEADERS)
    return JSONResponse({"error": {"code": "starting", "message": SENTENCE}}, 503, HEADERS)


@asynccontextmanager
async def holding(door: socket.socket) -> AsyncIterator[None]:
    """While the block runs every request is answered with 503 and when to come again, so that a carrier delivers its
    text once more and a browser shows a sentence. Only `/livez` is answered with 200: the process is at work."""
    app = Starlette(
        routes=[Route("/livez", _alive), Route("/{path:path}", _later, methods=METHODS)],
    )
    config = uvicorn.Config(
        app, log_config=None, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[door.dup()]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
