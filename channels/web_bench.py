"""`beacon bench web`: how heavy and how quick the residents' page is while many chat, and what open streams cost."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import quantiles
from uuid import uuid4

import httpx
from rich.console import Console

from assistant.assistant import hashed
from assistant.message import Channel
from assistant.settings import Settings
from assistant.store import Store
from channels.auth import COOKIE
from channels.web_bench_browser import looked_at
from channels.web_bench_table import Figures, into_page, shown
from evals.bench import CONVERSATION
from tools.database import Database

PEOPLE, STREAMS = 50, 1_000
PAUSES = (4.0, 12.0)
"""Seconds between a reply and somebody's next message: they read it and type."""

READY_SECONDS, SETTLE_SECONDS, IDLE_SECONDS = 180.0, 8.0, 20.0


@dataclass(frozen=True)
class Held:
    """A conversation as a browser holds it."""

    conversation_id: str
    token: str

    @property
    def cookie(self) -> str:
        """The cookie of the page."""
        return f"{COOKIE}={self.conversation_id}.{self.token}"


@dataclass(frozen=True)
class Served:
    """A server of its own in a process of its own."""

    address: str
    pid: int

    def memory(self) -> float:
        """Megabytes that are resident now."""
        told = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmRSS")) / 1024

    def computed(self) -> float:
        """Seconds computed so far."""
        parts = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def run_web_bench(settings: Settings, *, people: int, streams: int, page: Path | None) -> Figures:
    """Measure and print; the figures go into a section of `page` too."""
    figures = asyncio.run(_measured(settings, people=people, streams=streams))
    Console().print(shown(figures))
    if page is not None:
        page.write_text(into_page(page.read_text(encoding="utf-8"), figures), encoding="utf-8")
    return figures


async def _measured(settings: Settings, *, people: int, streams: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="beacon-web-") as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        held = await _opened(url, people + streams)
        async with _serving(settings, url, Path(folder)) as served:
            chatting, listening = held[:people], held[people:]
            figures = await _chatted(served, chatting)
            figures |= await _listened(served, listening)
    return figures


async def _opened(url: str, count: int) -> list[Held]:
    """So many conversations, as the page opens them."""
    store = Store(Database(url))
    await store.prepare()
    held = [Held(uuid4().hex, secrets.token_urlsafe(32)) for _ in range(count)]
    for each in held:
        await store.open(each.conversation_id, Channel.WEB, token_hash=hashed(each.token))
    await store.database.close()
    return held


@asynccontextmanager
async def _serving(settings: Settings, url: str, folder: Path) -> AsyncIterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "BEACON_DATA_DIR": str(settings.data_dir.absolute()),
        "BEACON_DATABASE_URL": url,
        "BEACON_DESK_KEY": "bench",
    }
    log = folder / "server.log"
    with log.open("wb") as told:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own command, at a start
            [sys.executable, "-m", "channels.main", "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
    try:
        async with asyncio.timeout(READY_SECONDS):
            while b"is ready" not in log.read_bytes() and process.poll() is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def _chatted(served: Served, held: list[Held]) -> Figures:
    """One of the people uses a real browser; the others send the same forms, and listen to the same events."""
    took: list[float] = []
    over = asyncio.Event()
    async with httpx.AsyncClient(base_url=served.address, timeout=60, limits=httpx.Limits(max_connections=None)) as web:
        others = [
            asyncio.create_task(_chats(web, each, Random(place), took, over)) for place, each in enumerate(held[1:])
        ]
        listeners = [await _stream(served.address, each) for each in held[1:]]
        await asyncio.sleep(PAUSES[1])
        seen = await looked_at(served.address)
        over.set()
        await asyncio.gather(*others)
        for _, writer in listeners:
            writer.close()
    cuts = quantiles(took, n=100)
    return seen | {"people": len(held), "forms ms p50": round(cuts[49]), "forms ms p95": round(cuts[94])}


async def _chats(web: httpx.AsyncClient, held: Held, chance: Random, took: list[float], over: asyncio.Event) -> None:
    """Somebody who reads, types and sends until it is over."""
    headers = {"Cookie": held.cookie, "Sec-Fetch-Site": "same-origin"}
    place = chance.randrange(len(CONVERSATION))
    await asyncio.sleep(chance.uniform(0, PAUSES[1]))
    while not over.is_set():
        form = {"text": CONVERSATION[place % len(CONVERSATION)], "message_id": uuid4().hex}
        began = time.perf_counter()
        answer = await web.post("/say", data=form, headers=headers)
        (await web.get("/", headers=headers)).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != httpx.codes.SEE_OTHER:
            answer.raise_for_status()
        place += 1
        await asyncio.sleep(chance.uniform(*PAUSES))


async def _listened(served: Served, held: list[Held]) -> Figures:
    """So many open event streams, each of a conversation of its own; then one message, whose event is waited for."""
    before = served.memory()
    streams = [await _stream(served.address, each) for each in held]
    await asyncio.sleep(SETTLE_SECONDS)
    began, computed = time.perf_counter(), served.computed()
    await asyncio.sleep(IDLE_SECONDS)
    busy = (served.computed() - computed) / (time.perf_counter() - began)
    memory = served.memory()
    reader, _ = streams[-1]
    async with httpx.AsyncClient(base_url=served.address, timeout=60) as web:
        headers = {"Cookie": held[-1].cookie, "Sec-Fetch-Site": "same-origin"}
        sent = time.perf_counter()
        sending = asyncio.create_task(web.post("/say", data={"text": CONVERSATION[0]}, headers=headers))
        async with asyncio.timeout(30):
            while b"event: news" not in await reader.readline():
                pass
        heard = (time.perf_counter() - sent) * 1000
        await sending
    for _, writer in streams:
        writer.close()
    return {
        "streams": len(streams),
        "memory MB before": round(before),
        "memory MB": round(memory),
        "busy %": round(busy * 100, 1),
        "event ms": round(heard),
    }


async def _stream(address: str, held: Held) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An open event stream, as a browser holds it. Raises ConnectionError if it is refused."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /events?after=0 HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {held.cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.splitlines()[0]:
        raise ConnectionError(head.splitlines()[0].decode("latin-1"))
    return reader, writer
