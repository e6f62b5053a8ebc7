"""A small web site on the loopback for the tests of the import: pages, a sitemap, robots, redirects, and traps."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from evals.loopback import on_loopback

PAGE = """<!doctype html><html lang="en"><head><title>{title} | Boston.gov</title>
<meta property="article:modified_time" content="2025-06-01T10:00:00-04:00"></head>
<body><nav>Home Menu</nav><main><h1>{title}</h1>{body}</main><footer>Privacy</footer></body></html>"""


def page(title: str, body: str) -> str:
    return PAGE.format(title=title, body=body)


class Site:
    """What the site serves, by path, and what was asked of it."""

    def __init__(
        self, pages: Mapping[str, str | bytes], *, robots: str | None = None, robots_status: int = 200
    ) -> None:
        self.pages, self.robots, self.robots_status = dict(pages), robots, robots_status
        self.asked: Counter[str] = Counter()

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked[path] += 1
        if path == "/robots.txt":
            missing = self.robots is None and self.robots_status == 200
            return PlainTextResponse(self.robots or "", status_code=404 if missing else self.robots_status)
        if path == "/redirect":
            return RedirectResponse(request.query_params["to"])
        if path == "/circle":
            return RedirectResponse("/circle")
        if path == "/slow":
            return StreamingResponse(_slowly(), media_type="text/html")
        if path == "/packed":
            return Response(b"x" * 100, media_type="text/html", headers={"Content-Encoding": "gzip"})
        if path not in self.pages:
            return PlainTextResponse("Not found", status_code=404)
        content = self.pages[path]
        body = (
            content.replace("http://site", str(request.base_url).rstrip("/")) if isinstance(content, str) else content
        )
        if path.endswith(".xml"):
            return Response(body, media_type="application/xml")
        if isinstance(body, bytes):
            return Response(body, media_type="application/octet-stream")
        return HTMLResponse(body)


async def _slowly() -> AsyncIterator[bytes]:
    for _ in range(200):
        yield b"<p>drip"
        await asyncio.sleep(0.1)


@asynccontextmanager
async def serving_site(site: Site) -> AsyncIterator[str]:
    """The site while the block runs; gives its address without a path."""
    async with on_loopback(site.app) as address:
        yield address
