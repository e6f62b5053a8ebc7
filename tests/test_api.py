"""The resident's JSON API: conversations, messages, history, cases, health and its own description."""

from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Reading
from tests.web import DESK, PNG, TURN_KEYS, Resident, resident, web
from tools.clock import Clock
from tools.database import Database

LOCAL = ("contact", "reporter", "phone", "email", "description")


async def test_a_conversation_opens_with_a_token_of_its_own(api: httpx.AsyncClient) -> None:
    response = await api.post("/api/conversations", json={"channel": "web", "language": None})

    assert response.status_code == 201
    assert list(response.json()) == ["conversation_id", "token"]
    assert len(response.json()["token"]) >= 32


async def test_an_api_client_gets_no_cookie(api: httpx.AsyncClient) -> None:
    response = await api.post("/api/conversations", json={})

    assert "set-cookie" not in response.headers


async def test_the_page_gets_the_token_in_a_cookie_that_scripts_cannot_read(api: httpx.AsyncClient) -> None:
    response = await api.post("/api/conversations", json={}, headers={"Sec-Fetch-Site": "same-origin"})

    assert "httponly" in response.headers["set-cookie"].lower()
    assert "samesite=lax" in response.headers["set-cookie"].lower()


async def test_a_language_that_was_chosen_is_answered_in(api: httpx.AsyncClient) -> None:
    who = await resident(api, language="es")

    turn = await who.say("hello")

    assert turn["replies"][0]["language"] == "es"


