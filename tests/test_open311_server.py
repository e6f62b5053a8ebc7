"""Open311 at /open311/v2: its formats and errors, filing with a key, and nothing private."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest_asyncio
from jsonschema import validate

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import build_web
from channels.open311_filing import Filing
from tests.conftest import NOW
from tests.open311_shapes import CASE, QUESTION, SERVICE
from tools.clock import Clock
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.memory_crm import Fault, MemoryCRM
from tools.open311_keys import ClientKeys
from tools.open311_posts import Posts
from tools.open311_xml import read_xml, write_xml

CITY_HALL = {"lat": "42.3604", "long": "-71.0580"}
POTHOLE = {
    "service_code": "pothole",
    "description": "deep hole in the right lane",
    **CITY_HALL,
    "attribute[size]": "plate",
}


class Site(NamedTuple):
    """The application, and a key that may post."""

    client: httpx.AsyncClient
    assistant: Assistant
    key: str

    async def post(self, form: str = "json", **fields: str) -> httpx.Response:
        return await self.client.post(f"/open311/v2/requests.{form}", data={"api_key": self.key, **fields})

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.client.get(f"/open311/v2/{path}", params=query)


async def _site(folder: Path, reading: Reading, database: Database, clock: Clock, crm: Any = None) -> Site:
    settings = Settings(data_dir=folder, desk_key="desk-key")
    await LocalCRM(database, clock).prepare()
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=database, crm=crm)
    key = await ClientKeys(database, clock).add("a test")
    transport = httpx.ASGITransport(app=build_web(settings, assistant))
    return Site(httpx.AsyncClient(transport=transport, base_url="http://beacon.test"), assistant, key)


@pytest_asyncio.fixture
async def site(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Site]:
    made = await _site(tmp_path, reading, sqlite, clock)
    yield made
    await made.client.aclose()
    await made.assistant.close(seconds=5)


PATHS = {
    "discovery": "discovery",
    "services": "services",
    "services/pothole": "service_definition",
    "requests": "service_requests",
}


async def test_every_method_speaks_xml_and_json_with_exact_types_and_the_same_content(site: Site) -> None:
    as_xml = [await site.get(f"{path}.xml") for path in PATHS]
    as_json = [await site.get(f"{path}.json") for path in PATHS]

    assert {each.headers["content-type"] for each in as_xml} == {"text/xml; charset=utf-8"}
    assert {each.headers["content-type"] for each in as_json} == {"application/json; charset=utf-8"}
    written = [write_xml(root, each.json()) for root, each in zip(PATHS.values(), as_json, strict=True)]
    assert [each.content for each in as_xml] == written
    assert [read_xml(each.content)[0] for each in as_xml] == list(PATHS.values())


async def test_services_and_their_questions_have_the_shape_of_the_specification(site: Site) -> None:
    listed = (await site.get("services.json")).json()
    definition = (await site.get("services/missed_trash.json")).json()

    validate(listed, {"type": "array", "minItems": 20, "items": SERVICE})
    validate(definition["attributes"], {"type": "array", "minItems": 3, "items": QUESTION})
    assert definition["service_code"] == "missed_trash"


async def test_a_service_is_known_by_the_codes_of_both_systems_of_the_city(site: Site) -> None:
    service = site.assistant.ports.catalogue.services["missed_trash"]

    by_old = await site.get(f"services/{(service.legacy_code or '').replace('/', '%2F')}.json")
    by_new = await site.get(f"services/{service.creatio_code}.json")

    assert by_old.json()["service_code"] == by_new.json()["service_code"] == "missed_trash"


async def test_a_posted_request_is_a_case_that_is_listed_without_words_or_reporter(site: Site) -> None:
    who = {"first_name": "Zebulon", "last_name": "Quux", "email": "zq@example.org", "phone": "617-555-0123"}

    posted = (await site.post(**POTHOLE, **who)).json()
    number = posted[0]["service_request_id"]
    one = await site.get(f"requests/{number}.json", extensions="true")
    listed = await site.get("requests.json", extensions="true")

    validate(one.json(), {"type": "array", "minItems": 1, "maxItems": 1, "items": CASE})
    assert [each["service_request_id"] for each in listed.json()] == [number]
    assert (one.json()[0]["status"], one.json()[0]["agency_responsible"]) == ("open", "Public Works")
    assert [case.case_id for case in await site.assistant.ports.crm.reported_by("+16175550123")] == [number]
    for private in ("Zebulon", "Quux", "zq@example.org", "5550123", "right lane"):
        assert private not in one.text + listed.text


async def test_a_retried_post_is_one_case_and_another_post_another(site: Site) -> None:
    first, again = (await site.post(**POTHOLE)).json(), (await site.post("xml", **POTHOLE)).text
    other = (await site.post(**(POTHOLE | {"description": "one more hole"}))).json()

    assert first[0]["service_request_id"] in again
    assert other[0]["service_request_id"] != first[0]["service_request_id"]
    assert len((await site.get("requests.json")).json()) == 2


async def test_a_repeat_is_told_of_the_open_case_and_can_be_added_to_it(site: Site) -> None:
    first = (await site.post(**POTHOLE)).json()[0]["service_request_id"]

    repeat = (await site.post(**(POTHOLE | {"description": "deep hole in the right lane still"}))).json()
    joined = await site.post(**POTHOLE, duplicate_parent_service_request_id=first)

    assert first in repeat[0]["service_notice"]
    assert joined.json()[0]["service_request_id"] == first
    assert (await site.assistant.ports.crm.get(first)).reports == 2


WRONG: list[tuple[dict[str, str], int, str]] = [
    ({"api_key": ""}, 403, "api_key is required"),
    ({"api_key": "wrong"}, 403, "api_key is wrong"),
    ({"service_code": ""}, 400, "service_code is required"),
    ({"service_code": "no-such"}, 404, "no such service_code"),
    ({"jurisdiction_id": "example.org"}, 404, "jurisdiction_id"),
    ({"lat": ""}, 400, "together"),
    ({"lat": "north"}, 400, "decimal degrees"),
    ({"lat": "nan"}, 400, "decimal degrees"),
    ({"lat": "40.7", "long": "-74.0"}, 400, "outside the city"),
    ({"lat": "", "long": ""}, 400, "place is needed"),
    ({"lat": "", "long": "", "address_id": "17"}, 400, "address_id"),
    ({"attribute[size]": "enormous"}, 400, "takes one of"),
    ({"attribute[no_such]": "x"}, 400, "no question"),
    ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ({"email": "nobody"}, 400, "email"),
    ({"phone": "12"}, 400, "phone"),
    ({"description": "x" * 4001}, 400, "4,000"),
]


async def test_what_is_wrong_is_told_as_an_array_of_errors_and_opens_nothing(site: Site) -> None:
    responses = [await site.post(**(POTHOLE | fields)) for fields, _, _ in WRONG]

    errors = [response.json()[0] for response in responses]
    assert [response.status_code for response in responses] == [status for _, status, _ in WRONG]
    assert [set(error) for error in errors] == [{"code", "description"}] * len(WRONG)
    unlike = [
        (error, told) for error, (_, _, told) in zip(errors, WRONG, strict=True) if told not in error["description"]
    ]
    assert unlike == []
    assert (await site.get("requests.json")).json() == []


async def test_everything_required_that_is_missing_is_named_at_once_in_xml_too(site: Site) -> None:
    response = await site.post("xml", service_code="missed_trash", **CITY_HALL)

    root, errors = read_xml(response.content)
    assert (response.status_code, root) == (400, "errors")
    assert "attribute[waste_type] is required" in str(errors)


async def test_an_emergency_never_becomes_a_ticket(site: Site) -> None:
    danger = await site.post(**(POTHOLE | {"description": "I smell gas in the whole building"}))
    crisis = await site.post(**(POTHOLE | {"description": "I want to kill myself"}))

    told = [(each.status_code, each.json()[0]["code"]) for each in (danger, crisis)]
    assert told == [(400, "911"), (400, "988")]
    assert "911" in danger.json()[0]["description"]
    assert (await site.get("requests.json")).json() == []


async def test_an_address_in_words_is_put_on_the_map(site: Site) -> None:
    fields = POTHOLE | {"lat": "", "long": "", "address_string": "100 Perham St, West Roxbury, MA 02132"}

    number = (await site.post(**fields)).json()[0]["service_request_id"]

    place = (await site.assistant.ports.crm.get(number)).location
    assert place is not None
    assert (place.number, place.street, place.neighborhood) == ("100", "Perham St", "West Roxbury")


SENSELESS: list[tuple[dict[str, str], int, str]] = [
    ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400, "90 days"),
    ({"start_date": "yesterday"}, 400, "takes a time"),
    ({"status": "pending"}, 400, "status takes"),
    ({"service_code": "no-such"}, 404, "no-such"),
    ({"page": "0"}, 400, "whole number"),
]


async def test_a_filter_that_makes_no_sense_is_refused(site: Site) -> None:
    responses = [await site.get("requests.json", **query) for query, _, _ in SENSELESS]

    unlike = [
        (response.text, wanted)
        for response, wanted in zip(responses, SENSELESS, strict=True)
        if response.status_code != wanted[1] or wanted[2] not in response.json()[0]["description"]
    ]
    assert unlike == []


async def test_cases_are_filtered_and_paged(site: Site) -> None:
    made = [
        (await site.post(**(POTHOLE | {"description": f"hole number {each}"}))).json()[0]["service_request_id"]
        for each in ("one", "two", "three")
    ]
    today = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")

    async def numbers(**query: str) -> list[str]:
        return [each["service_request_id"] for each in (await site.get("requests.json", **query)).json()]

    assert await numbers(page="1", page_size="2") == [made[2], made[1]]
    assert await numbers(page="2", page_size="2") == [made[0]]
    assert await numbers(status="closed") == []
    assert await numbers(start_date=today) == made[::-1]
    assert await numbers(end_date="2026-03-09T00:00:00Z") == []
    assert await numbers(service_request_id=f"{made[0]},{made[2]}", status="closed") == [made[2], made[0]]


async def test_what_is_not_there_is_told_in_the_format_asked_for(site: Site) -> None:
    unknown = await site.get("requests/B311-999999-0.xml")
    token, elsewhere = await site.get("tokens/none.json"), await site.get("nothing.json")
    wrong_method = await site.client.delete("/open311/v2/requests.json")

    assert read_xml(unknown.content)[0] == "errors"
    assert [each.status_code for each in (unknown, token, elsewhere, wrong_method)] == [404, 404, 404, 404]
    assert token.json()[0]["code"] == elsewhere.json()[0]["code"] == "404"


async def test_a_case_that_the_case_system_cannot_take_is_filed_later_under_its_token(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    crm = MemoryCRM(clock, faults=[Fault(at="create", error="timeout"), Fault(at="create", error="unavailable")])
    site = await _site(tmp_path, reading, sqlite, clock, crm)

    posted = (await site.post(**POTHOLE)).json()[0]
    waiting = (await site.get(f"tokens/{posted['token']}.json")).json()
    await Filing(site.assistant, Posts(site.assistant.store.database)).file_waiting()
    filed = (await site.get(f"tokens/{posted['token']}.json")).json()

    assert "service_request_id" not in posted
    assert waiting == [{"service_request_id": None, "token": posted["token"]}]
    assert [filed[0]["service_request_id"]] == list(crm.cases)
    await site.client.aclose()
    await site.assistant.close(seconds=5)


async def test_a_revoked_key_posts_no_more_and_no_key_is_kept_as_it_is(site: Site, sqlite: Database) -> None:
    keys = ClientKeys(sqlite, lambda: NOW)
    name = (await keys.list())[0].name

    assert await keys.revoke(name)
    assert not await keys.revoke(name)
    assert (await site.post(**POTHOLE)).status_code == 403
    assert site.key not in str(await keys.list())
