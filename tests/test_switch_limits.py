"""Channels that are switched off and on while everything runs, and counters that cost the same however large."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from sqlalchemy import text

from assistant.assistant import Assistant, hashed
from assistant.bootstrap import Reading
from assistant.store import Store
from assistant.switches import Switch, Switches
from assistant.usage import Limit, Usage
from channels.web_limits import LOOKED_UP, OPENED
from tests.running import beacon
from tests.web import resident, web
from tools.clock import Clock
from tools.database import Database

LIMIT = Limit(scope="text", most=3, seconds=600)


@pytest_asyncio.fixture
async def prepared(database: Database) -> Database:
    await Store(database).prepare()
    return database


@pytest_asyncio.fixture
async def site(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[httpx.AsyncClient, Assistant]]:
    async with web(reading, sqlite, clock, tmp_path) as opened:
        yield opened


async def test_uses_are_counted_by_sender_and_by_what_is_counted(prepared: Database) -> None:
    usage = Usage(prepared)

    counts = [await usage.count(LIMIT, key) for key in ("anna", "anna", "ben")]
    other = await usage.count(LIMIT.model_copy(update={"scope": "other"}), "anna")

    assert counts == [1, 2, 1]
    assert other == 1


async def test_a_look_at_a_counter_is_a_look_by_its_key(sqlite: Database) -> None:
    await Store(sqlite).prepare()
    query = "EXPLAIN QUERY PLAN SELECT count FROM usage WHERE scope = 'text' AND key = 'a' AND window = 1"

    async with sqlite.read() as connection:
        plan = [row[3] for row in (await connection.execute(text(query))).all()]

    assert plan == ["SEARCH usage USING INDEX sqlite_autoindex_usage_1 (scope=? AND key=? AND window=?)"]


async def test_counters_that_are_over_are_forgotten(prepared: Database) -> None:
    usage = Usage(prepared)
    await usage.count(LIMIT, "anna")
    async with prepared.write() as connection:
        await connection.execute(text("UPDATE usage SET until = 0"))

    await usage.forget()

    assert await usage.count(LIMIT, "anna") == 1


async def test_a_switch_and_its_record_are_kept_together(prepared: Database) -> None:
    switches = Switches(prepared)

    await switches.turn(Switch.WEB, off=True, why="too many", by="anna")
    await switches.turn(Switch.WEB, off=False, why="over", by="ben")
    await switches.turn(Switch.SMS, off=True, why="a storm", by="ben")

    assert await Switches(prepared).off() == {Switch.SMS}
    assert [(each.name, each.off, each.by) for each in await switches.changes()] == [
        ("sms", True, "ben"),
        ("web", False, "ben"),
        ("web", True, "anna"),
    ]


async def test_the_web_can_be_switched_off_and_danger_is_named(site: tuple[httpx.AsyncClient, Assistant]) -> None:
    client, assistant = site
    who = await resident(client)
    await assistant.switches.turn(Switch.WEB, off=True, why="a test", by="tester")

    refused = await who.post("hello")
    await assistant.switches.turn(Switch.WEB, off=False, why="over", by="tester")
    taken = await who.post("hello")

    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "switched_off"
    assert "911" in refused.json()["error"]["message"]
    assert taken.status_code == 200


async def test_a_conversation_that_sends_far_too_much_is_told_so(
    site: tuple[httpx.AsyncClient, Assistant],
) -> None:
    client, assistant = site
    who = await resident(client)
    await assistant.usage.count(Limit(scope="web", most=1, seconds=600), who.conversation_id, by=1_000)

    refused = await who.post("hello")

    assert refused.status_code == 429
    assert "311" in refused.json()["error"]["message"]


async def test_an_address_that_opens_far_too_many_conversations_is_told_so_and_another_is_not(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path) as (client, assistant):
        await assistant.usage.count(OPENED, hashed("203.0.113.7"), by=OPENED.most)
        answers = [await _opened_from(client, address) for address in ("203.0.113.7", "203.0.113.8", "127.0.0.1")]

    assert [each.status_code for each in answers] == [429, 201, 201]


async def test_an_address_that_tries_out_far_too_many_numbers_is_told_so_and_another_is_not(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path) as (client, assistant):
        await assistant.usage.count(LOOKED_UP, hashed("203.0.113.7"), by=LOOKED_UP.most)
        there, here = [await _opened_from(client, address) for address in ("203.0.113.7", "203.0.113.8")]
        told = [
            await _sent_from(client, "203.0.113.7", there, "how is B311-000001-3"),
            await _sent_from(client, "203.0.113.7", there, "thank you"),
            await _sent_from(client, "203.0.113.8", here, "how is B311-000001-3"),
            await _at(client, "203.0.113.7").get("/api/cases/B311-000001-3"),
            await _at(client, "203.0.113.8").get("/api/cases/B311-000001-3"),
        ]

    assert [each.status_code for each in told] == [429, 200, 200, 429, 404]


def _at(client: httpx.AsyncClient, address: str) -> httpx.AsyncClient:
    """A client as if from an address."""
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    there = httpx.ASGITransport(app=transport.app, client=(address, 1))
    return httpx.AsyncClient(transport=there, base_url="http://beacon.test")


async def _opened_from(client: httpx.AsyncClient, address: str) -> httpx.Response:
    return await _at(client, address).post("/api/conversations", json={})


async def _sent_from(client: httpx.AsyncClient, address: str, opened: httpx.Response, text: str) -> httpx.Response:
    at, headers = f"/api/conversations/{opened.json()['conversation_id']}/messages", _bearer(opened)
    return await _at(client, address).post(at, json={"text": text, "message_id": text}, headers=headers)


def _bearer(opened: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {opened.json()['token']}"}


def test_a_switch_is_turned_and_shown_by_command(tmp_path: Path) -> None:
    off = beacon("switch", "off", "service:pothole", "--why", "a storm of spam", folder=tmp_path)
    shown = beacon("switch", "show", folder=tmp_path)
    unknown = beacon("switch", "off", "topic:unknown", "--why", "x", folder=tmp_path)

    assert off.returncode == 0
    assert "Off: service:pothole." in shown.stdout.decode()
    assert "a storm of spam" in shown.stdout.decode()
    assert unknown.returncode == 2
