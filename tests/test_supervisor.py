"""The supervisor's page: figures of a period that agree with what happened, and switches with a reason."""

import csv
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from channels.accounts import Role
from tests.test_staff_access import signed_in
from tests.web import resident
from tools.database import Database

pytestmark = pytest.mark.asyncio


@dataclass(frozen=True)
class Supervisor:
    client: httpx.AsyncClient
    ours: dict[str, str]

    async def page(self, query: str = "") -> str:
        answer = await self.client.get(f"/supervisor{query}")
        assert answer.status_code == 200
        return answer.text

    async def rows(self, name: str) -> list[list[str]]:
        answer = await self.client.get(f"/supervisor/{name}.csv")
        return list(csv.reader(answer.text.splitlines()))[1:]

    async def switch(self, **form: str) -> httpx.Response:
        return await self.client.post("/supervisor/switch", data=form, headers=self.ours)


@pytest_asyncio.fixture
async def supervisor(api: httpx.AsyncClient, sqlite: Database) -> Supervisor:
    return Supervisor(api, await signed_in(sqlite, api, Role.SUPERVISOR))


async def reported(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    await who.say("theres a huge pothole outside 100 perham st west roxbury")
    await who.say("submit")


async def test_an_empty_city_has_a_page_that_says_so(supervisor: Supervisor) -> None:
    page = await supervisor.page()

    assert "Nothing in this period." in page
    assert "<svg" not in page


async def test_a_report_is_counted_by_service_neighborhood_and_channel(
    supervisor: Supervisor, api: httpx.AsyncClient
) -> None:
    await reported(api)

    assert await supervisor.rows("services") == [["Pothole", "1", "0", "0"]]
    assert await supervisor.rows("neighborhoods") == [["West Roxbury", "1"]]
    assert await supervisor.rows("channels") == [["web", "1"]]
    assert await supervisor.rows("conversations") == [["web", "1", "0", "0", "100.0"]]


async def test_a_conversation_that_was_given_to_a_person_is_not_contained(
    supervisor: Supervisor, api: httpx.AsyncClient
) -> None:
    await reported(api)
    await (await resident(api)).say("i want to talk to a person")

    assert await supervisor.rows("conversations") == [["web", "2", "1", "0", "50.0"]]


async def test_every_table_has_its_plot_and_the_same_figures_beneath(
    supervisor: Supervisor, api: httpx.AsyncClient
) -> None:
    await reported(api)

    page = await supervisor.page("?days=30")

    assert 'aria-label="Cases by service. 1 bars."' in page
    assert '<th scope="row">Pothole</th><td data-label="Opened" class="figure">1</td>' in page


async def test_unanswered_questions_are_shown_without_personal_data(
    supervisor: Supervisor, api: httpx.AsyncClient
) -> None:
    await (await resident(api)).say("what is the airspeed of a swallow, my phone is 617-555-0142")

    rows = await supervisor.rows("unanswered")

    assert len(rows) == 1
    assert "0142" not in rows[0][2]


async def test_a_channel_is_turned_off_and_on_with_who_and_why(supervisor: Supervisor, api: httpx.AsyncClient) -> None:
    off = await supervisor.switch(what="web", to="off", why="wrong fee in an answer")
    page = await supervisor.page()
    on = await supervisor.switch(what="web", to="on", why="mended")

    assert (off.status_code, on.status_code) == (303, 303)
    assert 'web: <span class="tag wrong">off</span>' in page
    assert "wrong fee in an answer" in page


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"what": "web", "to": "off", "why": " "}, "Please say why"),
        ({"what": "service:nothing", "to": "off", "why": "x"}, "There is nothing by that name"),
        ({"what": "web", "to": "", "why": "x"}, "Please choose on or off"),
    ],
)
async def test_a_switch_that_is_not_understood_changes_nothing_and_keeps_what_was_written(
    supervisor: Supervisor, form: dict[str, str], says: str
) -> None:
    answer = await supervisor.switch(**form)

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{form["what"]}"' in answer.text
    assert 'class="tag wrong"' not in answer.text


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.REVIEWER, Role.AUDITOR])
async def test_the_page_is_for_supervisors(api: httpx.AsyncClient, sqlite: Database, role: Role) -> None:
    await signed_in(sqlite, api, role)

    assert (await api.get("/supervisor")).status_code == 403
    assert (await api.get("/supervisor/services.csv")).status_code == 403


async def test_a_table_that_there_is_not_is_not_found(supervisor: Supervisor) -> None:
    answer = await supervisor.client.get("/supervisor/nothing.csv")

    assert answer.status_code == 404
