"""Cartegraph: tasks of a case, their progress in its history, polling, and what goes wrong."""

from datetime import timedelta

import httpx
import pytest

from evals.cartegraph_server import PASSWORD, USER, CartegraphSite, cartegraph_app
from evals.faults import Faults
from tests.conftest import NOW
from tests.creatio import creatio, site
from tests.test_crm import pothole
from tools.cartegraph import Cartegraph
from tools.cartegraph_web import CartegraphWeb
from tools.case import Case, Change
from tools.clock import Clock
from tools.crm import CRMGarbled, CRMRejected, LoginRefused
from tools.memory_crm import MemoryCRM


def cartegraph(at: CartegraphSite, *, cookie: bool = False, password: str = PASSWORD) -> Cartegraph:
    transport = httpx.ASGITransport(cartegraph_app(at))
    url = "http://cartegraph.test/api/v1"
    return Cartegraph(CartegraphWeb(url, USER, password, cookie=cookie, seconds=1.0, transport=transport))


async def a_case(clock: Clock) -> Case:
    return await MemoryCRM(clock).create(pothole(), key="k1")


@pytest.mark.parametrize("cookie", [False, True])
async def test_a_task_is_opened_once_a_key_and_found_by_its_case(clock: Clock, *, cookie: bool) -> None:
    at, case = CartegraphSite(clock), await a_case(clock)
    crews = cartegraph(at, cookie=cookie)

    first = await crews.open(case, activity="Repair", key="t1")
    again = await crews.open(case, activity="Repair", key="t1")

    assert first == again
    assert await crews.of_case(case.case_id) == (first,)
    assert at.tasks[0]["CgShape"]["ShapeType"] == 1


async def test_a_field_that_was_dropped_without_a_word_is_noticed(clock: Clock) -> None:
    at, case = CartegraphSite(clock, drops=frozenset({"ActivityField"})), await a_case(clock)

    with pytest.raises(CRMGarbled, match="ActivityField"):
        await cartegraph(at).open(case, activity="Repair", key="t1")


async def test_only_what_changed_since_the_last_look_is_told(clock: Clock) -> None:
    at, case = CartegraphSite(clock), await a_case(clock)
    crews = cartegraph(at)
    task = await crews.open(case, activity="Repair", key="t1")

    assert await crews.changed_since(NOW) == (task,)
    assert await crews.changed_since(NOW + timedelta(hours=1)) == ()


async def test_the_crews_progress_stands_in_the_history_of_the_case(clock: Clock) -> None:
    at = CartegraphSite(clock)
    crews = cartegraph(at)
    crm = creatio(site(clock), work=crews)
    case = await crm.create(pothole(), key="k1")
    task = await crews.open(case, activity="Repair", key="t1")
    at.set(task.number, StatusField="Planned", ScheduledStartDateField="2026-03-12T08:00:00Z")

    seen = await crm.get(case.case_id)

    assert [event.change for event in seen.history] == [Change.CREATED, Change.SCHEDULED]
    assert seen.history[-1].detail["day"] == "2026-03-12"


async def test_a_case_is_told_without_the_crews_progress_while_cartegraph_is_down(clock: Clock) -> None:
    at = CartegraphSite(clock, faults=Faults(["error"] * 9))
    crm = creatio(site(clock), work=cartegraph(at))

    case = await crm.create(pothole(), key="k1")

    assert [event.change for event in case.history] == [Change.CREATED]


async def test_a_field_that_the_site_lacks_is_named(clock: Clock) -> None:
    at = CartegraphSite(clock, lacks=frozenset({"RequestNumberField"}))

    with pytest.raises(CRMRejected, match="RequestNumberField"):
        await cartegraph(at).of_case("BCS-00000001")


async def test_an_ended_session_is_begun_anew_and_a_wrong_password_is_told(clock: Clock) -> None:
    at = CartegraphSite(clock)
    crews = cartegraph(at, cookie=True)
    await crews.of_case("BCS-00000001")
    at.sessions.clear()

    await crews.of_case("BCS-00000001")

    assert at.logins == 2
    with pytest.raises(LoginRefused):
        await cartegraph(at, cookie=True, password="wrong").of_case("BCS-00000001")
