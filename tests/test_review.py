"""The review pages: who may open them, what they show, and that nothing that was answered is lost."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from assistant.tables import conversations
from channels.accounts import Accounts, Role
from channels.bootstrap import build_web
from channels.sessions import Sessions
from channels.staff_access import form_token
from evals.grid import summaries
from evals.play import play
from evals.run import Judged, result_of
from evals.runs import RunConfig, begin_run
from evals.scenario import load_scenario
from tests.web import DESK_KEY
from tools.database import Database

SCENARIO = """\
id: pothole-on-perham
title: A resident reports a pothole
now: 2026-03-10T09:00:00-05:00
resident:
  opening: "deep pothole in front of 100 perham st west roxbury, call me at 617-555-0199 <script>alert(1)</script>"
expect:
  cases: [{service: pothole, location: {number: "%s", street: "Perham St"}}]
"""
TRIAL = "/review/runs/%s/pothole-on-perham/1"


async def kept(folder: Path, run_id: str, number: str, reading: Reading) -> None:
    """A run of one scenario that expects this house number."""
    path = folder / "one.yaml"
    path.write_text(SCENARIO % number, "utf-8")
    played = await play(load_scenario(path, reading.engine.catalogue.services), reading)
    began = datetime(2026, 3, 1, tzinfo=UTC)
    config = RunConfig(run_id=run_id, began=began, scenarios="x", engine="embedded", trials=1, seed=1, versions={})
    begin_run(folder, config).keep(Judged(result=result_of(played), played=played))


@pytest.fixture
async def web(tmp_path: Path, reading: Reading, sqlite: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at an application whose data directory holds two runs, the newer one with a regression."""
    await kept(tmp_path, "20260301-a", "100", reading)
    await kept(tmp_path, "20260302-b", "200", reading)
    settings = Settings(data_dir=tmp_path)
    assistant = await build_assistant(settings, reading=reading, database=sqlite)
    app = build_web(settings, assistant, desk_key=DESK_KEY)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


async def signed_in(
    web: httpx.AsyncClient, sqlite: Database, login: str = "ada", role: Role = Role.SUPERVISOR
) -> httpx.AsyncClient:
    """The browser with somebody signed in, whose pages send their forms."""
    accounts = Accounts(sqlite)
    await accounts.prepare()
    if await accounts.person(login) is None:
        await accounts.add(login, name=f"{login} of the City", role=role)
    token = await Sessions(sqlite).open(login)
    web.cookies.clear()
    web.cookies.set("beacon_staff", token)
    web.headers["X-Form-Token"] = form_token(token)
    return web


async def label(web: httpx.AsyncClient, field: str, verdict: str, comment: str = "", **more: str) -> httpx.Response:
    data = {"item": "run/20260302-b/pothole-on-perham/1", field: verdict, f"{field}.comment": comment, **more}
    return await web.post("/review/labels", data=data, headers={"X-Requested-With": "fetch"})


@pytest.mark.parametrize("address", ["/review", "/review/live", "/review/agreement", TRIAL % "20260302-b"])
async def test_who_is_not_signed_in_is_asked_who_is_there(
    web: httpx.AsyncClient, sqlite: Database, address: str
) -> None:
    answer = await web.get(address)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/sign-in?to={address}")


async def test_a_call_taker_does_not_review_and_a_reviewer_does_not_approve(
    web: httpx.AsyncClient, sqlite: Database
) -> None:
    await signed_in(web, sqlite, "cal", Role.CALL_TAKER)
    page = await web.get("/review")
    await signed_in(web, sqlite, "rea", Role.REVIEWER)
    approving = await web.post("/review/runs/20260301-a/approve")

    assert (page.status_code, approving.status_code) == (403, 403)


