"""A city's Open311 endpoint as the case system: every kind of service, every fault, and never a case twice."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from pydantic import SecretStr

from assistant.case_systems import build_crm, examine_crm
from assistant.settings import Settings, SettingWrong
from evals.open311_server import POTHOLE, Open311City
from tests.conftest import NOW
from tests.open311 import ADDRESS, crm_of, web_of
from tests.test_crm import PERHAM, pothole
from tools.case import Status
from tools.catalogue import load_catalogue
from tools.clock import Clock
from tools.crm import CRMRejected, CRMUnavailable, LoginRefused
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.location import Location
from tools.open311_crm import Open311CRM
from tools.open311_documents import RemoteService, map_services, read_case, read_definition
from tools.open311_web import discover
from tools.open311_xml import Json
from tools.waved_crm import WavedCRM


@pytest_asyncio.fixture
async def tables(sqlite: Database, clock: Clock) -> Database:
    await LocalCRM(sqlite, clock).prepare()
    return sqlite


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_case_is_filed_read_and_found_in_both_formats(tables: Database, clock: Clock, form: str) -> None:
    city = Open311City(clock)
    crm = crm_of(city, tables, clock, form=form)

    case = await crm.create(pothole(), key="k1")
    found = await crm.near("pothole", PERHAM, radius_m=50, since=NOW - timedelta(days=200))

    assert (case.service, case.status, case.case_id) == ("pothole", Status.OPEN, "101006000001")
    assert [each.case_id for each in found] == [case.case_id]
    assert await discover(web_of(city, form=form)) == ADDRESS


async def test_only_answers_that_are_asked_for_are_sent_lists_as_lists_and_the_place_in_every_form(
    tables: Database, clock: Clock
) -> None:
    city = Open311City(clock)
    answers = {"size": "plate", "lane": ("bike", "car"), "unheard_of": "x", "address_id": "17"}

    await crm_of(city, tables, clock).create(pothole().model_copy(update={"attributes": answers}), key="k1")

    sent = city.forms[0]
    assert [pair for pair in sent if pair[0].startswith("attribute")] == [
        ("attribute[size]", "plate"),
        ("attribute[lane][]", "bike"),
        ("attribute[lane][]", "car"),
    ]
    assert {"lat", "long", "address_string", "address_id"} <= {name for name, _ in sent}


@pytest.mark.parametrize("shows_words", [True, False], ids=["by its mark", "by place and time"])
@pytest.mark.parametrize("fault", ["timeout", "error_after"])
async def test_a_request_that_was_taken_without_an_answer_is_found_and_not_sent_again(
    tables: Database, clock: Clock, fault: str, shows_words: bool
) -> None:
    city = Open311City(clock, shows_words=shows_words)
    city.faults.writes = [fault]
    crm = crm_of(city, tables, clock)

    with pytest.raises(CRMUnavailable):
        await crm.create(pothole(), key="k1")
    case = await crm_of(city, tables, clock).create(pothole(), key="k1")

    assert [each["service_request_id"] for each in city.cases] == [case.case_id]


@pytest.mark.parametrize("fault", ["timeout", "error_after"])
async def test_a_key_tells_its_case_also_one_whose_answer_was_lost(tables: Database, clock: Clock, fault: str) -> None:
    city = Open311City(clock)
    crm = crm_of(city, tables, clock)
    first = await crm.create(pothole(), key="k1")
    city.faults.writes = [fault]
    with pytest.raises(CRMUnavailable):
        await crm.create(pothole(), key="k2")

    told = [await crm.by_key(key) for key in ("k1", "k2", "k3")]

    assert [case and case.case_id for case in told] == [first.case_id, "101006000002", None]


async def test_a_key_whose_post_never_arrived_has_no_case_and_one_that_cannot_be_told_is_not_guessed(
    tables: Database, clock: Clock
) -> None:
    city = Open311City(clock)
    silent = Open311City(clock, shows_words=False)
    city.faults.writes, silent.faults.writes = ["error"], ["timeout"]
    for at, key in ((city, "k1"), (silent, "k2")):
        with pytest.raises(CRMUnavailable):
            await crm_of(at, tables, clock).create(pothole(), key=key)

    assert await crm_of(city, tables, clock).by_key("k1") is None
    with pytest.raises(CRMUnavailable):
        await crm_of(silent, tables, clock).by_key("k2")


async def test_before_it_can_be_known_nothing_is_sent_again(tables: Database, clock: Clock) -> None:
    city = Open311City(clock)
    city.faults.writes = ["error"]
    crm = crm_of(city, tables, clock, settle_seconds=60)

    for _ in range(3):
        with pytest.raises(CRMUnavailable):
            await crm.create(pothole(), key="k1")
    later = crm_of(city, tables, lambda: NOW + timedelta(seconds=61), settle_seconds=60)
    await later.create(pothole(), key="k1")

    assert city.calls.count("POST requests") == 2
    assert len(city.cases) == 1


async def test_a_batch_gives_its_number_when_the_city_does(tables: Database, clock: Clock) -> None:
    city = Open311City(clock, kind="batch")
    crm = crm_of(city, tables, clock)

    waiting = await crm.create(pothole(), key="k1")
    city.number_waiting()
    again = await crm.create(pothole(), key="k1")

    assert waiting.case_id == "token:token-1"
    assert again.case_id == (await crm.get("token:token-1")).case_id == "101006000001"
    assert len(city.cases) == 1


async def test_a_request_that_never_gets_a_number_is_filed_once(tables: Database, clock: Clock) -> None:
    city = Open311City(clock, kind="blackbox")
    crm = crm_of(city, tables, clock)

    filed = [(await crm.create(pothole(), key="k1")).case_id for _ in range(2)]

    assert filed == ["token:token-1", "token:token-1"]
    assert len(city.cases) == 1
    with pytest.raises(CRMUnavailable):
        await crm.get("token:token-1")


async def test_a_short_wait_is_waited_and_services_are_fetched_once(tables: Database, clock: Clock) -> None:
    city = Open311City(clock)
    city.faults.reads = ["busy"]
    crm = crm_of(city, tables, clock)

    await crm.services()
    await crm.create(pothole(), key="k1")
    await crm.create(pothole(), key="k2")

    assert city.calls.count("GET services") == 2
    assert city.calls.count(f"GET services/{POTHOLE}") == 1


async def test_what_open311_cannot_do_is_refused_and_a_wrong_key_too(tables: Database, clock: Clock) -> None:
    city = Open311City(clock)
    crm = crm_of(city, tables, clock)
    case = await crm.create(pothole(), key="k1")

    with pytest.raises(CRMRejected, match="new cases only"):
        await crm.withdraw(case.case_id, reason="gone", key="w")
    with pytest.raises(LoginRefused, match="api_key"):
        await crm_of(city, tables, clock, key="wrong").create(pothole(), key="k2")
    with pytest.raises(CRMRejected, match="no cases of the service"):
        await crm.create(pothole().model_copy(update={"service": "graffiti"}), key="k3")


@pytest.mark.parametrize("knows_pages", [True, False])
async def test_a_long_list_is_read_to_its_end_and_a_server_without_pages_ends_it(
    tables: Database, clock: Clock, knows_pages: bool
) -> None:
    city = Open311City(clock, knows_pages=knows_pages)
    crm = crm_of(city, tables, clock)
    await crm.create(pothole(), key="k")
    city.cases += [city.cases[0] | {"service_request_id": f"more-{each}"} for each in range(250)]

    found = await crm.near("pothole", PERHAM, radius_m=50, since=NOW - timedelta(days=1))

    assert len(found) == (251 if knows_pages else 100)


async def test_a_case_that_was_handed_on_is_not_told_as_done_and_nobodys_name_is_kept(
    tables: Database, clock: Clock
) -> None:
    city = Open311City(clock)
    crm = crm_of(city, tables, clock)
    case = await crm.create(pothole(), key="k1")
    city.cases[0]["first_name"] = "Zebulon"
    city.close(case.case_id, "Transitioned.")

    read = await crm.get(case.case_id)

    assert (read.status, read.closure_reason) == (Status.TRANSITIONED, "Transitioned.")
    assert "Zebulon" not in read.model_dump_json()


@pytest.mark.parametrize("number", ["101006564854", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "BCS-00256693"])
def test_every_shape_of_number_is_read(number: str) -> None:
    row = {"service_request_id": number, "status": "open", "requested_datetime": "2026-03-10T10:00:00-04:00"}

    case = read_case(dict(row), {})

    assert (case.case_id, case.opened) == (number, NOW)


def test_services_are_mapped_by_code_name_or_crosswalk_and_the_first_stays() -> None:
    listed = (
        RemoteService(code=POTHOLE, name="Holes"),
        RemoteService(code="A:B:PWD Graffiti", name="PWD Graffiti"),
        RemoteService(code="17", name="Request for Pothole Repair"),
        RemoteService(code="99", name="Weddings"),
    )

    assert map_services(listed, load_catalogue()) == {"pothole": POTHOLE, "graffiti": "A:B:PWD Graffiti"}


def test_a_definition_without_its_wrapper_is_read_and_what_only_informs_is_not_asked() -> None:
    asked: dict[str, Json] = {"code": "q", "variable": "true", "datatype": "string", "required": "false"}
    informs: dict[str, Json] = asked | {"variable": "false"}

    found = read_definition({"service_code": "x", "attribute": asked})
    nothing = read_definition({"service_code": "x", "attribute": informs})

    assert [each.code for each in found] == ["q"]
    assert nothing == ()


async def test_a_place_without_a_point_is_filed_by_its_words(tables: Database, clock: Clock) -> None:
    city = Open311City(clock)

    await crm_of(city, tables, clock).create(pothole(at=Location(value="behind the church")), key="k1")

    assert ("address_string", "behind the church") in city.forms[0]


async def test_many_at_once_under_one_key_are_one_case(tables: Database, clock: Clock) -> None:
    city = Open311City(clock)
    crm = crm_of(city, tables, clock)

    made = await asyncio.gather(*(crm.create(pothole(), key="k1") for _ in range(5)))

    assert len({each.case_id for each in made}) == len(city.cases) == 1


async def test_the_settings_choose_an_endpoint_and_say_what_is_missing(sqlite: Database, clock: Clock) -> None:
    settings = Settings(crm="open311", open311_url="http://127.0.0.1:9/open311/v2")

    built = await build_crm(settings, sqlite, clock, load_catalogue())
    wrong = await examine_crm(settings, clock, load_catalogue())

    assert isinstance(built, Open311CRM)
    assert wrong == ("The Open311 endpoint cannot be reached (ConnectError).",)
    with pytest.raises(SettingWrong, match="BEACON_OPEN311_URL"):
        await build_crm(Settings(crm="open311"), sqlite, clock, load_catalogue())


async def test_during_waves_the_endpoint_may_be_the_legacy_system(sqlite: Database, clock: Clock) -> None:
    settings = Settings(
        crm="waves", open311_url="http://127.0.0.1:9/open311/v2", creatio_url="http://127.0.0.1:9", creatio_user="a",
        creatio_password=SecretStr("b"),
    )  # fmt: skip

    built = await build_crm(settings, sqlite, clock, load_catalogue())
    wrong = await examine_crm(settings, clock, load_catalogue())

    assert isinstance(built, WavedCRM)
    assert isinstance(built.systems["legacy"], Open311CRM)
    assert "The Open311 endpoint cannot be reached (ConnectError)." in wrong
