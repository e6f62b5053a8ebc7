"""What the tests of the web share: the whole application on an empty database, and a client that talks to it."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import build_web
from tools.clock import Clock
from tools.database import Database

Json = dict[str, Any]
DESK_KEY = "desk-key"
DESK = {"Authorization": f"Bearer {DESK_KEY}"}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
TURN_KEYS = [
    "turn_id",
    "outcome",
    "outcomes",
    "replies",
    "asking_for",
    "citations",
    "quick_replies",
    "draft",
    "case",
    "engine",
    "handed_off",
]
"""The keys of a turn, in the order of the design."""


class Resident:
    """Somebody who talks to the assistant over the JSON API."""

    def __init__(self, client: httpx.AsyncClient, conversation_id: str, token: str) -> None:
        self.client = client
        self.conversation_id = conversation_id
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}"}
        self.address = f"/api/conversations/{conversation_id}"
        self._sent = 0

    async def post(self, text: str, *, message_id: str | None = None, **more: object) -> httpx.Response:
        """Send a text and get the response as it is."""
        self._sent += 1
        body = {"text": text, "message_id": message_id or f"m{self._sent}", **more}
        return await self.client.post(f"{self.address}/messages", json=body, headers=self.headers)

    async def say(self, text: str) -> Json:
        """Send a text and get its finished turn."""
        response = await self.post(text)
        assert response.status_code == 200, response.text
        turn: Json = response.json()
        return turn

    async def heard(self) -> list[tuple[str, str]]:
        """Who said what so far, as the history tells it."""
        response = await self.client.get(self.address, headers=self.headers)
        return [(line["who"], line["text"]) for line in response.json()["messages"]]

    async def report(self, place: str = "Boston City Hall") -> Json:
        """Report a pothole and confirm it: the turn that opened the case."""
        turn = await self.say(f"there is a big pothole in the street at {place}")
        for _ in range(8):
            if turn["asking_for"] is None:
                break
            turn = await self.say(ANSWERS.get(turn["asking_for"], "I don't know"))
        assert turn["case"] is not None, turn
        return turn


ANSWERS = {"confirmation": "yes", "location": "100 Perham St, West Roxbury", "location_choice": "1", "duplicate": "2"}


@asynccontextmanager
async def web(
    reading: Reading, database: Database, clock: Clock, folder: Path, *, wait_seconds: float = 20.0, **wish: object
) -> AsyncIterator[tuple[httpx.AsyncClient, Assistant]]:
    """A client of the whole application, in process; `wish` are further settings."""
    settings = Settings.model_validate({"data_dir": folder, "desk_key": DESK_KEY, "wait_seconds": wait_seconds} | wish)
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=database)
    transport = httpx.ASGITransport(app=build_web(settings, assistant))
    async with httpx.AsyncClient(transport=transport, base_url="http://beacon.test") as client:
        yield client, assistant
    await assistant.close(seconds=5)


async def resident(client: httpx.AsyncClient, **wish: object) -> Resident:
    """A new conversation."""
    opened = (await client.post("/api/conversations", json=wish)).json()
    return Resident(client, opened["conversation_id"], opened["token"])
