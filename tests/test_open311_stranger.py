"""Open311 used by clients that nobody here wrote, over real HTTP: georeport reads, civicbot files and reads."""

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
from tests.open311_session import session
from tests.test_open311_server import POTHOLE
from tools.clock import Clock
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.open311_keys import ClientKeys

PAGE = Path(__file__).parents[1] / "docs" / "open311.md"
BEGIN, END = "<!-- session: written by pytest tests/test_open311_stranger.py --approve -->", "<!-- end of session -->"


class Served(NamedTuple):
    """Where Open311 is, the number of a case that was filed there, and a key that files."""

    address: str
    case_id: str
    key: str


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
        yield Served(address, filed.json()[0]["service_request_id"], key)
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


async def test_a_session_of_another_client_is_as_the_page_shows_it(
    server: Served, request: pytest.FixtureRequest
) -> None:
    played = await asyncio.to_thread(session, server.address, server.key)
    shown = "\n".join(["", "", *(f"    {line}" for line in played), "", ""])
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    if request.config.getoption("--approve"):
        PAGE.write_text(f"{before}{BEGIN}{shown}{END}{rest.partition(END)[2]}", encoding="utf-8")
        return

    assert rest.partition(END)[0] == shown
