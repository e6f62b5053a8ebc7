"""A server that takes texts, in a process of its own, while its disk is full or while it is told to stop."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from assistant.settings import Settings
from channels.fake_twilio import FakeTwilio
from channels.fleet import SERVER, Fleet, carrier_of, environment_of, new_fake
from channels.sms_shared import model_of
from tests.carrier import ANNA, OURS
from tools.database import Database

QUESTION = "when does street sweeping run"


@asynccontextmanager
async def server(data_dir: Path, folder: Path, **more: str) -> AsyncIterator[Fleet]:
    """`beacon serve` on a file of its own, and the carrier beside it."""
    fake = new_fake(FakeTwilio)
    url = f"sqlite+aiosqlite:///{folder / 'texts.db'}"
    async with carrier_of(fake) as carrier:
        environment = environment_of(Settings(data_dir=data_dir), fake, url, carrier) | more
        fleet = Fleet(fake, Database(url), environment, folder)
        try:
            await fleet.start()
            yield fleet
        finally:
            await fleet.close()


def heard(fleet: Fleet) -> list[str]:
    return [each.body for each in fleet.fake.conversation(ANNA) if not each.inbound]


def room_on_disk(fleet: Fleet, size: int) -> None:
    """No file of the server may grow beyond this; the system says so as it says that a disk is full."""
    _, hard = resource.prlimit(fleet.pid(SERVER), resource.RLIMIT_FSIZE)
    resource.prlimit(fleet.pid(SERVER), resource.RLIMIT_FSIZE, (size, hard))


@pytest.mark.asyncio
async def test_a_text_that_meets_a_full_disk_is_answered_once_there_is_room_again(
    data_dir: Path, tmp_path: Path
) -> None:
    async with server(data_dir, tmp_path) as fleet:
        room_on_disk(fleet, 0)
        texting = asyncio.create_task(fleet.fake.send(address=ANNA, our_number=OURS, body=QUESTION))
        async with httpx.AsyncClient(base_url=fleet.fake.assistant_url, trust_env=False) as web:
            refused = await web.post("/api/conversations", json={"channel": "web"})
        room_on_disk(fleet, resource.RLIM_INFINITY)
        await texting
        await fleet.drained()

        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "database_unavailable"
        assert len(heard(fleet)) == 1
        assert await fleet.ask("SELECT count(*) FROM message") == 1


@pytest.mark.asyncio
async def test_a_turn_with_a_model_that_hangs_is_finished_within_twenty_seconds_of_being_told_to_stop(
    data_dir: Path, tmp_path: Path
) -> None:
    with model_of(60.0) as model:
        async with server(data_dir, tmp_path, **model) as fleet:
            await fleet.fake.send(address=ANNA, our_number=OURS, body="is the library open and can my neighbor join")
            while not await fleet.ask("SELECT count(*) FROM conversation WHERE lease_token IS NOT NULL"):
                await asyncio.sleep(0.05)

            took = await fleet.stop(SERVER)

            assert took < 20.0
            assert await fleet.ask("SELECT count(*) FROM message WHERE turn_id IS NULL") == 0
            assert len(heard(fleet)) == 1
