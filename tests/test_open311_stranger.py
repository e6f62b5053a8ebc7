"""Open311 used by a client that nobody here wrote: georeport reads what our server says, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio
from georeport import GeoReport

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import build_web
from tests.carrier import address_of, door, served
from tests.test_open311_server import POTHOLE
from tools.clock import Clock
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.open311_keys import ClientKeys


class Served(NamedTuple):
    """Where Open311 is, and the number of a case that was filed there."""

    address: str
    case_id: str


@pytest_asyncio.fixture
async def server(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Served]:
    settings = Settings(data_dir=tmp_path, desk_key="desk-key")
    await LocalCRM(sqlite, clock).prepare()
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=sqlite)
    key = await ClientKeys(sqlite, clock).add("an app")
    opened = door()
    async with served(build_web(settings, assistant), opened):
        address = f"{address_of(opened)}/open311/v2"
        async with httpx.AsyncClient(trust_env=False) as app:
            filed = await app.post(f"{address}/requests.json", data={"api_key": key, **POTHOLE})
        yield Served(address, filed.json()[0]["service_request_id"])
    await assistant.close(seconds=5)


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_it_lists_services_and_their_questions(server: Served, form: str) -> None:
    client = GeoReport(server.address, output_format=form)

    services = await asyncio.to_thread(client.get_service_list)
    definition: dict[str, Any] = await asyncio.to_thread(client.get_service_definition, "pothole")

    assert {"pothole", "street_light_outage"} <= {each["service_code"] for each in services}
    assert definition["service_code"] == "pothole"


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_it_finds_the_filed_case_by_its_number_and_in_lists(server: Served, form: str) -> None:
    client = GeoReport(server.address, output_format=form)

    one: dict[str, Any] = await asyncio.to_thread(client.get_service_request, server.case_id)
    listed = await asyncio.to_thread(client.get_service_requests, service_code="pothole", status="open")

    assert one["service_request_id"] == server.case_id
    assert one["status"] == "open"
    assert server.case_id in str(listed)


async def test_it_raises_for_a_number_that_there_is_not(server: Served) -> None:
    client = GeoReport(server.address)

    with pytest.raises(OSError, match="404"):
        await asyncio.to_thread(client.get_service_request, "B311-999999-9")
