"""Starts the web server: builds the assistant, prints where to go, and serves until it is told to stop."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import Protocol

import uvicorn
from fastapi import FastAPI
from rich.console import Console

from assistant.running import check_shared
from assistant.settings import Settings, check_data_dir, check_production
from assistant.tracing import traces
from channels.app import DRAIN_SECONDS
from channels.bootstrap import build_web, desk_key_of
from channels.holding import holding
from channels.loading import Loaded, load
from channels.logs import start_logs
from channels.quick_loop import quick_loop
from channels.text_photos import HOSTS
from tools import crash_points
from tools.database import Database

log = logging.getLogger(__name__)


class AddressTaken(Exception):
    """The server cannot listen where it was told to; the sentence says where and what to do."""


class Server(uvicorn.Server):
    """Says when it is ready, and ends cleanly on a signal: no traceback, exit code 0."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets=sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Finish what is under way; a second Ctrl+C does not wait for it."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def serve_forever(
    settings: Settings, *, host: str, port: int, console: Console, demo_sms: bool = False, works: bool = True
) -> None:
    """Serve until a signal, with a phone to try texting with if `demo_sms`; texts are left to `beacon work` unless this
    process `works`. Raises what the parts raise, each with one sentence that names the cure."""
    start_logs(settings.logs)
    console = Console(quiet=True) if settings.logs == "json" else console
    with traces(), _bound(host, port) as door, asyncio.Runner(loop_factory=quick_loop()) as runner:
        runner.run(_serve(settings, host, door, console, demo_sms=demo_sms, works=works))


async def _serve(
    settings: Settings, host: str, door: socket.socket, console: Console, *, demo_sms: bool, works: bool
) -> None:
    demo = _demo(settings, door) if demo_sms else None
    settings = demo.settings if demo else settings
    check_data_dir(settings)
    check_production(settings)
    crash_points.arm(settings.crash_at)
    async with holding(door):
        database, loaded = await _loaded(settings, works=works)
        hosts = HOSTS | {"localhost"} if demo else HOSTS
        app = build_web(settings, loaded.assistant, reading=loaded.reading, media_hosts=hosts)
        if demo:
            demo.add_to(app)
        if database.is_sqlite:
            await loaded.assistant.store.void_leases()
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=round(DRAIN_SECONDS),
        server_header=False,
        lifespan="on",
    )
    address, more = _address(host, door), (("Phone", "/demo-sms"),) if demo else ()

    def ready() -> None:
        log.info("The server is ready.", extra={"event": "ready", "address": address, "engine": loaded.engine})
        _greet(console, address, desk_key_of(settings), loaded.engine, more)

    server = Server(config, ready)
    await server.serve(sockets=[door])
    if demo:
        await demo.close()
    log.info("The server stopped.", extra={"event": "stopped"})
    console.print("Stopped. Everything that was sent is kept.")


async def _loaded(settings: Settings, *, works: bool) -> tuple[Database, Loaded]:
    database = Database(settings.database)
    if not works:
        check_shared(settings, database)
    await database.claim()
    await database.check()
    return database, await load(settings, database, works=works, quiet=settings.logs == "json")


class Demo(Protocol):
    """A phone and a carrier that exist only here, and the settings that name them."""

    @property
    def settings(self) -> Settings:
        """The settings with the carrier's account."""
        ...

    def add_to(self, app: FastAPI) -> None:
        """Put the phone and the carrier into the application."""
        ...

    async def close(self) -> None:
        """Tell nobody anything more."""
        ...


def _demo(settings: Settings, door: socket.socket) -> Demo:
    """The demonstration. Its module loads Twilio's SDK, which nothing else may need."""
    demo: Demo = import_module("channels.demo_sms").demo_of(settings, f"http://127.0.0.1:{door.getsockname()[1]}")
    return demo


def _greet(console: Console, address: str, desk_key: str, engine: str, more: tuple[tuple[str, str], ...]) -> None:
    lines = (
        f"\nBoston 311's assistant is ready: {address}",
        f"  Chat page   {address}/",
        *(f"  {name:11} {address}{path}" for name, path in more),
        f"  API         {address}/docs",
        f"  Desk key    {desk_key}",
        f"  Engine      {engine}",
        "  Stop with Ctrl+C\n",
    )
    for place, line in enumerate(lines):
        console.print(line, style="bold" if place == 0 else "", highlight=False, markup=False, soft_wrap=True)


def _bound(host: str, port: int) -> socket.socket:
    """A socket at the address, taken before anything is loaded. Raises AddressTaken.

    It names its protocol: without that asyncio leaves its connections to Nagle's algorithm, and every answer after the
    first waits 40 ms for the other side's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise AddressTaken(
            f"The server cannot listen on {host}, port {port} ({error.strerror or error}). Stop what uses it, or give "
            "another one with --port, or --host."
        ) from error
    door.set_inheritable(False)
    return door


def _address(host: str, door: socket.socket) -> str:
    port = door.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
