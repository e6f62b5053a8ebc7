"""A server in a process of its own, with everything it tells caught: its log, metrics, traces and prompts."""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.case_systems import creatio_codes
from channels.demo_phone import PHONE_COOKIE
from evals.creatio_server import CLIENT_ID, SECRET, CreatioSite
from evals.loopback import on_loopback
from evals.model_server import KEY, MODEL, ModelServer
from tests.canary import SENDER
from tests.running import ROOT
from tools.catalogue import load_catalogue
from tools.clock import system_clock
from tools.districts import QUEUES


@dataclass
class Collector:
    """Takes traces as OpenTelemetry's collectors do, over HTTP; one that `hangs` never answers."""

    bodies: list[bytes] = field(default_factory=list)
    hangs: bool = False

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        while self.hangs:
            await asyncio.sleep(0.05)
        self.bodies.append(await request.body())
        return Response(media_type="application/x-protobuf")

    def spans(self) -> list[dict[str, Any]]:
        """Every span, with its attributes by name."""
        told = [MessageToDict(ExportTraceServiceRequest.FromString(body)) for body in self.bodies]
        found = [
            span
            for each in told
            for of in each["resourceSpans"]
            for scope in of["scopeSpans"]
            for span in scope["spans"]
        ]
        return [
            span | {"attributes": {row["key"]: _plain(row["value"]) for row in span["attributes"]}} for span in found
        ]


def _plain(value: dict[str, Any]) -> Any:
    (kind, plain), *_ = value.items()
    return [_plain(each) for each in plain["values"]] if kind == "arrayValue" else plain


@dataclass
class Failing:
    """A model's server that goes wrong in the way that is set, from the next request on."""

    server: ModelServer
    fault: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.fault and scope["type"] == "http" and scope["path"].endswith("/completions"):
            scope = {**scope, "path": f"/faults/{self.fault}{scope['path']}"}
        await self.server.app(scope, receive, send)


@contextmanager
def in_background(app: ASGIApp) -> Iterator[str]:
    """An application on the loopback, served by a thread; gives its address."""
    addresses: Queue[str] = Queue()
    loops: Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def serve() -> None:
        stopped = asyncio.Event()
        async with on_loopback(app) as address:
            addresses.put(address)
            loops.put((asyncio.get_running_loop(), stopped))
            await stopped.wait()

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    address = addresses.get(timeout=10)
    try:
        yield address
    finally:
        loop, stopped = loops.get()
        loop.call_soon_threadsafe(stopped.set)
        thread.join()


def whole_site() -> CreatioSite:
    """A Creatio that knows every service and team of ours."""
    catalogue = load_catalogue()
    teams = {service.team for service in catalogue.services.values()} | set(QUEUES.values())
    codes = {code: ours for ours, code in creatio_codes(catalogue).items()}
    return CreatioSite(system_clock, teams=tuple(sorted(teams)), services=codes)


@dataclass
class Watched:
    """A server with its fakes, and what it told."""

    folder: Path
    site: CreatioSite = field(default_factory=whole_site)
    model: Failing = field(default_factory=lambda: Failing(ModelServer()))
    collector: Collector = field(default_factory=Collector)
    address: str = ""
    errors: list[httpx.Response] = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    slowed: float = 0.0
    stopped: float = 0.0

    def say(self, to: str, headers: dict[str, str], words: str) -> httpx.Response:
        """Send a text by the web; an error is kept."""
        self.sent += 1
        body = {"text": words, "message_id": f"m{self.sent}"}
        answer = httpx.post(f"{self.address}{to}/messages", json=body, headers=headers, timeout=30)
        if answer.status_code == 200:
            self.turns.append(answer.json())
        return self.kept(answer)

    def kept(self, answer: httpx.Response) -> httpx.Response:
        """The answer, kept if it is an error."""
        if answer.status_code >= 400:
            self.errors.append(answer)
        return answer

    def text(self, words: str) -> None:
        """Send a text from the phone, and wait for what comes back."""
        with httpx.Client(base_url=self.address, cookies={PHONE_COOKIE: SENDER}, timeout=30) as phone:
            before = len(phone.get("/demo-sms/texts").json())
            phone.post("/demo-sms/send/media", data={"body": words})
            ends = time.monotonic() + 20
            while len(phone.get("/demo-sms/texts").json()) < before + 2:
                assert time.monotonic() < ends, "no text came back"
                time.sleep(0.05)

    def spans(self, name: str) -> list[dict[str, Any]]:
        """The spans of this name."""
        return [span for span in self.collector.spans() if span["name"] == name]

    def lines(self) -> list[dict[str, Any]]:
        """The log, line by line."""
        return [json.loads(line) for line in self.told["log"].splitlines()]


def settings_of(at: dict[str, str]) -> dict[str, str]:
    return {
        "BEACON_LOGS": "json",
        "BEACON_BURST_SECONDS": "0.05",
        "BEACON_ENGINE": "openai",
        "BEACON_OPENAI_BASE_URL": f"{at['model']}/v1",
        "BEACON_OPENAI_API_KEY": KEY,
        "BEACON_OPENAI_MODEL": MODEL,
        "BEACON_CRM": "creatio",
        "BEACON_CREATIO_URL": at["crm"],
        "BEACON_CREATIO_IDENTITY_URL": at["crm"],
        "BEACON_CREATIO_CLIENT_ID": CLIENT_ID,
        "BEACON_CREATIO_CLIENT_SECRET": SECRET,
        "OTEL_EXPORTER_OTLP_ENDPOINT": at["traces"],
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }


@contextmanager
def serving(told: Watched, given: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "channels.main", "serve", "--port", "0", "--demo-sms"]
    log = told.folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=file, stderr=file)
        try:
            while not (ready := re.search(r'"address": "(http[^"]+)"', log.read_text())):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            told.address = ready[1]
            yield
            process.terminate()
            began = time.monotonic()
            assert process.wait(30) == 0
            told.stopped = time.monotonic() - began
        finally:
            process.kill()
            process.wait()
    told.told["log"] = log.read_text()
