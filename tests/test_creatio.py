"""Creatio beyond the contract: what goes wrong there comes to typed errors, and never to a second case."""

import asyncio

import httpx
import pytest

from evals.creatio_server import creatio_app
from tests.conftest import NOW
from tests.creatio import SERVICES, URL, by_form, by_token, creatio, site, web
from tests.test_crm import PERHAM, pothole
from tools.case import Reporter, Status
from tools.clock import Clock
from tools.creatio import CreatioCRM
from tools.creatio_check import examine_creatio
from tools.creatio_names import load_names
from tools.creatio_web import CreatioWeb
from tools.crm import CRMRejected, CRMUnavailable, LoginRefused


@pytest.mark.parametrize("way", ["token", "forms"])
async def test_an_ended_session_is_renewed_once_for_all_who_fail_at_once(clock: Clock, way: str) -> None:
    at = site(clock)
    crm = creatio(at, login=by_form() if way == "forms" else by_token())
    await crm.reported_by("+16175550123")
    at.expire()

    await asyncio.gather(*(crm.reported_by("+16175550123") for _ in range(10)))

    assert at.logins == 2


@pytest.mark.parametrize("way", ["token", "forms"])
async def test_a_wrong_secret_is_not_tried_again_and_again(clock: Clock, way: str) -> None:
    at = site(clock)
    crm = creatio(at, login=by_form("wrong") if way == "forms" else by_token("wrong"))

    for _ in range(3):
        with pytest.raises(LoginRefused):
            await crm.reported_by("+16175550123")

    assert at.logins == 1


async def test_a_server_that_is_not_there_is_unavailable(clock: Clock) -> None:
    there = CreatioWeb("http://127.0.0.1:9/0/odata", by_token(), seconds=1.0)

    with pytest.raises(CRMUnavailable):
        await there.rows("Case")
    await there.close()


async def test_a_call_without_the_csrf_header_is_refused_by_the_server(clock: Clock) -> None:
    at = site(clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(creatio_app(at)), base_url=URL) as client:
        await by_form().headers(client)

        answer = await client.get("/0/odata/Case")

    assert answer.status_code == 403


@pytest.mark.parametrize("where", ["StatusId eq 'x'", "Nonsense eq 'x'", "Status/Nonsense eq 'x'", "Number = 'x'"])
async def test_a_filter_that_is_no_odata_of_the_site_is_rejected(clock: Clock, where: str) -> None:
    with pytest.raises(CRMRejected):
        await web(site(clock)).rows("Case", filter=where)


async def test_a_column_that_the_site_lacks_is_rejected_by_name(clock: Clock) -> None:
    with pytest.raises(CRMRejected, match="UsrNonsense"):
        await web(site(clock)).create("Case", {"UsrNonsense": 1})


async def test_a_batch_goes_out_in_hundreds(clock: Clock) -> None:
    at = site(clock)
    asked = {"method": "GET", "url": "CaseStatus?$top=1"}

    answers = await web(at).batch([asked] * 101)

    assert (len(answers), at.calls) == (101, 2)


async def test_the_deadline_is_creatios(clock: Clock) -> None:
    at = site(clock)

    case = await creatio(at).create(pothole(), key="k1")

    assert case.route is not None
    assert case.route.due == NOW + at.deadline


@pytest.mark.parametrize(
    ("status", "closure", "ours"),
    [
        ("Awaiting parts", None, Status.OPEN),
        ("Archived", None, Status.CLOSED),
        ("Closed", "Transitioned", Status.TRANSITIONED),
        ("Closed", "Noted", Status.CLOSED),
    ],
)
async def test_a_status_is_known_by_its_name_or_by_whether_it_is_final(
    clock: Clock, status: str, closure: str | None, ours: Status
) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="k1")

    at.set_status(case.case_id, status, closure=closure)

    assert (await crm.get(case.case_id)).status is ours


async def test_a_case_is_found_by_its_uuid_and_its_legacy_number(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="k1")
    row_id, row = next(iter(at.tables.rows["Case"].items()))
    row["UsrLegacyNumber"] = "101006113311"

    found = [await crm.get(row_id), await crm.get("101006113311")]

    assert found == [case, case]


async def test_a_further_report_is_a_child_that_brings_its_reporter_to_the_parent(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="k1")

    await crm.add_report(case.case_id, words="it's deep", reporter=Reporter(phone="+16175550123"), key="k2")

    child = list(at.tables.rows["Case"].values())[1]
    assert at.tables.rows["Case"][child["ParentCaseId"]]["Number"] == case.case_id
    assert [each.case_id for each in await crm.reported_by("+16175550123")] == [case.case_id]
    assert (
        await crm.near("pothole", PERHAM, radius_m=50, since=NOW)
        == (await crm.near("pothole", PERHAM, radius_m=50, since=NOW))[:1]
    )


async def test_a_file_is_attached_once(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="k1")

    for _ in range(2):
        await crm.attach(case.case_id, name="hole.jpg", content=b"picture", key="f1")

    assert [row["Data"] for row in at.tables.rows["CaseFile"].values()] == [b"picture"]


async def test_a_service_that_creatio_lacks_is_rejected_with_its_name(clock: Clock) -> None:
    with pytest.raises(CRMRejected, match="needle"):
        await creatio(site(clock)).create(pothole().model_copy(update={"service": "needle"}), key="k1")


async def test_an_examination_names_what_is_wrong_and_writes_nothing(clock: Clock) -> None:
    at = site(clock)
    names = load_names()
    odd = names.model_copy(update={"columns": names.columns.model_copy(update={"key": "UsrOther"})})

    told = await examine_creatio(web(at), odd, SERVICES | {"needle": "0f73b2f6"}, clock)

    assert any("UsrOther" in sentence for sentence in told)
    assert any("needle" in sentence for sentence in told)
    assert at.tables.rows["Case"] == {}


async def test_an_examination_tells_a_refused_login_in_one_sentence(clock: Clock) -> None:
    told = await examine_creatio(web(site(clock), login=by_token("wrong")), load_names(), SERVICES, clock)

    assert told == ("Creatio's identity service does not accept our client id and secret.",)


async def test_one_adapter_serves_many_who_open_cases_at_once(clock: Clock) -> None:
    at = site(clock)
    crm: CreatioCRM = creatio(at)

    await asyncio.gather(*(crm.create(pothole(), key=f"k{n}") for n in range(20)))

    assert len(at.tables.rows["Case"]) == 20
