"""Speaks OData 4 with Creatio: one deadline over all, a limit of size, one new login on a 401, and typed errors.

Reads that fail with a 5xx are tried once more; writes never are: whoever writes looks first whether it happened.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from time import monotonic
from typing import Any

import httpx

from tools.creatio_login import Login
from tools.crm import CRMError, CRMGarbled, CRMRejected, CRMUnavailable, LoginRefused
from tools.reached import unreachable

MOST_BYTES = 8 * 1024 * 1024
MOST_IN_A_BATCH = 100
LOGIN_REST_SECONDS = 30.0
"""After a refused login nobody tries for so long: a technical user is locked after a few wrong passwords."""

Row = dict[str, Any]


class CreatioWeb:
    """The calls of one site. `seconds` is how long one call may take, from first to last byte."""

    def __init__(
        self, url: str, login: Login, *, seconds: float = 10.0, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._login = login
        self._seconds = seconds
        self._client = httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False, transport=transport)  # noqa: S113 - one deadline over each call, below
        self._headers: dict[str, str] | None = None
        self._refused_until = 0.0
        self._door = asyncio.Lock()
        self.server_time: datetime | None = None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def rows(self, entity: str, **options: str) -> list[Row]:
        """The rows of a collection; options are OData's, without their dollar sign."""
        answer = await self._reading(entity, {f"${name}": value for name, value in options.items()})
        found = answer.get("value")
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise CRMGarbled(f"Creatio answered the question for {entity} without a list of rows.")
        return found

    async def create(self, entity: str, row: Mapping[str, object]) -> Row:
        """A new row as Creatio keeps it. Never tried twice."""
        return await self._call("POST", entity, body=row)

    async def upload(self, path: str, content: bytes) -> None:
        """Put the content of a file."""
        await self._call("PUT", path, raw=content)

    async def metadata(self) -> bytes:
        """The schema of the site."""
        return (await self._send("GET", "$metadata", {}, None, None)).content

    async def batch(self, requests: Sequence[Row]) -> list[Row]:
        """Several calls in one, a hundred at the most each time, in order; the bodies of their answers. The first that
        fails stops the rest. Raises what the call alone would."""
        answers: list[Row] = []
        left = iter(enumerate(requests))
        while part := list(islice(left, MOST_IN_A_BATCH)):
            numbered = [{"id": str(place), **request} for place, request in part]
            answer = await self._call("POST", "$batch", body={"requests": numbered})
            told = answer.get("responses")
            if not isinstance(told, list):
                raise CRMGarbled("Creatio answered a batch without its responses.")
            for each in told:
                _refuse(int(each.get("status", 0)), each.get("body"))
                answers.append(each.get("body") or {})
            if len(told) != len(part):
                raise CRMGarbled("Creatio answered fewer calls of a batch than were made.")
        return answers

    async def _reading(self, path: str, params: Mapping[str, str]) -> Row:
        try:
            return await self._call("GET", path, params=params)
        except LoginRefused:
            raise
        except CRMUnavailable:
            return await self._call("GET", path, params=params)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        raw: bytes | None = None,
    ) -> Row:
        response = await self._send(method, path, params or {}, body, raw)
        if response.status_code == httpx.codes.NO_CONTENT:
            return {}
        answer = _parsed(response)
        _refuse(response.status_code, answer)
        if not isinstance(answer, dict):
            raise CRMGarbled("Creatio answered something that makes no sense.")
        return answer

    async def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, object] | None,
        raw: bytes | None,
    ) -> httpx.Response:
        try:
            async with asyncio.timeout(self._seconds):
                headers = await self._logged_in(None)
                response = await self._once(method, path, params, body, raw, headers)
                if response.status_code == httpx.codes.UNAUTHORIZED:
                    headers = await self._logged_in(headers)
                    response = await self._once(method, path, params, body, raw, headers)
        except TimeoutError as error:
            raise CRMUnavailable(f"Creatio did not answer within {self._seconds:g} seconds.") from error
        except httpx.HTTPError as error:
            raise unreachable("Creatio", error) from error
        except ValueError as error:
            raise CRMGarbled("Creatio's login answered something that makes no sense.") from error
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise LoginRefused(f"Creatio refuses our login for {path} ({response.status_code}).")
        return response

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, object] | None,
        raw: bytes | None,
        headers: Mapping[str, str],
    ) -> httpx.Response:
        kind = "application/octet-stream" if raw is not None else "application/json; charset=utf-8"
        content = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        sent = {"Accept": "application/json", **headers} | ({"Content-Type": kind} if content is not None else {})
        url = f"{self._url}/{path}"
        async with self._client.stream(method, url, params=dict(params), content=content, headers=sent) as response:
            read = b""
            async for piece in response.aiter_bytes():
                read += piece
                if len(read) > MOST_BYTES:
                    raise CRMGarbled(f"Creatio answered with more than {MOST_BYTES // 2**20} MB.")
            self._hear_the_time(response)
            return httpx.Response(response.status_code, headers={"x-kind": kind}, content=read)

    def _hear_the_time(self, response: httpx.Response) -> None:
        try:
            self.server_time = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return

    async def _logged_in(self, failed: Mapping[str, str] | None) -> dict[str, str]:
        """The headers in use; new ones if there are none, they have ended, or they are the ones that failed. Many who
        fail at once log in once."""
        async with self._door:
            if self._headers is not None and self._headers is not failed and self._login.fresh:
                return self._headers
            if monotonic() < self._refused_until:
                raise LoginRefused("Creatio refused our login a moment ago; it is not tried again yet.")
            try:
                self._headers = await self._login.headers(self._client)
            except LoginRefused:
                self._refused_until = monotonic() + LOGIN_REST_SECONDS
                raise
            return self._headers


def _parsed(response: httpx.Response) -> object:
    """The body as JSON. A server in trouble speaks HTML: then its status says what happened."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        _refuse(response.status_code, None)
        raise CRMGarbled("Creatio did not answer with JSON.") from error


def _refuse(status: int, body: object) -> None:
    """Raise what an answer's status says: the same may be tried again (5xx, 429), or it will not help (4xx)."""
    if status < httpx.codes.BAD_REQUEST:
        return
    error: CRMError
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status in (408, 429):
        error = CRMUnavailable(f"Creatio is not able to answer just now ({status}).")
    else:
        error = CRMRejected(f"Creatio refuses what was sent ({status}): {_told(body)}")
    raise error


def _told(body: object) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return str(message or "no reason was given")[:200]
