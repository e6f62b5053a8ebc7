"""Speaks HTTP with a city's Open311 endpoint, in JSON or XML: one deadline a call, a limit of size, typed errors.

A read that meets "too many requests" waits once, if the wait is short; until a longer wait is over nothing is sent. A
post is never sent twice from here: whoever posts looks first whether it happened. The endpoint's own time is heard from
its answers.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from urllib.parse import urlencode

import httpx

from tools.clock import Clock, system_clock
from tools.crm import CRMError, CRMGarbled, CRMRejected, CRMUnavailable, LoginRefused
from tools.open311_xml import Json, XmlBroken, read_xml
from tools.reached import unreachable

MOST_BYTES = 8 * 1024 * 1024
PATIENCE_SECONDS = 2.0
LONGEST_WAIT = 3_600.0
SPECIFICATION = "http://wiki.open311.org/georeport_v2"
Pairs = Sequence[tuple[str, str]]


class NotThere(CRMError):
    """The endpoint knows nothing by this name."""


class TooManyCalls(CRMUnavailable):
    """The endpoint wants fewer calls; it may be asked again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The Open311 endpoint takes no more calls for {seconds:.0f} seconds.")
        self.seconds = seconds


class Open311Web:
    """The calls of one endpoint. `seconds` is how long one call may take, from first to last byte; `ahead` is how far
    the endpoint's clock was before ours when it answered last."""

    def __init__(
        self,
        endpoint: str,
        *,
        form: str = "json",
        api_key: str | None = None,
        jurisdiction: str | None = None,
        seconds: float = 10.0,
        clock: Clock = system_clock,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._form = form
        self._key = api_key
        self._always = [("jurisdiction_id", jurisdiction)] if jurisdiction else []
        self._seconds = seconds
        self._client = httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False, transport=transport)  # noqa: S113 - one deadline over each call, below
        self._not_before = 0.0
        self._clock = clock
        self.ahead = timedelta(0)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def get(self, path: str, query: Pairs = ()) -> Json:
        """The document at a path, without its format. Raises NotThere and CRMError."""
        try:
            return await self._call("GET", path, [*self._always, *query])
        except TooManyCalls as error:
            if error.seconds > PATIENCE_SECONDS:
                raise
            await asyncio.sleep(error.seconds)
            return await self._call("GET", path, [*self._always, *query])

    async def post(self, path: str, fields: Pairs) -> Json:
        """What a form is answered with. CRMUnavailable and CRMGarbled leave open whether it was taken."""
        key = [("api_key", self._key)] if self._key else []
        return await self._call("POST", path, [*key, *self._always, *fields])

    async def _call(self, method: str, path: str, pairs: list[tuple[str, str]]) -> Json:
        if (wait := self._not_before - monotonic()) > 0:
            raise TooManyCalls(wait)
        address = f"{self.endpoint}/{path}.{self._form}"
        given = urlencode(pairs)
        try:
            async with asyncio.timeout(self._seconds):
                if method == "GET":
                    return await self._sent(
                        self._client.build_request("GET", f"{address}?{given}" if given else address)
                    )
                headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
                request = self._client.build_request("POST", address, content=given.encode(), headers=headers)
                return await self._sent(request)
        except TimeoutError as error:
            raise CRMUnavailable("The Open311 endpoint did not answer in time.") from error
        except httpx.HTTPError as error:
            raise unreachable("The Open311 endpoint", error) from error

    async def _sent(self, request: httpx.Request) -> Json:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise CRMGarbled("The Open311 endpoint answered far too much.")
        finally:
            await response.aclose()
        self._hear_the_time(response)
        return self._read(response, bytes(body))

    def _hear_the_time(self, response: httpx.Response) -> None:
        try:
            self.ahead = parsedate_to_datetime(response.headers["date"]) - self._clock()
        except (KeyError, ValueError, TypeError):
            return

    def _read(self, response: httpx.Response, body: bytes) -> Json:
        status = response.status_code
        if status == 429:
            seconds = _seconds(response.headers.get("Retry-After", ""))
            self._not_before = monotonic() + seconds
            raise TooManyCalls(seconds)
        if status >= 500:
            raise CRMUnavailable(f"The Open311 endpoint failed ({status}).")
        if status == 404:
            raise NotThere("The Open311 endpoint knows nothing by that name.")
        if status in (401, 403):
            raise LoginRefused(f"The Open311 endpoint does not accept our api_key ({status}).")
        if status >= 400:
            raise CRMRejected(f"The Open311 endpoint refuses this: {_faults(body)}")
        if status != 200 and status != 201:
            raise CRMGarbled(f"The Open311 endpoint answered with {status}.")
        return parsed(body)


def parsed(body: bytes) -> Json:
    """The content of a JSON or XML document, whichever it is. Raises CRMGarbled for anything else."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        if start in (b"[", b"{"):
            value: Json = json.loads(body)
            return value
        if start == b"<":
            root, value = read_xml(body)
            if root.casefold() != "html":
                return value
    except (ValueError, RecursionError, XmlBroken) as error:
        raise CRMGarbled("The Open311 endpoint answered what is neither JSON nor XML.") from error
    raise CRMGarbled("The Open311 endpoint answered a page or a text instead of a document.")


async def discover(web: Open311Web, *, kind: str = "production") -> str:
    """The address of the GeoReport v2 endpoint that a discovery document names. Raises CRMGarbled without one."""
    document = await web.get("discovery")
    endpoints = document.get("endpoints") if isinstance(document, dict) else None
    for each in endpoints if isinstance(endpoints, list) else []:
        if not isinstance(each, dict) or each.get("type", kind) != kind:
            continue
        if str(each.get("specification", "")).casefold() == SPECIFICATION and each.get("url"):
            return str(each["url"]).rstrip("/")
    raise CRMGarbled(f"The discovery document names no {kind} endpoint of GeoReport v2.")


def _seconds(retry_after: str) -> float:
    """How long to wait: what was said in seconds, else a minute, at most an hour."""
    said = float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9 else 60.0
    return min(said, LONGEST_WAIT)


def _faults(body: bytes) -> str:
    try:
        errors = parsed(body)
    except CRMGarbled:
        return "it did not say why."
    told = (
        [str(each.get("description")) for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    )
    return "; ".join(told)[:500] or "it did not say why."
