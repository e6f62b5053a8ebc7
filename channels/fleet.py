"""A fake carrier in this process, and a server and workers in processes of their own, for loads of texts and chaos."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from uuid import uuid4

import httpx
import psycopg
import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy import text as sql

from assistant.settings import Settings
from channels.fake_twilio import FakeTwilio
from channels.fake_twilio_api import router
from tools.database import Database

Fake = TypeVar("Fake", bound=FakeTwilio)
START_SECONDS, DRAIN_SECONDS = 180.0, 300.0
SERVER = "server"
LEFT = (
    "SELECT (SELECT count(*) FROM message WHERE turn_id IS NULL) + (SELECT count(*) FROM delivery "
    "WHERE status IN ('pending', 'sending', 'ambiguous'))"
)


class Fleet:
    """A server, workers beside it if there are any, their database, and the carrier that they text by."""

    def __init__(
        self, fake: FakeTwilio, database: Database, environment: dict[str, str], folder: Path, *, workers: int = 0
    ) -> None:
        self.fake = fake
        self.database = database
        self.workers = tuple(f"worker {number + 1}" for number in range(workers))
        self._environment = environment
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._computed = 0.0

    async def start(self, *, crash_at: Mapping[str, str] = MappingProxyType({})) -> None:
        """Start everything, and wait until it is ready; `crash_at` is where processes die by themselves, by name."""
        await self.begin(SERVER, crash_at=crash_at.get(SERVER, ""))
        await asyncio.gather(*(self.begin(name, crash_at=crash_at.get(name, "")) for name in self.workers))

    async def begin(self, name: str, *, crash_at: str = "", **more: str) -> None:
        """Start one process, and wait until it is ready; `crash_at` is where it dies by itself."""
        port = self.fake.assistant_url.rpartition(":")[2]
        alone = () if self.workers else ("--port", port)
        command = ("work",) if name != SERVER else ("serve", *(alone or ("--port", port, "--no-worker")))
        log = self._folder / f"{name}.log"
        with log.open("wb") as told:
            self._processes[name] = subprocess.Popen(  # noqa: ASYNC220, S603 - our own command, at a start
                [sys.executable, "-m", "channels.main", *command],
                env=self._environment | {"BEACON_CRASH_AT": crash_at} | more,
                stdout=subprocess.DEVNULL,
                stderr=told,
            )
        async with asyncio.timeout(START_SECONDS):
            while b"is ready" not in log.read_bytes() and self.alive(name):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)

    def pid(self, name: str) -> int:
        """The system's number of a process."""
        return self._processes[name].pid

    def alive(self, name: str) -> bool:
        """Whether a process runs."""
        return name in self._processes and self._processes[name].poll() is None

    def kill(self, name: str = SERVER) -> None:
        """Pull the plug."""
        if name in self._processes:
            self._computed += self._seconds(name)
            self._processes[name].kill()
            self._processes[name].wait()

    def state(self, name: str) -> str:
        """What the system says of a process: R, S, or T for one that is frozen."""
        told = Path(f"/proc/{self._processes[name].pid}/stat").read_text(encoding="ascii")
        return told.rpartition(")")[2].split()[0]

    def signal(self, name: str, sign: signal.Signals) -> None:
        """Send a signal to a process."""
        self._processes[name].send_signal(sign)

    async def stop(self, name: str) -> float:
        """Ask a process to stop; the seconds it took."""
        began = time.perf_counter()
        self._computed += self._seconds(name)
        process = self._processes.pop(name)
        process.terminate()
        await asyncio.to_thread(process.wait)
        return time.perf_counter() - began

    async def close(self) -> None:
        """Stop everything, and let the database go."""
        await self.database.close()
        for name, process in self._processes.items():
            if self.alive(name):
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self._processes.values():
            await asyncio.to_thread(process.wait)

    async def ask(self, query: str, **values: str) -> int:
        """A number out of the database."""
        async with self.database.read() as connection:
            return int((await connection.execute(sql(query), values)).scalar_one() or 0)

    async def drained(self) -> float:
        """Seconds until every text is answered and every answer is with the carrier."""
        began = time.perf_counter()
        while await self.ask(LEFT) and time.perf_counter() - began < DRAIN_SECONDS:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)
        return round(time.perf_counter() - began, 2)

    def computed(self) -> float:
        """Seconds that all processes have computed, those that are gone included; 0 where the system does not say."""
        return self._computed + sum(self._seconds(name) for name in self._processes if self.alive(name))

    def _seconds(self, name: str) -> float:
        try:
            told = Path(f"/proc/{self._processes[name].pid}/stat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        parts = told.rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def carrier_of(fake: FakeTwilio) -> AsyncIterator[str]:
    """The carrier's API while the block runs; gives its address."""
    with socket.socket(proto=socket.IPPROTO_TCP) as door:
        door.bind(("127.0.0.1", 0))
        here = f"http://127.0.0.1:{door.getsockname()[1]}"
        fake.media_url = here
        app = FastAPI()
        app.state.fake = fake
        app.include_router(router)
        carrier = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=2))
        serving = asyncio.create_task(carrier.serve(sockets=[door]))
        try:
            yield here
        finally:
            await fake.close()
            carrier.should_exit = True
            await serving


@asynccontextmanager
async def database_of_its_own(folder: Path, postgres: str | None) -> AsyncIterator[str]:
    """The address of an empty database: a SQLite file, or one made on a PostgreSQL server and dropped in the end."""
    if postgres is None:
        yield f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        return
    name = f"beacon_bench_{uuid4().hex[:8]}"
    url = make_url(postgres)
    server = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def new_fake(kind: type[Fake]) -> Fake:
    """A carrier that will find our server at a free port."""
    address = f"http://127.0.0.1:{_free_port()}"
    return kind(account=f"AC{secrets.token_hex(16)}", token=secrets.token_hex(16), assistant_url=address)


def environment_of(settings: Settings, fake: FakeTwilio, url: str, carrier: str) -> dict[str, str]:
    """A process's settings: our data directory for what is loaded, everything else its own; limits out of the way."""
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


async def ready(address: str) -> None:
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
