"""`beacon bench sms`: texts as carriers send them, into a server of its own, counted and timed from outside."""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

import httpx
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text as sql

from assistant.settings import Settings
from channels.fake_twilio import FakeTwilio, Text, new_sid
from channels.fake_twilio_api import router
from evals.bench import CONVERSATION
from tools.database import Database

OURS = "+16175550311"
START_SECONDS, DRAIN_SECONDS = 180.0, 120.0
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


class Bench:
    """A server under load: what its database says, and the phones that text it."""

    def __init__(self, fake: FakeTwilio, database: Database, environment: dict[str, str]) -> None:
        self.fake = fake
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.phones = Phones(fake)
        self._database = database

    async def start(self) -> None:
        """Start the server in a process of its own, and wait until it answers."""
        port = self.fake.assistant_url.rpartition(":")[2]
        command = [sys.executable, "-m", "channels.main", "serve", "--port", port]
        self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own command, at a start
            command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        await _ready(self.fake.assistant_url)

    def kill(self) -> None:
        """Pull the plug."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def close(self) -> None:
        """Stop the server, and let its database go."""
        await self._database.close()
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)

    async def ask(self, query: str, **values: str) -> int:
        """A number out of the server's database."""
        async with self._database.read() as connection:
            return int((await connection.execute(sql(query), values)).scalar_one() or 0)

    async def drained(self) -> float:
        """Seconds until every text is answered and every answer is with the carrier."""
        began = time.perf_counter()
        while await self.ask(LEFT) and time.perf_counter() - began < DRAIN_SECONDS:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)
        return round(time.perf_counter() - began, 2)

    def computed(self) -> float:
        """Seconds that the server has computed; 0 where the system does not say."""
        try:
            parts = (
                Path(f"/proc/{self._process.pid if self._process else 0}/stat")
                .read_text(encoding="ascii")
                .rpartition(")")[2]
                .split()
            )
        except OSError:
            return 0.0
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

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


LEFT = (
    "SELECT (SELECT count(*) FROM message WHERE turn_id IS NULL) + (SELECT count(*) FROM delivery "
    "WHERE status IN ('pending', 'sending', 'ambiguous'))"
)
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


def run_sms_bench(settings: Settings, *, rate: int, seconds: int, json_file: Path | None) -> Figures:
    """Measure and print; the figures go to `json_file` too."""
    figures = asyncio.run(_measured(settings, rate, seconds))
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


async def _measured(settings: Settings, rate: int, seconds: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        async with running_bench(settings, Path(folder)) as bench:
            figures: Figures = {"load of the machine before": round(os.getloadavg()[0], 1)}
            with Progress(console=Console(stderr=True), transient=True) as progress:
                figures |= await bench.steady(rate, seconds, progress)
                figures |= await bench.burst(progress)
                figures |= await bench.copies(progress)
            figures["refused by the webhook"] = len(bench.fake.refused)
            return figures


@asynccontextmanager
async def running_bench(settings: Settings, folder: Path) -> AsyncIterator[Bench]:
    """A fake carrier here, and a server in a process of its own with an empty database in the folder."""
    with socket.socket() as carrier_door:
        carrier_door.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{_free_port()}"
        fake = FakeTwilio(account=f"AC{secrets.token_hex(16)}", token=secrets.token_hex(16), assistant_url=address)
        here = f"http://127.0.0.1:{carrier_door.getsockname()[1]}"
        fake.media_url = here
        app = FastAPI()
        app.state.fake = fake
        app.include_router(router)
        carrier = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        serving = asyncio.create_task(carrier.serve(sockets=[carrier_door]))
        url = f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        bench = Bench(fake, Database(url), _environment(settings, fake, url, here))
        try:
            await bench.start()
            yield bench
        finally:
            await bench.close()
            await fake.close()
            carrier.should_exit = True
            await serving


def _environment(settings: Settings, fake: FakeTwilio, url: str, carrier: str) -> dict[str, str]:
    """The server's settings: our data directory for what is loaded, everything else its own; limits out of the way."""
    return os.environ | {
        "BEACON_DATA_DIR": str(settings.data_dir),
        "BEACON_DATABASE_URL": url,
        "BEACON_DESK_KEY": "bench",
        "BEACON_PUBLIC_URL": fake.assistant_url,
        "BEACON_TWILIO_ACCOUNT_SID": fake.account,
        "BEACON_TWILIO_AUTH_TOKEN": fake.token,
        "BEACON_TWILIO_API_URL": carrier,
        "BEACON_TWILIO_MEDIA_HOSTS": "127.0.0.1",
        "BEACON_TEXTS_PER_SECOND": "100",
        "BEACON_TEXTS_PER_SENDER": "100000",
        "BEACON_TEXTS_PER_SENDER_DAY": "100000",
        "BEACON_TEXTS_PER_DAY": "1000000",
    }


async def _ready(address: str) -> None:
    """Wait until the server answers. Raises TimeoutError if it never does."""
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await client.get(f"{address}/readyz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