async def test_a_turn_has_exactly_the_keys_of_the_design(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    turn = await who.say("when does street sweeping run?")

    assert list(turn) == TURN_KEYS
    assert list(turn["replies"][0]) == ["text", "language"]
    assert list(turn["citations"][0]) == ["title", "url", "as_of"]
    assert turn["outcomes"] == [turn["outcome"]] == ["answered"]


async def test_a_report_ends_in_a_case_that_can_be_looked_up(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    turn = await who.report()
    found = await api.get(f"/api/cases/{turn['case']['case_id']}")

    assert turn["outcome"] == "case_opened"
    assert found.json() == turn["case"]
    assert found.json()["service"] == "pothole"


async def test_quick_replies_offer_words_that_are_understood(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    asked = await who.say("there is a big pothole in the street at 100 Perham St, West Roxbury")
    turn = await who.say(asked["quick_replies"][0]["send"])

    assert asked["asking_for"] == "confirmation"
    assert turn["outcome"] == "case_opened"


async def test_the_same_message_id_gives_the_same_turn_and_does_nothing_else(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    first = await who.post("when is trash day?", message_id="once")
    again = await who.post("something quite different", message_id="once")

    assert again.json() == first.json()
    assert [text for speaker, text in await who.heard() if speaker == "resident"] == ["when is trash day?"]


async def test_a_confirmation_sent_twice_opens_one_case(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    await who.say("there is a big pothole in the street at 100 Perham St, West Roxbury")

    first = await who.post("yes", message_id="confirm")
    again = await who.post("yes", message_id="confirm")
    other = await api.get("/api/cases/B311-000002-1")

    assert again.json()["case"] == first.json()["case"] is not None
    assert other.status_code == 404


async def test_two_residents_may_use_the_same_message_id(api: httpx.AsyncClient) -> None:
    one, other = await resident(api), await resident(api)

    first = await one.post("when is trash day?", message_id="1")
    second = await other.post("when is trash day?", message_id="1")

    assert first.json()["turn_id"] != second.json()["turn_id"]


async def test_the_history_tells_everything_in_order(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    first = await who.say("when is trash day?")
    second = await who.say("thanks")

    heard = await who.heard()

    assert heard == [
        ("resident", "when is trash day?"),
        *(("city", reply["text"]) for reply in first["replies"]),
        ("resident", "thanks"),
        *(("city", reply["text"]) for reply in second["replies"]),
    ]


async def test_a_turn_that_takes_longer_than_the_wait_is_promised(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path, wait_seconds=1.0) as (client, assistant):
        who = await resident(client)
        busy = await assistant.store.take_lease(who.conversation_id, seconds=60)
        assert busy is not None

        promised = await who.post("when is trash day?", message_id="slow")
        await assistant.store.release(busy)
        finished = await who.post("when is trash day?", message_id="slow")

    assert promised.status_code == 202
    assert list(promised.json()) == ["turn_id"]
    assert finished.status_code == 200
    assert finished.json()["turn_id"] == promised.json()["turn_id"]


async def test_a_case_tells_nothing_of_who_reported_it(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    turn = await who.report()

    found = (await api.get(f"/api/cases/{turn['case']['case_id']}")).json()

    assert not set(found) & set(LOCAL)


async def test_a_case_of_a_service_that_is_not_public_is_told_to_the_desk_only(api: httpx.AsyncClient) -> None:
    draft = (
        await api.post(
            "/api/drafts", json={"text": "tents and people sleeping outside at 1 City Hall Sq"}, headers=DESK
        )
    ).json()
    edits = {"service": "encampment", "location": "1 City Hall Sq"}
    accept = {"edits": edits, "idempotency_key": "k"}
    filed = (await api.post(f"/api/drafts/{draft['draft_id']}/accept", json=accept, headers=DESK)).json()

    stranger = await api.get(f"/api/cases/{filed['case_id']}")
    wrong_key = await api.get(f"/api/cases/{filed['case_id']}", headers={"Authorization": "Bearer guess"})
    desk = await api.get(f"/api/cases/{filed['case_id']}", headers=DESK)

    assert stranger.status_code == wrong_key.status_code == 404
    assert stranger.json()["error"]["code"] == "case_not_found"
    assert desk.status_code == 200


async def test_a_photo_goes_with_the_message_it_was_uploaded_for(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    photo = await upload(who, PNG)
    turn = await who.post("pothole at 100 Perham St", media=[photo.json()["media_id"]])

    assert list(photo.json()) == ["media_id"]
    assert turn.status_code == 200


async def test_what_is_no_photo_is_refused(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    refused = await upload(who, b"MZ this only calls itself photo.png")

    assert refused.status_code == 415
    assert refused.json()["error"]["code"] == "not_a_photo"


async def test_a_photo_over_ten_megabytes_is_refused(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    refused = await upload(who, PNG + bytes(10 * 1024 * 1024))

    assert refused.status_code == 413
    assert refused.json()["error"]["code"] == "too_large"


async def test_a_photo_of_somebody_else_cannot_be_sent(api: httpx.AsyncClient) -> None:
    one, other = await resident(api), await resident(api)
    photo = (await upload(one, PNG)).json()["media_id"]

    refused = await other.post("look at this", media=[photo])

    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "media_not_found"
    assert await other.heard() == []


async def upload(who: Resident, content: bytes) -> httpx.Response:
    files = {"file": ("photo.png", content, "image/png")}
    return await who.client.post(f"{who.address}/media", files=files, headers=who.headers)


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
async def test_a_running_server_says_that_it_is_well(api: httpx.AsyncClient, address: str) -> None:
    response = await api.get(address)

    assert response.status_code == 200


async def test_a_server_without_its_database_is_alive_but_not_ready(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path) as (client, _):
        await sqlite.close()
        (tmp_path / "beacon.db").write_bytes(b"this is no database" * 100)

        alive, ready = await client.get("/livez"), await client.get("/readyz")

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["status"] == "not ready"


async def test_every_body_is_described_with_an_example(api: httpx.AsyncClient) -> None:
    described = (await api.get("/openapi.json")).json()

    schemas = described["components"]["schemas"]
    bodies = ["OpenRequest", "MessageRequest", "DraftRequest", "AcceptRequest", "FeedbackRequest"]
    assert [name for name in bodies if not schemas[name].get("examples")] == []


async def test_the_description_can_be_read_in_a_browser(api: httpx.AsyncClient) -> None:
    response = await api.get("/docs")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
