"""The whole application on a real port with the fake Twilio on another, as the tests of text messages need them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.engine import Engine
from assistant.settings import Settings
from channels.bootstrap import build_web, sender_of
from channels.fake_twilio import FakeTwilio
from channels.fake_twilio_api import router
from tests.web import DESK_KEY
from tools.clock import Clock
from tools.database import Database

SID, TOKEN = "AC" + "0" * 32, "test-token"
ANNA, BEN, OURS = "+16175550101", "+16175550102", "+16175550311"


def door() -> socket.socket:
    opened = socket.socket()
    opened.bind(("127.0.0.1", 0))
    return opened


def address_of(opened: socket.socket) -> str:
    return f"http://127.0.0.1:{opened.getsockname()[1]}"


@asynccontextmanager
async def served(app: FastAPI, opened: socket.socket) -> AsyncIterator[None]:
    """A real server for an app, until the end of the block."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", timeout_graceful_shutdown=5))
    running = asyncio.create_task(server.serve(sockets=[opened]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await running


def fake_app(fake: FakeTwilio) -> FastAPI:
    app = FastAPI()
    app.state.fake = fake
    app.include_router(router)
    return app


class Line:
    """Phones on one side, the assistant on the other, the fake carrier between them."""

    def __init__(self, fake: FakeTwilio, assistant: Assistant, address: str, app: FastAPI) -> None:
        self.fake = fake
        self.assistant = assistant
        self.address = address
        self.app = app

    async def send(self, body: str, *, phone: str = ANNA, **more: object) -> None:
        """A phone sends a text; wait until everything that follows from it is done."""
        await self.fake.send(address=phone, our_number=OURS, body=body, **more)  # type: ignore[arg-type]

    async def quiet(self) -> None:
        """Wait until nothing is left to answer, to send or to report."""
        async with asyncio.timeout(30):
            while await self.busy():
                await asyncio.sleep(0.02)
        await self.fake.settled()

    async def busy(self) -> bool:
        store = self.assistant.store
        if await store.with_unanswered():
            return True
        async with store.database.read() as connection:
            left = "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending', 'ambiguous')"
            return bool((await connection.exec_driver_sql(left)).scalar_one())

    async def say(self, body: str, *, phone: str = ANNA, **more: object) -> list[str]:
        """Send a text; the assistant's texts that came back, without what the carrier says by itself."""
        before = len(self.heard(phone))
        await self.send(body, phone=phone, **more)
        await self.quiet()
        return self.heard(phone)[before:]

    def heard(self, phone: str = ANNA) -> list[str]:
        return [each.body for each in self.fake.conversation(phone) if not each.inbound and not each.by_carrier]


@asynccontextmanager
async def line(
    reading: Reading,
    database: Database,
    clock: Clock,
    folder: Path,
    *,
    engine: Engine | None = None,
    **changed: object,
) -> AsyncIterator[Line]:
    """The application and the carrier, running."""
    ours, theirs = door(), door()
    fake = FakeTwilio(account=SID, token=TOKEN, assistant_url=address_of(ours))
    fake.media_url = address_of(theirs).replace("127.0.0.1", "localhost")
    plain = Settings(
        data_dir=folder,
        desk_key=DESK_KEY,
        public_url=address_of(ours),
        burst_seconds=0.0,
        texts_per_second=1000.0,
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_api_url=address_of(theirs),
    )
    settings = plain.model_copy(update=changed)
    assistant = await build_assistant(
        settings, reading=reading, clock=clock, database=database, sender=sender_of(settings), engine=engine
    )
    app = build_web(settings, assistant, media_hosts=frozenset({"localhost"}))
    async with served(fake_app(fake), theirs), served(app, ours):
        yield Line(fake, assistant, address_of(ours), app)
        await fake.close()
