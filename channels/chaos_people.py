"""Residents who text while servers die, and a carrier that keeps count: what was taken, and what came to the phones."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import httpx

from channels.fake_twilio import FakeTwilio, Text, new_sid
from channels.sms_shared import OURS

REPORTS = (
    "theres a huge pothole outside {number} perham st west roxbury",
    "street light is out at {number} hewlett st roslindale",
    "graffiti on the wall of {number} pender st",
    "they skipped my recycling, {number} centre st jamaica plain",
)
TALK = (
    "when does street sweeping run",
    "thanks",
    "whats the status of my report",
    "how do i get a resident parking permit",
)
YES = "submit"


@dataclass
class CountingTwilio(FakeTwilio):
    """Knows which of its texts we took, and which of ours reached a phone, by delivery, in order and how often."""

    accepted: set[str] = field(default_factory=set)
    arrived: dict[str, list[str]] = field(default_factory=dict)
    told_again: int = 0

    def take(self, *, to: str, sender: str, body: str, callback: str | None) -> Text:
        """Take a text from the API, and note which delivery it is."""
        text = super().take(to=to, sender=sender, body=body, callback=callback)
        self.arrived.setdefault(to, []).append((callback or "").rpartition("/")[2])
        return text

    async def told(self, request: httpx.Request) -> httpx.Response | None:
        """Tell a webhook, and note which text it took."""
        answer = await super().told(request)
        if answer is not None and answer.is_success and request.url.path == "/sms/inbound":
            self.accepted |= set(parse_qs(request.content.decode())["MessageSid"])
        return answer

    def twice(self) -> list[str]:
        """Deliveries that reached a phone more than once."""
        return [name for texts in self.arrived.values() for name, count in Counter(texts).items() if count > 1]


class Residents:
    """People with a phone each; `allowed` texts may be sent now."""

    def __init__(self, fake: CountingTwilio, people: int, *, again: float, seed: int) -> None:
        self.fake = fake
        self.sent: dict[str, list[str]] = {f"+1617555{number:04}": [] for number in range(2_000, 2_000 + people)}
        self.copies = 0
        self._allowed = asyncio.Semaphore(0)
        self._again = again
        self._chance = random.Random(seed)

    def allow(self, count: int) -> None:
        """Let so many more texts be sent."""
        for _ in range(count):
            self._allowed.release()

    async def text(self, total: int) -> None:
        """Send this many in all, every person one after the other."""
        phones = list(self.sent)
        shares = [total // len(phones) + (place < total % len(phones)) for place in range(len(phones))]
        await asyncio.gather(*(self._person(*each) for each in zip(phones, shares, strict=True)))

    async def _person(self, phone: str, count: int) -> None:
        for place in range(count):
            await self._allowed.acquire()
            await asyncio.sleep(self._chance.uniform(0.0, 1.5))
            sid, body = new_sid("SM"), self._words(phone, place)
            self.sent[phone].append(sid)
            await self._until_taken(phone, sid, body)

    async def _until_taken(self, phone: str, sid: str, body: str) -> None:
        """As a carrier does: again and again until it was taken, and now and then once more than needed."""
        times = 2 if self._chance.random() < self._again else 1
        self.copies += times - 1
        await asyncio.gather(*(self._send(phone, sid, body) for _ in range(times)))
        while sid not in self.fake.accepted:
            self.fake.told_again += 1
            await asyncio.sleep(0.5)
            await self._send(phone, sid, body)

    async def _send(self, phone: str, sid: str, body: str) -> None:
        await self.fake.send(address=phone, our_number=OURS, body=body, sid=sid)

    def _words(self, phone: str, place: int) -> str:
        """A report, its yes, and a word or a question, in turn; no two reports of one person are alike."""
        match place % 3:
            case 0:
                house = 10 + int(phone[-2:]) * 4 + place
                return REPORTS[(place // 3) % len(REPORTS)].format(number=house)
            case 1:
                return YES
        return TALK[(place // 3) % len(TALK)]
