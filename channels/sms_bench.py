"""`beacon bench sms`: texts as carriers send them, into a server of its own, counted and timed from outside."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.settings import Settings
from channels.fake_twilio import FakeTwilio, Text, new_sid
from channels.fleet import Fleet, carrier_of, database_of_its_own, environment_of, new_fake
from channels.sms_shared import gained, idle, model_of
from evals.bench import CONVERSATION
from tools.database import Database

OURS = "+16175550311"
PEOPLE, EACH = 100, 5
COPIES = 100
SPREAD = 10
"""Seconds between two texts of one phone, so that none of them falls into the burst of another."""

Figures = dict[str, float | str]


class Phones:
    """Every phone's texts, when they were sent, how long the webhook took, and when an answer came."""

    def __init__(self, fake: FakeTwilio) -> None:
        self.fake = fake
        self.webhook: list[float] = []
        self.answered: list[float] = []
        self._sent: dict[str, float] = {}
        fake.on_text = self._heard

    async def send(self, phone: str, body: str, *, sid: str = "") -> None:
        """Send one text and time its webhook."""
        began = time.perf_counter()
        self._sent.setdefault(phone, began)
        await self.fake.send(address=phone, our_number=OURS, body=body, sid=sid)
        self.webhook.append((time.perf_counter() - began) * 1000)

    def _heard(self, text: Text) -> None:
        if not text.inbound and (sent := self._sent.pop(text.address, None)) is not None:
            self.answered.append(time.perf_counter() - sent)


class Bench(Fleet):
    """A server under load: what its database says, and the phones that text it."""

    def __init__(
        self, fake: FakeTwilio, database: Database, environment: dict[str, str], folder: Path, *, workers: int = 0
    ) -> None:
        super().__init__(fake, database, environment, folder, workers=workers)
        self.phones = Phones(fake)

    async def steady(self, rate: int, seconds: int, progress: Progress) -> Figures:
        """So many texts a second for so long, each phone playing one conversation."""
        task = progress.add_task(f"{rate} texts a second", total=rate * seconds)
        began, computed, sending = time.perf_counter(), self.computed(), set()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            phone, place = number % (rate * SPREAD), number // (rate * SPREAD)
            words = CONVERSATION[place % len(CONVERSATION)]
            sending.add(asyncio.create_task(self.phones.send(number_of(phone), words)))
            progress.advance(task)
        await asyncio.gather(*sending)
        drained = await self.drained()
        webhook, answered = percentiles(self.phones.webhook), percentiles(self.phones.answered)
        return {
            "texts sent": rate * seconds,
            "texts lost": rate * seconds - await self.ask("SELECT count(*) FROM message WHERE turn_id IS NOT NULL"),
            "webhook p50 ms": round(webhook[49], 1),
            "webhook p99 ms": round(webhook[98], 1),
            "reply at the carrier p50 s": round(answered[49], 2),
            "reply at the carrier p95 s": round(answered[94], 2),
            "backlog gone after s": drained,
            "computed by the server, ms a text": round((self.computed() - computed) * 1000 / (rate * seconds), 1),
        }

    async def burst(self, progress: Progress) -> Figures:
        """Five texts of each of a hundred people, all at once."""
        task = progress.add_task(f"{PEOPLE * EACH} texts at once", total=PEOPLE)
        began = time.perf_counter()

        async def person(number: int) -> None:
            for place in range(EACH):
                await self.phones.send(number_of(5_000 + number), f"{place}: {CONVERSATION[place]}")
            progress.advance(task)

        await asyncio.gather(*(person(number) for number in range(PEOPLE)))
        sent = round(time.perf_counter() - began, 2)
        drained = await self.drained()
        return {
            "burst: texts kept": await self.ask(KEPT),
            "burst: texts unanswered": await self.ask(UNANSWERED),
            "burst: texts out of order": await self.ask(OUT_OF_ORDER),
            "burst: people without a reply": PEOPLE - await self.ask(REPLIED),
            "burst: sent within s": sent,
            "burst: backlog gone after s": drained,
        }

    async def copies(self, progress: Progress) -> Figures:
        """The same text a hundred times at once."""
        task = progress.add_task(f"one text {COPIES} times", total=1)
        sid, phone = new_sid("SM"), number_of(9_999)
        await asyncio.gather(*(self.phones.send(phone, "hello", sid=sid) for _ in range(COPIES)))
        await self.drained()
        progress.advance(task)
        turns = await self.ask(TURNS_OF, message_id=sid)
        return {"one text sent 100 times: turns": turns, "one text sent 100 times: replies": self._replies(phone)}

    def _replies(self, phone: str) -> int:
        return sum(not each.inbound for each in self.fake.conversation(phone))


