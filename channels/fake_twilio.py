"""A Twilio of our own, with a memory: takes texts as the real API does, delivers them to phones that exist only here,
reports back with signed callbacks out of order and twice, and fails in the ways in which the real one fails."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from starlette.datastructures import FormData

from assistant.segments import LONGEST, segments
from channels.fake_faults import Fault
from channels.twilio_adapter import signature_of
from tools.value import Value

OUT = frozenset(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"))
IN = frozenset(("start", "unstop", "yes"))
HELP = frozenset(("help", "info"))
ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
"""What the carrier says by itself, with its usual words."""

MOST_CALLBACKS = 64
RETRIES = 3


class Text(Value):
    """A text as the carrier has it. `inbound` ones were sent by a phone."""

    sid: str
    address: str
    our_number: str
    body: str
    inbound: bool
    at: datetime
    status: str
    photos: tuple[str, ...] = ()
    by_carrier: bool = False

    @property
    def segments(self) -> int:
        """How many segments it is billed as."""
        return segments(self.body)


class Refusal(Exception):
    """The API refuses: a code of Twilio's and a sentence."""

    def __init__(self, code: int, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def new_sid(kind: str) -> str:
    """An id as Twilio makes them."""
    return f"{kind}{uuid4().hex}"


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class FakeTwilio:
    """The carrier. `assistant_url` is where our webhooks are, `media_url` the second host that keeps photos; an
    `advanced` one tells us what it takes for an opt-out. While `reports` is clear it takes texts and reports nothing.
    """

    account: str
    token: str
    assistant_url: str
    media_url: str = ""
    advanced: bool = False
    scrambled: bool = True
    faults: deque[Fault] = field(default_factory=deque)
    texts: dict[str, Text] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    stopped: set[tuple[str, str]] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    on_text: Callable[[Text], None] = lambda _text: None
    reports: asyncio.Event = field(default_factory=_set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_CALLBACKS))
    _client: httpx.AsyncClient | None = None

    def take(self, *, to: str, sender: str, body: str, callback: str | None) -> Text:
        """Take a text from the API. Raises Refusal."""
        if not to.removeprefix("whatsapp:").startswith("+") or len(to.removeprefix("whatsapp:")) < 9:
            raise Refusal(21211, f"The 'To' number {to} is not a valid phone number.")
        if not sender:
            raise Refusal(21603, "A 'From' phone number is required.")
        if not body:
            raise Refusal(21602, "Message body is required.")
        if len(body) > LONGEST:
            raise Refusal(21617, "The concatenated message body exceeds the 1600 character limit.")
        if (to, sender) in self.stopped:
            raise Refusal(21610, "Attempt to send to unsubscribed recipient.")
        text = self._kept(address=to, our_number=sender, body=body, inbound=False, status="queued")
        if callback:
            self._start(self._report(text, callback))
        return text

    async def send(
        self, *, address: str, our_number: str, body: str, photos: Sequence[bytes] = (), sid: str = ""
    ) -> Text:
        """A phone sends a text: the carrier acts on its own words, then tells the assistant as often as it must."""
        text = self._kept(
            sid=sid,
            address=address,
            our_number=our_number,
            body=body,
            inbound=True,
            status="received",
            photos=tuple(self._photo(photo) for photo in photos),
        )
        wish = self._act_on_words(text)
        answer = await self.told(self._webhook(text, wish))
        if answer is not None and "<Message>" in answer.text:
            said = answer.text.partition("<Message>")[2].partition("</Message>")[0]
            self._kept(address=address, our_number=our_number, body=said, inbound=False, status="delivered")
        return text

    async def settled(self) -> None:
        """Wait until every callback is told."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Tell nobody anything more."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def conversation(self, address: str) -> list[Text]:
        """Everything that a phone sent and got."""
        return [text for text in self.texts.values() if text.address == address]

    def _kept(self, *, sid: str = "", **parts: object) -> Text:
        text = Text.model_validate({"sid": sid or new_sid("SM"), "at": datetime.now(UTC), **parts})
        self.texts[text.sid] = text
        self.on_text(text)
        self._tell()
        return text

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def _photo(self, content: bytes) -> str:
        sid = new_sid("ME")
        self.media[sid] = content
        return sid

    def ticket(self, media_sid: str) -> str:
        """A short-lived address of a photo on the second host."""
        ticket = secrets.token_urlsafe(12)
        self.tickets[ticket] = media_sid
        return ticket

    def _act_on_words(self, text: Text) -> str | None:
        word = text.body.strip().lower()
        pair = (text.address, text.our_number)
        wish = "STOP" if word in OUT else "START" if word in IN else "HELP" if word in HELP else None
        if wish == "STOP":
            self.stopped.add(pair)
        if wish == "START":
            if word == "yes" and pair not in self.stopped:
                return None
            self.stopped.discard(pair)
        if wish is not None and not text.address.startswith("whatsapp:"):
            self._kept(
                address=text.address,
                our_number=text.our_number,
                body=ANSWERS[wish],
                inbound=False,
                status="delivered",
                by_carrier=True,
            )
        return wish if self.advanced else None

    def _webhook(self, text: Text, wish: str | None) -> httpx.Request:
        form = {
            "ToCountry": "US", "SmsMessageSid": text.sid, "NumMedia": str(len(text.photos)), "FromCity": "BOSTON",
            "SmsSid": text.sid, "SmsStatus": "received", "Body": text.body, "FromCountry": "US", "To": text.our_number,
            "NumSegments": str(text.segments), "MessageSid": text.sid, "AccountSid": self.account,
            "From": text.address, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        for place, sid in enumerate(text.photos):
            form[f"MediaContentType{place}"] = "image/jpeg"
            form[f"MediaUrl{place}"] = (
                f"https://api.twilio.com/2010-04-01/Accounts/{self.account}/Messages/{text.sid}/Media/{sid}"
            )
        if wish is not None:
            form["OptOutType"] = wish
        return self.signed(f"{self.assistant_url}/sms/inbound", form)

    def signed(self, url: str, form: dict[str, str]) -> httpx.Request:
        """A webhook as Twilio sends it."""
        signature = signature_of(self.token, url, FormData(form))
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return httpx.Request("POST", url, content=urlencode(form), headers=headers)

    async def told(self, request: httpx.Request) -> httpx.Response | None:
        """Tell our webhook; again after a 5xx or no connection, as the connection overrides of the handbook ask for."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=15.0, trust_env=False)
        for attempt in range(1 + RETRIES):
            try:
                answer = await self._client.send(request)
            except httpx.HTTPError:
                await asyncio.sleep(0.5 * 2**attempt)
                continue
            if answer.status_code < 500:
                if answer.status_code >= 400:
                    self.refused.append(answer.status_code)
                return answer
            await asyncio.sleep(0.5 * 2**attempt)
        return None

    async def _report(self, text: Text, callback: str) -> None:
        """Queued, sent, delivered; scrambled, the last comes before the second and one comes twice."""
        order = ("queued", "delivered", "sent", "delivered") if self.scrambled else ("sent", "delivered")
        await self.reports.wait()
        for status in order:
            form = {"MessageSid": text.sid, "MessageStatus": status, "AccountSid": self.account, "To": text.address}
            async with self._room:
                await self.told(self.signed(callback, form | {"From": text.our_number, "ApiVersion": "2010-04-01"}))
        self.texts[text.sid] = text.model_copy(update={"status": "delivered"})
        self._tell()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
