"""Fetches a page of the web for import: public addresses only, redirects checked again, within a size and a time.

NotFetched        a page was not fetched; the sentence says why
├── RobotsRefuse  the site asks not to be read by machines there
└── (AddressRefused of knowledge/addresses.py is told as it is)
"""

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from knowledge.addresses import Pinned, Resolve, pinned, resolve

MOST_BYTES = 10 * 1024 * 1024
MOST_SECONDS = 20.0
MOST_REDIRECTS = 5
ROBOTS_BYTES = 512 * 1024
AGENT = "Beacon311-Importer"
PAUSE = 0.5
LONGEST_PAUSE = 10.0
"""Seconds between two pages of one site: what it asks for, within these bounds."""

_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """A page was not fetched; the sentence says why."""


class RobotsRefuse(NotFetched):
    """The site asks that machines do not read this page."""


@dataclass(frozen=True)
class Fetched:
    """A page as it came. `url` is where it was found in the end."""

    url: str
    content: bytes
    kind: str
    encoding: str | None = None


@dataclass
class Fetcher:
    """Fetches pages one after the other. `allow_loopback` is for tests."""

    allow_loopback: bool = False
    most_bytes: int = MOST_BYTES
    seconds: float = MOST_SECONDS
    pause: float = PAUSE
    resolver: Resolve = resolve
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)

    async def fetch(self, url: str) -> Fetched:
        """The page of an address. Raises NotFetched or AddressRefused."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._follow(url)
        except TimeoutError as error:
            raise NotFetched(f"The page {url!r} did not come within {self.seconds:g} seconds.") from error

    async def _follow(self, url: str) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            page = await pinned(url, allow_loopback=self.allow_loopback, resolver=self.resolver)
            await self._ask_robots(page)
            await self._wait(page)
            response, content = await self._get(page, self.most_bytes)
            if response.status_code in _REDIRECTS and (target := response.headers.get("location")):
                url = urljoin(url, target)
                continue
            if response.status_code != httpx.codes.OK:
                raise NotFetched(f"The page {url!r} answered with the status {response.status_code}.")
            kind = response.headers.get("content-type", "").partition(";")[0].strip().casefold()
            return Fetched(url=url, content=content, kind=kind, encoding=response.charset_encoding)
        raise NotFetched(f"The page {url!r} was moved more than {MOST_REDIRECTS} times.")

    async def _get(self, page: Pinned, most: int) -> tuple[httpx.Response, bytes]:
        """The answer of the very machine that was checked, read up to a size; packed answers are not asked for."""
        headers = {"Host": page.origin, "User-Agent": AGENT, "Accept-Encoding": "identity"}
        named = {"sni_hostname": page.host}
        try:
            async with (
                httpx.AsyncClient(timeout=self.seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("GET", page.pinned_url, headers=headers, extensions=named) as response,
            ):
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise NotFetched(f"The page {page.url!r} came packed, which was not asked for.")
                content = b""
                async for piece in response.aiter_raw():
                    content += piece
                    if len(content) > most:
                        raise NotFetched(f"The page {page.url!r} is larger than {most // 1024} KB.")
                return response, content
        except httpx.HTTPError as error:
            raise NotFetched(f"The page {page.url!r} cannot be reached ({type(error).__name__}).") from error

    async def _ask_robots(self, page: Pinned) -> None:
        """What the site says of machines: all is allowed without a file, nothing where the file cannot be had."""
        site = f"{page.scheme}://{page.origin}"
        if site not in self._robots:
            self._robots[site] = await self._read_robots(page, f"{site}/robots.txt")
        if not self._robots[site].can_fetch(AGENT, page.url):
            raise RobotsRefuse(f"The site of {page.url!r} asks that machines do not read it there.")

    async def _read_robots(self, page: Pinned, url: str) -> RobotFileParser:
        rules = RobotFileParser()
        at = Pinned(url, page.scheme, page.host, page.port, page.address, "/robots.txt")
        for _ in range(MOST_REDIRECTS + 1):
            response, content = await self._get(at, ROBOTS_BYTES)
            if response.status_code not in _REDIRECTS:
                break
            moved = urljoin(at.url, response.headers.get("location", ""))
            at = await pinned(moved, allow_loopback=self.allow_loopback, resolver=self.resolver)
        if response.status_code == httpx.codes.OK:
            rules.parse(content.decode("utf-8", errors="replace").splitlines())
        elif httpx.codes.is_client_error(response.status_code):
            rules.parse([])
        else:
            rules.parse(["User-agent: *", "Disallow: /"])
        return rules

    async def _wait(self, page: Pinned) -> None:
        """Leave a site in peace for a moment between two pages."""
        site = f"{page.scheme}://{page.origin}"
        asked = self._robots[site].crawl_delay(AGENT)
        pause = min(float(asked), LONGEST_PAUSE) if asked is not None else self.pause
        left = self._last.get(site, 0.0) + pause - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)
        self._last[site] = time.monotonic()


def same_site(one: str, other: str) -> bool:
    """Whether two addresses lie on one site; "www." makes no difference."""
    hosts = [(urlsplit(each).netloc or "").casefold().removeprefix("www.") for each in (one, other)]
    return hosts[0] == hosts[1]