OF_THE_BURST = "conversation_id IN (SELECT conversation_id FROM conversation WHERE address LIKE '+1617559%')"
KEPT = f"SELECT count(*) FROM message WHERE {OF_THE_BURST}"  # noqa: S608 - our own words
UNANSWERED = f"{KEPT} AND turn_id IS NULL"
OUT_OF_ORDER = f"{KEPT} AND substr(text, 1, 1) <> CAST(sequence - 1 AS VARCHAR(9))"
REPLIED = f"SELECT count(DISTINCT conversation_id) FROM delivery WHERE {OF_THE_BURST}"  # noqa: S608 - our own words
TURNS_OF = "SELECT count(*) FROM turn WHERE turn_id IN (SELECT turn_id FROM message WHERE message_id = :message_id)"


def number_of(phone: int) -> str:
    """The number of a phone; those of the burst begin alike."""
    return f"+1617559{phone:04}" if phone >= 5_000 else f"+1617558{phone:04}"


def percentiles(values: list[float]) -> list[float]:
    """The 1st to the 99th."""
    return quantiles(values, n=100) if len(values) > 1 else [0.0] * 99


def run_sms_bench(
    settings: Settings,
    *,
    rate: int,
    seconds: int,
    json_file: Path | None,
    postgres: str | None = None,
    workers: int = 0,
    model_seconds: float = 0.0,
) -> Figures:
    """Measure and print; the figures go to `json_file` too. Workers need a PostgreSQL server; a model that takes so
    many seconds (`model_seconds`) reads in place of the embedded engine."""
    with model_of(model_seconds) as model:
        figures = asyncio.run(_measured(settings, rate, seconds, postgres=postgres, workers=workers, model=model))
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


async def _measured(
    settings: Settings, rate: int, seconds: int, *, postgres: str | None, workers: int, model: dict[str, str]
) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        async with running_bench(settings, Path(folder), postgres=postgres, workers=workers, more=model) as bench:
            figures: Figures = {"load of the machine before": round(os.getloadavg()[0], 1)}
            with Progress(console=Console(stderr=True), transient=True) as progress:
                figures |= await bench.steady(rate, seconds, progress)
                if not model:
                    figures |= await bench.burst(progress)
                    figures |= await bench.copies(progress)
                    figures |= await idle(bench)
                if workers > 1 and not model:
                    figures |= await gained(bench)
            figures["refused by the webhook"] = len(bench.fake.refused)
            figures["load of the machine after"] = round(os.getloadavg()[0], 1)
            return figures


@asynccontextmanager
async def running_bench(
    settings: Settings,
    folder: Path,
    *,
    postgres: str | None = None,
    workers: int = 0,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Bench]:
    """A fake carrier here, and a server (and workers) in processes of their own with an empty database."""
    fake = new_fake(FakeTwilio)
    async with database_of_its_own(folder, postgres) as url, carrier_of(fake) as carrier:
        environment = environment_of(settings, fake, url, carrier) | dict(more or {})
        bench = Bench(fake, Database(url), environment, folder, workers=workers)
        try:
            await bench.start()
            yield bench
        finally:
            await bench.close()
