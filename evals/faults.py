"""What can go wrong at a case system, alike for every test server of one.

Before any work is done: `error` (500), `unauthorized`, `busy` (429), `drip`, `html` (a gateway's 502), `page` (a page
where an answer should be), `huge`. After it was done: `timeout`, `error_after`, `malformed` (the answer breaks off).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.utils import format_datetime

from starlette.responses import HTMLResponse, Response, StreamingResponse

from tools.clock import Clock

FOREVER = 30.0
HUGE = 9 * 2**20
AFTER = ("timeout", "error_after", "malformed")


@dataclass(eq=False)
class Faults:
    """What hits the next calls, reading (GET) and writing ones each in their order."""

    reads: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    def every(self, fault: str, *, times: int) -> None:
        """Let so many calls of either kind meet a fault."""
        self.reads, self.writes = [fault] * times, [fault] * times

    def clear(self) -> None:
        """Let everything go well again."""
        self.reads, self.writes = [], []

    def next(self, method: str) -> str:
        """The fault of a call; empty if it goes well."""
        waiting = self.reads if method == "GET" else self.writes
        return waiting.pop(0) if waiting else ""


def before(fault: str, refused: Callable[[], Response]) -> Response | None:
    """What a fault answers before any work is done; None for one that does the work. `refused` is the server's 401."""
    match fault:
        case "error":
            return broken()
        case "unauthorized":
            return refused()
        case "busy":
            return Response("[]", 429, {"Retry-After": "1"}, media_type="application/json")
        case "drip":
            return StreamingResponse(_pieces(b" ", count=int(FOREVER / 0.05), seconds=0.05))
        case "html":
            return HTMLResponse("<html><body>502 Bad Gateway</body></html>", 502)
        case "page":
            return HTMLResponse("<!DOCTYPE html><html><body><br>Please log in</body></html>")
        case "huge":
            return StreamingResponse(_pieces(b" " * 2**20, count=HUGE // 2**20, seconds=0.0))
    return None


async def after(fault: str, answer: Response) -> Response:
    """What becomes of the answer to work that was done."""
    if fault == "timeout":
        await asyncio.sleep(FOREVER)
    if fault == "error_after":
        return broken()
    if fault == "malformed":
        body = bytes(answer.body)
        return Response(body[: len(body) // 2], answer.status_code, media_type=answer.media_type)
    return answer


def broken() -> Response:
    """The answer of a server that failed."""
    return Response('{"Message": "An error has occurred."}', 500, media_type="application/json")


def dated(answer: Response, clock: Clock) -> Response:
    """The answer with the time of the server's own clock."""
    answer.headers["date"] = format_datetime(clock(), usegmt=True)
    return answer


async def _pieces(piece: bytes, *, count: int, seconds: float) -> AsyncIterator[bytes]:
    for _ in range(count):
        await asyncio.sleep(seconds)
        yield piece
