"""The people of a simulated day: each writes by text or on the web, reads what comes back, and answers it."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from channels.chaos_people import CountingTwilio
from channels.city_day import Purpose, Writes
from channels.fake_twilio import Text, new_sid
from channels.sms_shared import OURS

LONGEST_TALK = 7
"""Messages after which somebody gives up."""

PATIENCE_SECONDS = 90.0
THINKS = (0.5, 2.5)
"""Seconds somebody reads and types."""

HANDED_OFF = "BACK"
"""The word by which a resident would go on with the assistant after being passed to a person."""

COPIED = 0.1
"""How often the carrier delivers a text twice at once."""


@dataclass
class Seen:
    """What the people of a day saw: how long each waited for an answer, by the hour in which they wrote."""

    by_text: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    by_web: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    messages: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    unanswered: int = 0
    refused: list[int] = field(default_factory=list)
    urgent: list[tuple[Writes, str]] = field(default_factory=list)
    sent: dict[str, list[str]] = field(default_factory=dict)
    copies: int = 0


class People:
    """Everybody who writes; texts go by the fake carrier, the rest to the web's API."""

    def __init__(
        self, fake: CountingTwilio, words: dict[str, str], hour: Callable[[], int], *, seed: int = 311
    ) -> None:
        self.seen = Seen()
        self._fake = fake
        self._words = words
        self._hour = hour
        self._chance = random.Random(seed)
        self._heard: dict[str, asyncio.Queue[str]] = {}
        self._web = httpx.AsyncClient(
            base_url=fake.assistant_url,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_connections=64),
        )
        fake.on_text = self._comes

    async def close(self) -> None:
        """Nobody writes any more."""
        await self._web.aclose()

    async def talk(self, person: Writes, number: int) -> None:
        """One conversation from the first word to the last."""
        if person.by_web:
            opened = await self._post("", {})
            say = self._on_the_web(opened["conversation_id"], opened["token"]) if opened else None
        else:
            say = self._by_text(_phone(number))
        if say is None:
            self.seen.unanswered += 1
            return
        last = await self._converse(person, say)
        if person.purpose is Purpose.EMERGENCY:
            self.seen.urgent.append((person, last))
        if person.purpose is Purpose.OPT_OUT:
            await self._fake.send(address=_phone(number), our_number=OURS, body="STOP")

    async def _converse(self, person: Writes, say: Callable[[str], Awaitable[str | None]]) -> str:
        """Say it, and answer what is asked until nothing is; the first answer."""
        first, then = None, list(person.then)
        words: str | None = person.says
        for _ in range(LONGEST_TALK):
            if words is None:
                if not then:
                    break
                words = then.pop(0)
            answer = await say(words)
            if answer is None:
                self.seen.unanswered += 1
                break
            first = answer if first is None else first
            if HANDED_OFF in answer:  # a person at the city goes on from here
                break
            words = self._answer_to(answer)
            await asyncio.sleep(self._chance.uniform(*THINKS))
        return first or ""

    def _answer_to(self, answer: str) -> str | None:
        """What somebody says to that; None when there is nothing left to say."""
        if "SUBMIT" in answer:
            return self._words["agree"]
        if "1 " in answer and "2 " in answer and "B311-" in answer:
            return self._words["join"]
        return self._words["unsure"] if answer.rstrip().endswith("?") else None

    def _by_text(self, phone: str) -> Callable[[str], Awaitable[str | None]]:
        self._heard[phone] = asyncio.Queue()
        self.seen.sent[phone] = []

        async def say(words: str) -> str | None:
            hour, began, sid = self._hour(), time.perf_counter(), new_sid("SM")
            self.seen.sent[phone].append(sid)
            self.seen.messages[hour] += 1
            times = 2 if self._chance.random() < COPIED else 1
            self.seen.copies += times - 1
            sending = (self._fake.send(address=phone, our_number=OURS, body=words, sid=sid) for _ in range(times))
            await asyncio.gather(*sending)
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    answer = await self._heard[phone].get()
            except TimeoutError:
                return None
            self.seen.by_text[hour].append(time.perf_counter() - began)
            return answer

        return say

    def _on_the_web(self, conversation_id: str, token: str) -> Callable[[str], Awaitable[str | None]]:
        async def say(words: str) -> str | None:
            hour, began = self._hour(), time.perf_counter()
            self.seen.messages[hour] += 1
            turn = await self._post(f"/{conversation_id}/messages", {"text": words, "message_id": uuid4().hex}, token)
            if turn is None:
                return None
            self.seen.by_web[hour].append(time.perf_counter() - began)
            return "\n".join(reply["text"] for reply in turn["replies"])

        return say

    async def _post(self, path: str, body: dict[str, str], token: str = "") -> dict[str, Any] | None:
        """An answer of the API; None if it was refused."""
        try:
            answer = await self._web.post(
                f"/api/conversations{path}", json=body, headers={"Authorization": f"Bearer {token}"} if token else {}
            )
        except httpx.HTTPError:
            self.seen.refused.append(0)
            return None
        if answer.status_code >= httpx.codes.ACCEPTED and answer.status_code != httpx.codes.CREATED:
            self.seen.refused.append(answer.status_code)
            return None
        told: dict[str, Any] = answer.json()
        return told

    def _comes(self, text: Text) -> None:
        if not text.inbound and not text.by_carrier and text.address in self._heard:
            self._heard[text.address].put_nowait(text.body)


def _phone(number: int) -> str:
    return f"+1617{5_200_000 + number:07}"
