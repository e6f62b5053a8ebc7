"""While a server loads or brings its tables up to date, who comes is told to come again."""

import asyncio
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from channels.holding import RETRY_SECONDS, holding
from channels.serve import _bound
from tests.running import ROOT, environment, prepared

BROWSER = {"Accept": "text/html"}


async def test_everybody_is_told_to_come_again_and_the_process_counts_as_alive() -> None:
    with _bound("127.0.0.1", 0) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        async with holding(door), httpx.AsyncClient(base_url=address, trust_env=False) as client:
            page = await client.get("/", headers=BROWSER)
            webhook = await client.post("/sms/inbound", data={"Body": "hello"})
            ready = await client.get("/readyz")
            alive = await client.get("/livez")

    assert (page.status_code, webhook.status_code, ready.status_code, alive.status_code) == (503, 503, 503, 200)
    assert page.headers["retry-after"] == str(RETRY_SECONDS)
    assert "back in a moment" in page.text
    assert 'lang="es"' in page.text
    assert webhook.json()["error"]["code"] == "starting"


async def test_the_door_is_left_open_for_the_server_that_follows() -> None:
    with _bound("127.0.0.1", 0) as door:
        async with holding(door):
            await asyncio.sleep(0)
        async with holding(door):
            answer = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{door.getsockname()[1]}/", trust_env=False)

    assert answer.status_code == 503


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_starts_says_so_at_its_address_until_it_is_ready(
    data_dir: Path, reading: object, tmp_path: Path, port: int
) -> None:
    folder = prepared(data_dir, tmp_path / "var")
    command = [sys.executable, "-m", "channels.main", "serve", "--port", str(port)]
    seen: list[int] = []

    with subprocess.Popen(command, cwd=ROOT, env=environment(folder), stderr=subprocess.DEVNULL) as server:
        until = time.monotonic() + 60
        try:
            while 200 not in seen and time.monotonic() < until:
                # Not open yet, or a connection that was opened in the instant in which the door changes hands.
                with suppress(httpx.TransportError):
                    seen.append(httpx.get(f"http://127.0.0.1:{port}/", headers=BROWSER, trust_env=False).status_code)
                time.sleep(0.02)
        finally:
            server.terminate()

    assert set(seen) == {503, 200}
    assert seen == sorted(seen, reverse=True)
