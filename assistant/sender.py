"""The port to whoever carries our texts, and what can become of one that is handed over.

SendFailed
├── Refused      it will never go out; the code says why ("21610" is a resident who opted out)
├── NotNow       it was not taken and may be tried again, after `seconds` if the carrier says so
├── Unsure       it may or may not have been taken; look before sending it again
└── ShutOut      the carrier does not know us (credentials, account); nothing goes out until somebody cures that
"""

from datetime import datetime
from typing import Protocol

from assistant.message import DeliveryStatus
from tools.value import Value

OPTED_OUT = "21610"
"""The code of a carrier that sends nothing more to somebody who opted out."""


class SendFailed(Exception):
    """A text was not taken; `code` is the carrier's own, or a word of ours."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The text was not taken ({code}).")
        self.code = code


class Refused(SendFailed):
    """It will never go out."""


class NotNow(SendFailed):
    """It was not taken and may be tried again."""

    def __init__(self, code: str, *, seconds: float | None = None) -> None:
        super().__init__(code)
        self.seconds = seconds


class Unsure(SendFailed):
    """It may or may not have been taken."""


class ShutOut(SendFailed):
    """The carrier does not know us."""


class Outgoing(Value):
    """A text to send: to whom, from which number of ours, and the id that its reports come back with."""

    delivery_id: str
    address: str
    our_number: str
    text: str


class StatusReport(Value):
    """What the carrier says became of a text. `again` is set where a failure may pass."""

    provider_id: str
    status: DeliveryStatus
    code: str | None = None
    again: bool = False


class Sender(Protocol):
    """Hands texts to a carrier. Nothing here is idempotent: whoever calls keeps the record."""

    async def send(self, text: Outgoing) -> str:
        """Hand a text over; the carrier's id of it. Raises SendFailed."""
        ...

    async def find(self, text: Outgoing, *, since: datetime) -> tuple[str, ...]:
        """The carrier's ids of such texts since then, the newest first. Raises SendFailed."""
        ...

    async def close(self) -> None:
        """Give every connection back."""
        ...
