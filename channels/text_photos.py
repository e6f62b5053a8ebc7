"""Fetches photos that came by text: from Twilio only, without following it anywhere else, and cleaned before they are
kept."""

import asyncio
import logging
import re
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

import httpx

from assistant.photos_by_text import MARK, PAUSE_SECONDS, Expected, ExpectedPhotos
from channels.errors import ApiError
from channels.media import Media
from channels.texting import TIMEOUT, Account

log = logging.getLogger(__name__)

MOST_BYTES = 5 * 1024 * 1024
"""Carriers take no more than this for a whole message."""

HOSTS = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"})
"""Where Twilio keeps photos; its API redirects there."""

_SID = re.compile(r"(?:SM|MM|ME)[0-9a-f]{32}")
AT_ONCE = 4


class Unfetched(Exception):
    """A photo could not be fetched; `passes` says whether trying again may help."""

    def __init__(self, why: str, *, passes: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.passes = passes


def reference_of(message_sid: str, media_url: str) -> str | None:
    """The name of a photo, made of ids only: of the URL in the form nothing else is believed. None if it has no id."""
    media_sid = urlsplit(media_url).path.rpartition("/")[2]
    if not _SID.fullmatch(message_sid) or not _SID.fullmatch(media_sid):
        return None
    return f"{MARK}{message_sid}/{media_sid}"


class TextPhotos:
    """Fetches what is expected, keeps it with the conversation, and has Twilio delete its copy."""

    def __init__(
        self, account: Account, expected: ExpectedPhotos, media: Media, *, hosts: frozenset[str] = HOSTS
    ) -> None:
        self.account = account
        self.expected = expected
        self.media = media
        self.hosts = hosts
        self._awake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """A photo is expected."""
        self._awake.set()

    async def start(self) -> None:
        """Begin to fetch, what was left from before first."""
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Fetch no more; what is left is fetched after the next start."""
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop

    async def _run(self) -> None:
        while True:
            self._awake.clear()
            try:
                await self.fetch()
            except Exception:
                log.exception("Photos could not be fetched; this is tried again.", extra={"event": "photos_failed"})
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._awake.wait()

    async def fetch(self) -> None:
        """Fetch everything that is due."""
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            while due := await self.expected.due(most=AT_ONCE):
                for each in due:
                    await self._one(client, each)

    async def _one(self, client: httpx.AsyncClient, expected: Expected) -> None:
        address = self._address(expected.reference)
        try:
            content = await self._fetched(client, address)
            media_id = await self.media.keep(expected.conversation_id, content)
        except (Unfetched, ApiError, httpx.HTTPError) as error:
            passes = isinstance(error, httpx.HTTPError) or (isinstance(error, Unfetched) and error.passes)
            why = error.why if isinstance(error, Unfetched) else getattr(error, "code", type(error).__name__)
            log.warning("A photo could not be fetched.", extra={"event": "photo_not_fetched", "why": why})
            await self.expected.lost(expected, why=str(why)[:40], passes=passes)
            return
        await self.expected.kept(expected.reference, media_id)
        await self._deleted(client, address)

    def _address(self, reference: str) -> str:
        message_sid, _, media_sid = reference.removeprefix(MARK).partition("/")
        base = f"{self.account.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account.sid}"
        return f"{base}/Messages/{message_sid}/Media/{media_sid}"

    async def _fetched(self, client: httpx.AsyncClient, address: str) -> bytes:
        """The content, after one redirect at most. The second host gets no credentials."""
        async with client.stream("GET", address, auth=self.account.login, follow_redirects=False) as answer:
            if not answer.is_redirect:
                return await _content(answer)
            onward = urljoin(address, answer.headers.get("location", ""))
        if urlsplit(onward).hostname not in self.hosts or urlsplit(onward).scheme != urlsplit(address).scheme:
            raise Unfetched("host_not_allowed")
        async with client.stream("GET", onward, follow_redirects=False) as answer:
            return await _content(answer)

    async def _deleted(self, client: httpx.AsyncClient, address: str) -> None:
        """Twilio keeps photos until it is told not to. One that it does not delete is told in the log."""
        try:
            answer = await client.delete(address, auth=self.account.login)
            gone = answer.status_code in (204, 404)
        except httpx.HTTPError:
            gone = False
        if not gone:
            log.warning("Twilio did not delete a photo.", extra={"event": "photo_not_deleted"})


async def _content(answer: httpx.Response) -> bytes:
    if answer.status_code != 200:
        raise Unfetched(f"status_{answer.status_code}", passes=answer.status_code >= 500 or answer.status_code == 404)
    content = b""
    async for chunk in answer.aiter_bytes(64 * 1024):
        content += chunk
        if len(content) > MOST_BYTES:
            raise Unfetched("too_large")
    return content
