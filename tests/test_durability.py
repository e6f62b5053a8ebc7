"""A real server killed at any instant: everything accepted is answered once and in order, a yes becomes one case."""

import asyncio
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
import pytest

from tests.running import beacon, opened, prepared, serving

MESSAGES = 12
SOON = 20.0
"""Seconds within which a restarted server has answered what was left."""


@pytest.fixture
def folder(data_dir: Path, reading: object, tmp_path: Path) -> Path:
    return prepared(data_dir, tmp_path / "var")


def recorded(folder: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    """What the database says, read beside the server."""
    database = sqlite3.connect(f"file:{folder / 'beacon.db'}?mode=ro", uri=True, timeout=30)
    try:
        return database.execute(query, values).fetchall()
    finally:
        database.close()


def wait_for(folder: Path, query: str, *values: object) -> None:
    """Wait until a query says yes, at most a few seconds."""
    until = time.monotonic() + SOON
    while time.monotonic() < until and not recorded(folder, query, *values)[0][0]:
        time.sleep(0.002)
    assert recorded(folder, query, *values)[0][0], query


@contextmanager
def sending(address: str, path: str, headers: dict[str, str], texts: list[str]) -> Iterator[None]:
    """Send texts at once, beside the test, and do not care for the answers: the server may be about to die."""
    sender = Thread(target=asyncio.run, args=(_burst(address, path, headers, texts),))
    sender.start()
    yield
    sender.join()


async def _burst(address: str, path: str, headers: dict[str, str], texts: list[str]) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        posts = [
            client.post(f"{path}/messages", json={"text": text, "message_id": text}, headers=headers) for text in texts
        ]
        await asyncio.gather(*posts, return_exceptions=True)


def killed_in_a_burst(folder: Path, *, accepted: int) -> tuple[str, dict[str, str]]:
    """A conversation whose server died with messages in flight, once so many were accepted."""
    with serving(folder) as server:
        path, headers = opened(server.address)
        with sending(server.address, path, headers, [f"thanks {number}" for number in range(MESSAGES)]):
            wait_for(folder, "SELECT count(*) >= ? FROM message", accepted)
            server.kill()
    return path, headers


@pytest.mark.parametrize("accepted", [1, 4, 8, MESSAGES])
def test_everything_accepted_before_a_kill_is_answered_once_and_in_order(folder: Path, accepted: int) -> None:
    path, headers = killed_in_a_burst(folder, accepted=accepted)
    kept = recorded(folder, "SELECT text FROM message ORDER BY sequence")

    with serving(folder) as server:
        wait_for(folder, "SELECT count(*) = ? FROM message WHERE turn_id IS NULL", 0)
        history = httpx.get(f"{server.address}{path}", headers=headers).json()["messages"]

    turns = recorded(folder, "SELECT turn_id FROM turn ORDER BY turn_id")
    answered = recorded(folder, "SELECT DISTINCT turn_id FROM message ORDER BY turn_id")
    assert len(kept) >= accepted
    assert [(line["text"],) for line in history if line["who"] == "resident"] == kept
    assert turns == answered
    assert recorded(folder, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("delay", [0.0, 0.005, 0.015, 0.04])
def test_a_confirmed_draft_becomes_one_case_whenever_the_server_dies(folder: Path, delay: float) -> None:
    report = {"text": "there is a big pothole in the street at 100 Perham St, West Roxbury", "message_id": "report"}
    with serving(folder) as server:
        path, headers = opened(server.address)
        asked = httpx.post(f"{server.address}{path}/messages", json=report, headers=headers, timeout=30).json()
        with sending(server.address, path, headers, ["yes"]):
            wait_for(folder, "SELECT count(*) FROM message WHERE text = 'yes'")
            time.sleep(delay)
            server.kill()

    with serving(folder) as server:
        again = {"text": "yes", "message_id": "yes"}
        turn = httpx.post(f"{server.address}{path}/messages", json=again, headers=headers, timeout=30).json()

    assert asked["asking_for"] == "confirmation"
    assert turn["outcome"] == "case_opened"
    assert recorded(folder, "SELECT case_id FROM crm_case") == [(turn["case"]["case_id"],)]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_finishes_what_is_under_way(folder: Path, sign: signal.Signals) -> None:
    with serving(folder) as server:
        path, headers = opened(server.address)
        with sending(server.address, path, headers, ["when is trash day?"]):
            wait_for(folder, "SELECT count(*) FROM message")
            code = server.stop(sign=sign)

    assert code == 0
    assert recorded(folder, "SELECT count(*) FROM message WHERE turn_id IS NULL") == [(0,)]
    assert "Stopped." in server.printed[-1]
    assert "Traceback" not in server.printed[-1]


def test_a_reader_of_events_does_not_keep_a_server_from_stopping(folder: Path) -> None:
    with serving(folder) as server:
        path, headers = opened(server.address)
        with httpx.stream("GET", f"{server.address}{path}/events", headers=headers):
            began = time.monotonic()
            code = server.stop()

    assert code == 0
    assert time.monotonic() - began < 10


def test_a_second_server_on_the_same_file_is_refused(folder: Path) -> None:
    with serving(folder):
        second = beacon("serve", "--port", "0", folder=folder)

    assert second.returncode == 1
    assert second.stderr.decode().startswith("Another Beacon server already uses")
    assert len(second.stderr.decode().strip().splitlines()) == 1


def test_a_port_that_is_taken_is_told_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    with serving(folder) as server:
        port = server.address.rpartition(":")[2]
        second = beacon("serve", "--port", port, folder=tmp_path / "other")

    assert second.returncode == 1
    assert f"port {port}" in second.stderr.decode()
    assert len(second.stderr.decode().strip().splitlines()) == 1