async def test_another_site_cannot_send_the_forms(web: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(web, sqlite)

    for address in ("/review/labels", "/review/live/draw", "/review/test", "/review/runs/20260301-a/approve"):
        data = {"name": "x", "text": "y"}
        answer = await web.post(address, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, address


async def test_a_planted_regression_stands_first_and_beside_the_run_before_it(
    web: httpx.AsyncClient, sqlite: Database
) -> None:
    await signed_in(web, sqlite)

    grid = (await web.get("/review")).text
    trial = (await web.get(TRIAL % "20260302-b", params={"against": "20260301-a"})).text

    assert re.search(r"✗ 0/1.*✓ 1/1", grid, re.DOTALL)
    assert "It did not pass" in trial
    assert "no case fits" in trial
    assert "Word for word the same." in trial


async def test_an_approved_run_stands_beside_every_other(web: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(web, sqlite)

    await web.post("/review/runs/20260301-a/approve")

    assert "Beside the approved run 20260301-a" in (await web.get(TRIAL % "20260302-b")).text
    assert "This is the approved run" in (await web.get("/review/runs/20260301-a")).text
    assert (await web.post("/review/runs/nope/approve")).status_code == 404


async def test_a_transcript_is_in_plain_words_without_personal_data_or_markup(
    web: httpx.AsyncClient, sqlite: Database
) -> None:
    await signed_in(web, sqlite)

    page = (await web.get(TRIAL % "20260302-b")).text

    assert "It read back what it would send." in page
    assert "It opened a case." in page
    assert "0199" not in page
    assert "[PHONE_1]" in page
    assert "<script>alert" not in page


async def test_an_answer_is_kept_and_shown_again(web: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(web, sqlite)

    answer = await label(web, "1.answer", "not_ok", "wrong house")

    page = (await web.get(TRIAL % "20260302-b")).text
    assert answer.status_code == 204
    assert 'value="wrong house"' in page
    assert "You have judged 1 of 1" in (await web.get("/review/runs/20260302-b")).text


async def test_not_ok_without_a_word_is_refused_with_a_sentence(web: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(web, sqlite)

    answer = await label(web, "1.answer", "not_ok")

    assert answer.status_code == 422
    assert "say in a few words what is wrong" in answer.json()["error"]["message"]


@pytest.mark.parametrize("item", ["undefined", "run/20260302-b/other/1", "run/nope/pothole-on-perham/1", "live/c1", ""])
async def test_answers_about_what_is_not_there_are_refused(web: httpx.AsyncClient, sqlite: Database, item: str) -> None:
    await signed_in(web, sqlite)

    answer = await label(web, "1.answer", "ok", item=item)

    assert answer.status_code == 422
    assert "not there any more" in answer.json()["error"]["message"]


async def test_two_reviewers_have_an_agreement_and_a_lead_decides_between_them(
    web: httpx.AsyncClient, sqlite: Database
) -> None:
    await signed_in(web, sqlite, "ada")
    for turn, verdict in (("1.answer", "ok"), ("2.answer", "ok"), ("1.tone", "ok")):
        await label(web, turn, verdict)
    await signed_in(web, sqlite, "ben", Role.REVIEWER)
    for turn, verdict in (("1.answer", "not_ok"), ("2.answer", "ok"), ("1.tone", "ok")):
        await label(web, turn, verdict, "the street is wrong")

    before = (await web.get("/review/agreement", params={"run_id": "20260302-b"})).text
    refused = await label(web, "1.answer", "not_ok", "the street is wrong", resolves="yes")
    await signed_in(web, sqlite, "ada")
    await label(web, "1.answer", "not_ok", "the street is wrong", resolves="yes")
    after = (await web.get("/review/agreement")).text

    assert refused.status_code == 403
    assert "ada and ben" in before
    assert "2 of 3" in before
    assert "Judged differently" in before
    assert "Decided: not ok." in after


async def test_a_conversation_becomes_a_test_that_can_be_played(
    web: httpx.AsyncClient, sqlite: Database, tmp_path: Path, reading: Reading
) -> None:
    await signed_in(web, sqlite)
    item = "run/20260302-b/pothole-on-perham/1"

    offered = (await web.get("/review/test", params={"item": item})).text
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", offered, re.DOTALL)
    assert text is not None
    body = text[1].replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    unsigned = await web.post("/review/test", data={"item": item, "name": "perham-again", "text": body})
    signed = await web.post("/review/test", data={"name": "perham-again", "text": body, "signed": "yes"})
    twice = await web.post("/review/test", data={"name": "perham-again", "text": body, "signed": "yes"})

    path = tmp_path / "review-scenarios" / "perham-again.yaml"
    scenario = load_scenario(path, reading.engine.catalogue.services)
    assert unsigned.status_code == 422
    assert signed.status_code == 200
    assert twice.status_code == 422
    assert "signed by ada of the City" in path.read_text("utf-8")
    assert "617-555-0123" in scenario.resident.opening
    assert scenario.expect.cases[0].service == "pothole"
    assert result_of(await play(scenario, reading)).passed


async def test_a_live_conversation_that_was_not_drawn_cannot_be_read(web: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(web, sqlite)
    opened = (await web.post("/api/conversations", json={"channel": "web"})).json()

    drawn = await web.post("/review/live/draw")
    answer = await web.get(f"/review/live/{opened['conversation_id']}")
    as_a_test = await web.get("/review/test", params={"item": f"live/{opened['conversation_id']}"})

    assert drawn.status_code == 303
    assert (answer.status_code, as_a_test.status_code) == (404, 404)
    assert "Nothing has been drawn yet" in (await web.get("/review/live")).text


async def test_a_doubtful_conversation_is_drawn_shown_masked_judged_and_read_on_record(
    web: httpx.AsyncClient, sqlite: Database
) -> None:
    opened = (await web.post("/api/conversations", json={"channel": "web"})).json()
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    said = {"text": "the house is on fire, call me at 617-555-0188", "message_id": "m1", "media": []}
    await web.post(f"/api/conversations/{opened['conversation_id']}/messages", json=said, headers=bearer)
    async with sqlite.write() as connection:
        await connection.execute(update(conversations).values(updated=datetime.now(UTC) - timedelta(hours=2)))
    await signed_in(web, sqlite, "lea", Role.ADMIN)

    await web.post("/review/live/draw")
    page = (await web.get(f"/review/live/{opened['conversation_id']}")).text
    kept = await label(web, "1.harm", "ok", item=f"live/{opened['conversation_id']}")

    assert "It told the resident to call 911." in page
    assert "0188" not in page
    assert kept.status_code == 204
    assert "100.0 %" in (await web.get("/review/live")).text
    assert "conversation_read" in (await web.get("/staff/audit")).text


async def test_a_run_that_is_not_there_is_named(web: httpx.AsyncClient, sqlite: Database) -> None:
    await signed_in(web, sqlite)

    answer = await web.get("/review/runs/nope")

    assert answer.status_code == 404
    assert "There is no run" in answer.text


async def test_a_summary_is_counted_once_and_again_when_results_are_added(
    web: httpx.AsyncClient, sqlite: Database, tmp_path: Path
) -> None:
    await signed_in(web, sqlite)

    first = summaries(tmp_path, newest=1)[0]
    again = summaries(tmp_path, newest=1)[0]

    assert first == again
    assert (tmp_path / "runs" / "20260302-b" / "summary.json").exists()
    assert first.cells["pothole-on-perham"].colour == "red"
