"""What the doors of text messages need: our account with the carrier, the address it calls, and the limits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx
from pydantic import SecretStr

from assistant.outbox import Contact
from assistant.usage import DAY, Counted, Limit
from tools.value import Value

API = "https://api.twilio.com"
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
"""The SDK's own client waits for ever."""

TEN_MINUTES = 600


class Account(Value):
    """Our account. `tokens` check signatures, the one in use first; a REST key of its own may stand in for it."""

    sid: str
    tokens: tuple[SecretStr, ...]
    key: str | None = None
    secret: SecretStr | None = None
    messaging_service: str | None = None
    api_url: str = API

    @property
    def login(self) -> tuple[str, str]:
        """User and password of REST requests."""
        if self.key and self.secret:
            return self.key, self.secret.get_secret_value()
        return self.sid, self.tokens[0].get_secret_value()


class Photos(Protocol):
    """Fetches the photos that came along."""

    def wake(self) -> None:
        """A photo is expected."""
        ...

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """Fetch no more."""
        ...


@dataclass(frozen=True)
class Texting:
    """What the webhooks need: our account, the address that Twilio calls, limits, and the photos that come along."""

    account: Account
    public_url: str
    photos: Photos
    burst_seconds: float
    countries: frozenset[str]
    per_sender: int
    per_sender_day: int
    per_day: int

    def counts(self, contact: Contact) -> tuple[Counted, ...]:
        """What a text of this contact is counted against."""
        return (
            Counted(limit=Limit(scope="text", most=self.per_sender, seconds=TEN_MINUTES), key=contact.address),
            Counted(limit=Limit(scope="text_day", most=self.per_sender_day, seconds=DAY), key=contact.address),
            Counted(limit=Limit(scope="texts_day", most=self.per_day, seconds=DAY), key=contact.our_number),
        )

    @asynccontextmanager
    async def fetching_photos(self) -> AsyncIterator[None]:
        """While this lasts, the photos that come along are fetched."""
        await self.photos.start()
        try:
            yield
        finally:
            await self.photos.stop()
