"""Events of a conversation over a real server: whole turns as they are committed, resumed where a reader left off."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest_asyncio
import uvicorn

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import build_web
from channels.serve import Server
from tests.web import DESK_KEY, TURN_KEYS, Json, Resident, resident
from tools.clock import Clock
from tools.database import Database


class Served(NamedTuple):
    """A real server: a client of it, and the assistant inside."""

    client: httpx.AsyncClient
    assistant: Assistant


@pytest_asyncio.fixture
async def served(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Served]:
    """A client of a real server on the loopback."""
    wishes = Settings(data_dir=tmp_path, desk_key=DESK_KEY, wait_seconds=2.0)
    assistant = await build_assistant(wishes, reading=reading, clock=clock, database=sqlite)
    ready = asyncio.Event()
    config = uvicorn.Config(
        build_web(wishes, assistant), port=0, log_level="error", lifespan="on", timeout_graceful_shutdown=2
    )
    server = Server(config, ready.set)
    running = asyncio.create_task(server.serve())
    await ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield Served(client, assistant)
    server.should_exit = True
    await running


@asynccontextmanager
async def listening(who: Resident, after: str | None = None) -> AsyncIterator[AsyncIterator[Json]]:
    """The events of a conversation, as they come."""
    headers = who.headers | ({"Last-Event-ID": after} if after is not None else {})
    async with who.client.stream("GET", f"{who.address}/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events(response)


async def events(response: httpx.Response) -> AsyncIterator[Json]:
    event: Json = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "data" in event:
            yield event | {"turn": json.loads(event["data"])}
            event = {}


async def test_events_tell_whole_turns_as_they_are_committed(served: Served) -> None:
    who = await resident(served.client)

    async with listening(who) as heard:
        said = await who.say("when is trash day?")
        event = await anext(heard)

    assert event["event"] == "turn"
    assert event["turn"] == said
    assert list(event["turn"]) == TURN_KEYS


async def test_events_begin_with_what_was_said_before(served: Served) -> None:
    who = await resident(served.client)
    turns = [await who.say("when is trash day?"), await who.say("thanks")]

    async with listening(who) as heard:
        told = [(await anext(heard))["turn"], (await anext(heard))["turn"]]

    assert told == turns


async def test_events_resume_after_the_last_one_that_was_heard(served: Served) -> None:
    who = await resident(served.client)
    await who.say("when is trash day?")
    second = await who.say("thanks")
    async with listening(who) as heard:
        first_id = (await anext(heard))["id"]

    async with listening(who, after=first_id) as heard:
        event = await anext(heard)

    assert event["turn"] == second


async def test_a_reply_that_was_promised_comes_by_the_events(served: Served) -> None:
    who = await resident(served.client)
    assistant = served.assistant
    busy = await assistant.store.take_lease(who.conversation_id, seconds=60)
    assert busy is not None

    async with listening(who) as heard:
        promised = await who.post("when is trash day?")
        await assistant.store.release(busy)
        assistant.runner.wake(who.conversation_id)
        event = await anext(heard)

    assert promised.status_code == 202
    assert event["turn"]["turn_id"] == promised.json()["turn_id"]


async def test_events_need_the_token(served: Served) -> None:
    who = await resident(served.client)

    response = await served.client.get(f"{who.address}/events", headers={"Authorization": "Bearer wrong"})

    assert response.status_code == 404
