"""Speaks REST with Cartegraph: Basic or cookie login, one deadline a call, a limit of size, typed errors.

Many whose session has ended begin a new one together; a refused login is not tried again for a while.
"""

import asyncio
import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx

from tools.crm import CRMError, CRMGarbled, CRMRejected, CRMUnavailable, LoginRefused
from tools.reached import unreachable

MOST_BYTES = 8 * 1024 * 1024
PAGE = 500
LOGIN_REST_SECONDS = 30.0
"""After a refused login nobody tries for so long: an account is locked after a few wrong passwords."""

Record = dict[str, Any]


class CartegraphWeb:
    """The calls of one site. With `cookie` a session is begun and begun anew when it has ended; else Basic is sent."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        cookie: bool = False,
        seconds: float = 10.0,
        rest_seconds: float = LOGIN_REST_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._who = {"userName": user, "password": password, "isInternalRequest": False}
        self._basic = None if cookie else httpx.BasicAuth(user, password)
        self._seconds = seconds
        self._rest = rest_seconds
        self._client = httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False, transport=transport)  # noqa: S113 - one deadline over each call, below
        self._door = asyncio.Lock()
        self._sessions = 0
        self._refused_until = 0.0

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def records(self, name: str, *, fields: tuple[str, ...], where: str, sort: str) -> tuple[Record, ...]:
        """Every record of a class that a filter takes, page by page."""
        found: list[Record] = []
        while True:
            page = {"limit": str(PAGE), "offset": str(len(found))}
            told = {"fields": ",".join(fields), "filter": where, "sort": sort, **page}
            answer = await self._call("GET", name, params=told)
            records, about = answer.get(name), answer.get("_metadata")
            if not isinstance(records, list) or not isinstance(about, dict):
                raise CRMGarbled(f"Cartegraph answered the question for {name} without records.")
            found += records
            if not records or len(found) >= int(about.get("totalCount", 0)):
                return tuple(found)

    async def create(self, name: str, record: Mapping[str, object]) -> Record:
        """A new record as Cartegraph keeps it: it drops fields it does not know without a word, so look at it."""
        answer = await self._call("POST", name, body={name: [dict(record)]})
        made = answer.get(name)
        if not isinstance(made, list) or len(made) != 1 or not isinstance(made[0], dict):
            raise CRMGarbled(f"Cartegraph made a record of {name} and did not say which.")
        return made[0]

    async def _call(
        self,
        method: str,
        name: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Record:
        if monotonic() < self._refused_until:
            raise LoginRefused("Cartegraph refused our login a moment ago; it is not tried again yet.")
        try:
            async with asyncio.timeout(self._seconds):
                session = self._sessions
                status, content = await self._once(method, f"classes/{name}", params, body)
                if status == httpx.codes.UNAUTHORIZED and self._basic is None:
                    await self._log_in(session)
                    status, content = await self._once(method, f"classes/{name}", params, body)
        except TimeoutError as error:
            raise CRMUnavailable(f"Cartegraph did not answer within {self._seconds:g} seconds.") from error
        except httpx.HTTPError as error:
            raise unreachable("Cartegraph", error) from error
        if status == httpx.codes.UNAUTHORIZED:
            self._refused_until = monotonic() + self._rest
        return _checked(status, content)

    async def _log_in(self, ended: int) -> None:
        """Begin a new session, unless somebody did since the one that ended."""
        async with self._door:
            if self._sessions != ended:
                return
            status, content = await self._once("POST", "authenticate", None, self._who)
            answer = _checked(status, content)
            if answer.get("LogOnStatus") not in (0, "Success"):
                self._refused_until = monotonic() + self._rest
                raise LoginRefused("Cartegraph does not accept our user name and password.")
            self._sessions += 1

    async def _once(
        self, method: str, path: str, params: Mapping[str, str] | None, body: Mapping[str, object] | None
    ) -> tuple[int, bytes]:
        sent = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body is not None else {})
        content = json.dumps(body).encode() if body is not None else None
        request = self._client.build_request(
            method, f"{self._url}/{path}", params=dict(params or {}), content=content, headers=sent
        )
        response = await self._client.send(request, auth=self._basic, stream=True)
        try:
            read = b""
            async for piece in response.aiter_bytes():
                read += piece
                if len(read) > MOST_BYTES:
                    raise CRMGarbled(f"Cartegraph answered with more than {MOST_BYTES // 2**20} MB.")
            return response.status_code, read
        finally:
            await response.aclose()


def _checked(status: int, content: bytes) -> Record:
    if status in (401, 403):
        raise LoginRefused(f"Cartegraph refuses our login ({status}).")
    if status >= 500 or status in (408, 429):
        raise CRMUnavailable(f"Cartegraph is not able to answer just now ({status}).")
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CRMGarbled("Cartegraph did not answer with JSON.") from error
    if not isinstance(answer, dict):
        raise CRMGarbled("Cartegraph answered something that makes no sense.")
    if status >= 400:
        raise _rejected(answer)
    return answer


def _rejected(answer: Record) -> CRMError:
    fields = [str(each.get("FieldName")) for each in answer.get("Errors") or () if isinstance(each, dict)]
    about = f" ({', '.join(fields)})" if fields else ""
    return CRMRejected(f"Cartegraph refuses what was sent: {str(answer.get('Message'))[:200]}{about}.")
