"""Fetches JSON from a live source within a time and a size, and keeps it for as long as it may be called current."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import httpx

from tools.clock import system_clock
from tools.live import LiveGarbled, LiveRefused, LiveStale, LiveTimedOut, LiveUnavailable

MOST_BYTES = 256 * 1024
OLDEST_ANSWER = timedelta(minutes=15)
"""An answer that a cache on the way has kept for longer than this is not of now."""

HELD_SECONDS = 300.0
FAILED_SECONDS = 30.0
"""After a failure the source is left alone for so long, so that not every turn waits for its time-out."""

MOST_HELD = 500
T = TypeVar("T")
V = TypeVar("V")


async def fetch_json(url: str, *, seconds: float, params: dict[str, str] | None = None) -> object:
    """What a source answers, read whole within `seconds`. Redirects are not followed. Raises LiveUnavailable."""
    try:
        async with asyncio.timeout(seconds):
            content, headers = await _read(url, params or {})
    except TimeoutError as error:
        raise LiveTimedOut(f"The source did not answer within {seconds:g} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise LiveRefused(f"The source cannot be reached ({type(error).__name__}).") from error
    if _age(headers, system_clock()) > OLDEST_ANSWER:
        raise LiveStale("The source answered with an old copy.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LiveGarbled("The source did not answer with JSON.") from error


async def _read(url: str, params: dict[str, str]) -> tuple[bytes, httpx.Headers]:
    whole = httpx.Timeout(None)  # the caller sets one deadline over all: a slow drip never idles long enough for these
    async with (
        httpx.AsyncClient(timeout=whole, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, params=params, headers={"Accept": "application/json"}) as response,
    ):
        if response.status_code != httpx.codes.OK:
            raise LiveRefused(f"The source answered with the status {response.status_code}.")
        content = b""
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > MOST_BYTES:
                raise LiveGarbled(f"The source answered with more than {MOST_BYTES // 1024} KB.")
        return content, response.headers


def _age(headers: httpx.Headers, now: datetime) -> timedelta:
    """How old an answer is by its own headers; one without them is taken to be fresh."""
    age = headers.get("age", "")
    told = timedelta(seconds=int(age)) if age.isdecimal() and len(age) < 9 else timedelta(0)
    try:
        return max(told, now - parsedate_to_datetime(headers.get("date", "")))
    except (TypeError, ValueError):
        return told


class Held(Generic[T]):
    """Keeps what a source said, by key; several who ask at once share one fetch; a failure is kept for a moment."""

    def __init__(
        self,
        *,
        held_seconds: float = HELD_SECONDS,
        failed_seconds: float = FAILED_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._held_seconds, self._failed_seconds, self._ticks = held_seconds, failed_seconds, ticks
        self._kept: dict[str, tuple[float, T]] = {}
        self._failed: dict[str, tuple[float, LiveUnavailable]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, key: str, fetch: Callable[[], Awaitable[T]]) -> T:
        """What is kept under a key if it is current, else what `fetch` gives. Raises LiveUnavailable."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            now = self._ticks()
            if key in self._kept and now - self._kept[key][0] < self._held_seconds:
                return self._kept[key][1]
            if key in self._failed and now - self._failed[key][0] < self._failed_seconds:
                failed = self._failed[key][1]
                raise type(failed)(str(failed))
            try:
                value = await fetch()
            except LiveUnavailable as error:
                _keep(self._failed, key, (self._ticks(), error))
                raise
            self._failed.pop(key, None)
            _keep(self._kept, key, (self._ticks(), value))
            return value


def _keep(kept: dict[str, V], key: str, value: V) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > MOST_HELD:
        del kept[next(iter(kept))]
