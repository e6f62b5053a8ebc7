"""The page of one case: staff look it up, add to it, withdraw it or open it again, once confirmed, on record."""

import re
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from channels.accounts import Role
from tests.conftest import NOW
from tests.test_crm import pothole
from tests.test_staff_access import signed_in
from tools.case import Change, Status
from tools.clock import fixed_clock
from tools.database import Database
from tools.local_crm import LocalCRM


@dataclass(frozen=True)
class Desk:
    client: httpx.AsyncClient
    ours: dict[str, str]
    crm: LocalCRM
    case_id: str

    async def page(self, number: str | None = None) -> httpx.Response:
        return await self.client.get("/desk/case", params={"number": number or self.case_id})

    async def change(self, act: str, **form: str) -> httpx.Response:
        return await self.client.post(f"/desk/case/{self.case_id}/{act}", data=form, headers=self.ours)

    async def history(self) -> list[Change]:
        return [event.change for event in (await self.crm.get(self.case_id)).history]


@pytest_asyncio.fixture
async def desk(api: httpx.AsyncClient, sqlite: Database) -> Desk:
    crm = LocalCRM(sqlite, fixed_clock(NOW))
    await crm.prepare()
    case = await crm.create(pothole(words="a <b>deep</b> hole"), key="k")
    return Desk(api, await signed_in(sqlite, api, Role.CALL_TAKER), crm, case.case_id)


async def test_a_case_is_found_however_its_number_is_written_and_its_words_are_no_markup(desk: Desk) -> None:
    page = await desk.page(desk.case_id.replace("-", " ").lower())

    assert page.status_code == 200
    assert "It is open, with Public Works." in page.text
    assert "a &lt;b&gt;deep&lt;/b&gt; hole" in page.text


async def test_an_unknown_number_is_said_so(desk: Desk) -> None:
    page = await desk.page("B311-000009-9")

    assert page.status_code == 404
    assert "There is no case B311-000009-9." in page.text


@pytest.mark.parametrize("act", ["amend", "withdraw"])
async def test_nothing_is_changed_without_the_callers_yes_and_what_was_written_stays(desk: Desk, act: str) -> None:
    answer = await desk.change(act, words="it is deeper now", key="a")

    assert answer.status_code == 409
    assert "tick that they said yes" in answer.text
    assert "it is deeper now" in answer.text
    assert await desk.history() == [Change.CREATED]


async def test_a_form_sent_twice_adds_once(desk: Desk) -> None:
    answers = [await desk.change("amend", words="deeper now", key="a", confirmed="yes") for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert await desk.history() == [Change.CREATED, Change.AMENDED]
    assert (await desk.crm.get(desk.case_id)).description.endswith("deeper now")


async def test_a_case_is_withdrawn_and_opened_again(desk: Desk) -> None:
    await desk.change("withdraw", words="sold the car", key="a", confirmed="yes")
    closed = await desk.page()
    await desk.change("reopen", words="it is back", key="b", confirmed="yes")

    assert "Open it again" in closed.text
    assert "Withdraw the case" not in closed.text
    assert (await desk.crm.get(desk.case_id)).status is Status.OPEN
    assert await desk.history() == [Change.CREATED, Change.WITHDRAWN, Change.REOPENED]


async def test_what_cannot_be_done_any_more_is_said(desk: Desk) -> None:
    await desk.crm.close(desk.case_id, reason="Noted", key="c")

    answer = await desk.change("withdraw", words="x", key="a", confirmed="yes")

    assert answer.status_code == 409
    assert "is closed already" in answer.text


async def test_a_button_that_there_is_not_changes_nothing(desk: Desk) -> None:
    assert (await desk.change("explode", words="x", key="a", confirmed="yes")).status_code == 409
    assert await desk.history() == [Change.CREATED]


async def test_reading_and_changing_are_on_record_without_words(desk: Desk, sqlite: Database) -> None:
    await desk.page()
    await desk.change("amend", words="my secret", key="a", confirmed="yes")
    await signed_in(sqlite, desk.client, Role.AUDITOR)

    log = (await desk.client.get("/staff/audit")).text

    assert re.search("case_read", log)
    assert "case_amend" in log
    assert "my secret" not in log
