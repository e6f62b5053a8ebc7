"""The desk without a browser: what is kept of each suggestion, undo, the control group, and a page without script."""

import re

import httpx
import pytest

from channels.accounts import Accounts
from channels.desk_records import GRACE_SECONDS, UNDO_SECONDS, Acceptance, Choice, DeskRecords, Verdict
from channels.desk_view import pieces
from channels.staff_access import form_token
from tests.web import Json
from tools.database import Database
from tools.location import Span

POTHOLE = "caller says there is a big pothole in the street at 100 Perham St, West Roxbury"
DRAFT = re.compile(r'name="draft_id" value="([^"]+)"')


async def signed_in(api: httpx.AsyncClient) -> Json:
    await api.post("/staff/key", data={"key": "desk-key"})
    return {"form_token": form_token(api.cookies["beacon_staff"]), "call": "c1"}


async def drafted(api: httpx.AsyncClient, form: Json, text: str = POTHOLE) -> str:
    page = await api.post("/desk/draft", data=form | {"text": text})
    found = DRAFT.search(page.text)
    assert found is not None, page.text
    return found.group(1)


async def test_every_field_is_kept_as_accepted_edited_or_added(api: httpx.AsyncClient, sqlite: Database) -> None:
    form = await signed_in(api)
    draft_id = await drafted(api, form)
    filled = {"draft_id": draft_id, "service": "pothole", "location": "300 Bunker Hill St, Charlestown"}

    filed = await api.post("/desk/file", data=form | filled | {"reason:location": "wrong_place", "seconds": "41.5"})
    told = {each.field: each for each in await DeskRecords(sqlite).acceptance()}

    assert filed.status_code == 200
    assert "Bunker Hill St" in filed.text
    assert told["service"].accepted == 1
    assert told["location"].edited == 1


async def test_filing_twice_gives_one_case(api: httpx.AsyncClient) -> None:
    form = await signed_in(api)
    filled = form | {"draft_id": await drafted(api, form), "service": "pothole", "location": "100 Perham St"}

    first = await api.post("/desk/file", data=filled)
    again = await api.post("/desk/file", data=filled)

    case = re.compile(r"B311-\d{6}-\d")
    assert case.findall(first.text)[:1] == case.findall(again.text)[:1] != []


async def test_undo_withdraws_the_case_and_is_on_record(api: httpx.AsyncClient) -> None:
    form = await signed_in(api)
    draft_id = await drafted(api, form)
    await api.post("/desk/file", data=form | {"draft_id": draft_id, "service": "pothole", "location": "100 Perham St"})

    undone = await api.post("/desk/undo", data=form | {"draft_id": draft_id})
    case = re.findall(r"B311-\d{6}-\d", undone.text)[0]
    told = (await api.get(f"/api/cases/{case}")).json()

    assert told["status"] == "closed"
    assert "case_undone" in (await api.get("/staff/audit")).text


async def test_undo_ends_after_ten_seconds_and_is_for_whoever_filed(sqlite: Database) -> None:
    now = [1000.0]
    await Accounts(sqlite).prepare()
    records = DeskRecords(sqlite, lambda: now[0])
    await records.filed("d1", (), login="ana", case_id="B1", seconds=None, assisted=True)
    filing = await records.filing("d1")
    assert filing is not None

    at_once, somebody_else = records.may_undo(filing, "ana"), records.may_undo(filing, "bob")
    now[0] += UNDO_SECONDS + GRACE_SECONDS + 1
    late = records.may_undo(filing, "ana")

    assert (at_once, somebody_else, late) == (True, False, False)


async def test_a_refused_filing_says_what_is_missing_and_files_nothing(api: httpx.AsyncClient) -> None:
    form = await signed_in(api)
    draft_id = await drafted(api, form, "there is a big pothole")

    refused = await api.post("/desk/file", data=form | {"draft_id": draft_id, "service": "pothole", "location": ""})

    assert refused.status_code == 422
    assert "no place yet" in refused.text


async def test_the_page_works_without_script(api: httpx.AsyncClient) -> None:
    form = await signed_in(api)

    page = await api.post("/desk/draft", data=form | {"text": POTHOLE})

    assert "<!doctype html>" in page.text
    assert '<mark tabindex="0" data-supports="location">' in page.text


async def test_what_a_caller_says_never_becomes_markup(api: httpx.AsyncClient) -> None:
    form = await signed_in(api)

    page = await api.post("/desk/draft", data=form | {"text": "<script>alert(1)</script> pothole at 12 Beacon St"})

    assert "<script>alert" not in page.text


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_has_a_column_in_the_figures(verdict: Verdict) -> None:
    assert verdict.value in Acceptance.model_fields


def test_a_text_is_cut_where_evidence_begins_and_ends() -> None:
    text = "light out at 12 Elm St"

    cut = pieces(text, [(Span.of(text, 0, 22), "details"), (Span.of(text, 13, 22), "location")])

    assert [(each.text, each.supports) for each in cut] == [("light out at ", ""), ("12 Elm St", "location")]


async def test_a_draft_filed_twice_is_counted_once(database: Database) -> None:
    await Accounts(database).prepare()
    records = DeskRecords(database)
    kept = (Choice(field="service", verdict=Verdict.ACCEPTED, before="pothole", after="pothole"),)

    for _ in range(2):
        await records.filed("d1", kept, login="ana", case_id="B1", seconds=9.0, assisted=True)

    assert [each.accepted for each in await records.acceptance()] == [1]
