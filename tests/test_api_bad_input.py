"""What the web answers to bad input: always 4xx (or a calm 200) with one sentence, never 5xx, nothing half-written."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from assistant.bootstrap import Reading
from tests.web import DESK, resident, web
from tools.clock import Clock
from tools.database import Database

JSON = {"Content-Type": "application/json"}
OVER = 64 * 1024 + 1


class Bad(NamedTuple):
    """A request that must be refused. `{own}` stands for the address of the resident's own conversation."""

    status: int
    code: str
    body: bytes = b""
    path: str = "{own}/messages"
    method: str = "POST"
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def message(**keys: object) -> bytes:
    return json.dumps({"text": "hello", "message_id": "m1"} | keys).encode()


MESSAGES = {
    "empty_text": Bad(422, "empty_message", message(text="")),
    "only_spaces": Bad(422, "empty_message", message(text=" \t\n\u00a0 ")),
    "only_zero_width": Bad(422, "empty_message", message(text="\u200b\u200d\ufeff")),
    "only_direction_marks": Bad(422, "empty_message", message(text="\u202e\u2066")),
    "only_control_characters": Bad(422, "empty_message", message(text="\x00\x01\x7f")),
    "only_a_lone_surrogate": Bad(422, "empty_message", b'{"text":"\\ud800","message_id":"m1"}'),
    "text_is_a_number": Bad(422, "invalid", message(text=311)),
    "text_is_null": Bad(422, "invalid", message(text=None)),
    "text_is_a_list": Bad(422, "invalid", message(text=["hello"])),
    "text_is_an_object": Bad(422, "invalid", message(text={"$ne": ""})),
    "text_is_missing": Bad(422, "invalid", b'{"message_id":"m1"}'),
    "message_id_is_missing": Bad(422, "invalid", b'{"text":"hello"}'),
    "message_id_is_empty": Bad(422, "invalid", message(message_id="")),
    "message_id_is_ten_kilobytes": Bad(422, "invalid", message(message_id="x" * 10_000)),
    "message_id_is_a_number": Bad(422, "invalid", message(message_id=7)),
    "an_extra_key": Bad(422, "invalid", message(admin=True)),
    "an_extra_key_that_is_huge": Bad(422, "invalid", message(**{"k" * 60_000: 1})),
    "an_extra_key_of_a_lone_surrogate": Bad(422, "invalid", b'{"text":"a","message_id":"b","\\udfff":1}'),
    "an_extra_key_of_nul": Bad(422, "invalid", b'{"text":"a","message_id":"b","\\u0000":1}'),
    "media_that_does_not_exist": Bad(422, "media_not_found", message(media=["nothing"])),
    "media_that_climbs_out": Bad(422, "media_not_found", message(media=["../../beacon"])),
    "media_with_nul": Bad(422, "media_not_found", message(media=["\x00"])),
    "media_is_a_word": Bad(422, "invalid", message(media="photo")),
    "too_many_media": Bad(422, "invalid", message(media=["m"] * 11)),
    "the_body_is_a_list": Bad(422, "invalid", b"[]"),
    "the_body_is_null": Bad(422, "invalid", b"null"),
    "the_body_is_a_string": Bad(422, "invalid", b'"hello"'),
    "the_body_is_empty": Bad(422, "invalid", b""),
    "not_json": Bad(400, "not_json", b"text=hello"),
    "json_that_breaks_off": Bad(400, "not_json", b'{"text": "hel'),
    "not_utf8": Bad(400, "bad_request", b'{"text": "\xff\xfe", "message_id": "m1"}'),
    "utf16": Bad(422, "invalid", '{"text": 1}'.encode("utf-16")),
    "nested_too_deep": Bad(400, "bad_request", b"[" * 30_000 + b"]" * 30_000),
    "nested_deep_in_a_key": Bad(422, "invalid", b'{"text":' + b"[" * 500 + b"]" * 500 + b',"message_id":"m"}'),
    "a_number_of_five_thousand_digits": Bad(400, "bad_request", b'{"text":' + b"9" * 5_000 + b"}"),
    "a_number_beyond_floats": Bad(422, "invalid", b'{"text":1e999,"message_id":"m1"}'),
    "not_a_number": Bad(422, "invalid", b'{"text":NaN,"message_id":"m1"}'),
    "a_form_instead_of_json": Bad(
        422, "invalid", b"text=hello", headers={"Content-Type": "application/x-www-form-urlencoded"}
    ),
    "over_64_kilobytes": Bad(413, "too_large", message(text="x" * OVER)),
    "a_length_that_is_no_number": Bad(413, "too_large", message(), headers={"Content-Length": "many"}),
    "a_length_beyond_all_bounds": Bad(413, "too_large", message(), headers={"Content-Length": "9" * 5_000}),
}

ADDRESSES = {
    "no_token": Bad(401, "token_missing", message(), headers={"Authorization": ""}),
    "wrong_token": Bad(404, "conversation_not_found", message(), headers={"Authorization": "Bearer wrong"}),
    "basic_instead_of_bearer": Bad(401, "token_missing", message(), headers={"Authorization": "Basic YTpi"}),
    "a_token_that_is_not_ascii": Bad(
        404, "conversation_not_found", message(), headers={"Authorization": "Bearer \xe9"}
    ),
    "unknown_conversation": Bad(404, "conversation_not_found", message(), "/api/conversations/nobody/messages"),
    "a_conversation_of_nul": Bad(404, "conversation_not_found", message(), "/api/conversations/%00/messages"),
    "history_of_an_unknown_conversation": Bad(
        404, "conversation_not_found", path="/api/conversations/nobody", method="GET"
    ),
    "events_of_an_unknown_conversation": Bad(
        404, "conversation_not_found", path="/api/conversations/nobody/events", method="GET"
    ),
    "an_event_id_in_words": Bad(400, "bad_event_id", b"", "{own}/events", "GET", {"Last-Event-ID": "last"}),
    "an_event_id_below_zero": Bad(400, "bad_event_id", b"", "{own}/events", "GET", {"Last-Event-ID": "-1"}),
    "an_event_id_of_other_digits": Bad(400, "bad_event_id", b"", "{own}/events", "GET", {"Last-Event-ID": "\xb2"}),
    "an_event_id_beyond_bounds": Bad(400, "bad_event_id", b"", "{own}/events", "GET", {"Last-Event-ID": "9" * 5_000}),
    "unknown_channel": Bad(422, "invalid", b'{"channel":"sms"}', "/api/conversations"),
    "unknown_language": Bad(422, "invalid", b'{"language":"tlh"}', "/api/conversations"),
    "language_is_a_number": Bad(422, "invalid", b'{"language":1}', "/api/conversations"),
    "open_with_an_extra_key": Bad(422, "invalid", b'{"phone":"+16175551234"}', "/api/conversations"),
    "unknown_case": Bad(404, "case_not_found", path="/api/cases/B311-999999-9", method="GET"),
    "a_case_of_nul": Bad(404, "case_not_found", path="/api/cases/%00", method="GET"),
    "a_case_of_broken_utf8": Bad(404, "case_not_found", path="/api/cases/%ff%fe", method="GET"),
    "a_case_number_of_ten_kilobytes": Bad(404, "case_not_found", path=f"/api/cases/{'1' * 10_000}", method="GET"),
    "a_case_number_that_is_sql": Bad(404, "case_not_found", path="/api/cases/'%20OR%201=1--", method="GET"),
    "wrong_method": Bad(405, "method_not_allowed", path="{own}/messages", method="DELETE"),
    "wrong_method_on_a_case": Bad(405, "method_not_allowed", path="/api/cases/B311-000001-3", method="PUT"),
    "unknown_path": Bad(404, "not_found", path="/api/nothing", method="GET"),
    "a_path_that_climbs_out": Bad(404, "not_found", path="/static/..%2f..%2fdesk.key", method="GET"),
    "media_without_a_file": Bad(422, "invalid", b"", "{own}/media"),
    "media_that_is_no_multipart": Bad(422, "invalid", b"x", "{own}/media"),
    "media_with_a_broken_envelope": Bad(
        400, "bad_request", b"nonsense", "{own}/media", headers={"Content-Type": "multipart/form-data"}
    ),
}

DESK_REQUESTS = {
    "draft_without_a_key": Bad(401, "key_missing", b'{"text":"pothole"}', "/api/drafts", headers={"Authorization": ""}),
    "draft_with_a_wrong_key": Bad(
        403, "key_wrong", b'{"text":"pothole"}', "/api/drafts", headers={"Authorization": "Bearer no"}
    ),
    "draft_of_nothing": Bad(422, "empty_text", b'{"text":" "}', "/api/drafts"),
    "draft_of_a_number": Bad(422, "invalid", b'{"text":5}', "/api/drafts"),
    "draft_of_an_unknown_source": Bad(422, "invalid", b'{"text":"pothole","source":"fax"}', "/api/drafts"),
    "draft_over_64_kilobytes": Bad(413, "too_large", b'{"text":"' + b"x" * OVER + b'"}', "/api/drafts"),
    "accept_of_an_unknown_draft": Bad(404, "draft_not_found", b'{"idempotency_key":"k"}', "/api/drafts/none/accept"),
    "accept_of_nul": Bad(404, "draft_not_found", b'{"idempotency_key":"k"}', "/api/drafts/%00/accept"),
    "accept_without_a_key": Bad(422, "invalid", b"{}", "/api/drafts/none/accept"),
    "accept_with_an_empty_key": Bad(422, "invalid", b'{"idempotency_key":""}', "/api/drafts/none/accept"),
    "accept_with_infinity": Bad(
        422, "invalid", b'{"idempotency_key":"k","edits":{"size":Infinity}}', "/api/drafts/none/accept"
    ),
    "accept_with_edits_in_a_list": Bad(
        422, "invalid", b'{"idempotency_key":"k","edits":[]}', "/api/drafts/none/accept"
    ),
    "feedback_on_an_unknown_draft": Bad(404, "draft_not_found", b'{"verdict":"accepted"}', "/api/drafts/none/feedback"),
    "feedback_of_an_unknown_kind": Bad(422, "invalid", b'{"verdict":"meh"}', "/api/drafts/none/feedback"),
}


async def answered(client: httpx.AsyncClient, bad: Bad, own: str, headers: dict[str, str]) -> httpx.Response:
    path = bad.path.format(own=own)
    given = [(name.encode(), value.encode("latin-1")) for name, value in (JSON | headers | bad.headers).items()]
    return await client.request(bad.method, path, content=bad.body, headers=given)


def is_calm(response: httpx.Response) -> bool:
    error = response.json()["error"]
    return set(error) == {"code", "message"} and error["message"].endswith(".") and len(error["message"]) < 700


@pytest.mark.parametrize("bad", MESSAGES.values(), ids=MESSAGES)
async def test_a_bad_message_is_refused_and_nothing_is_written(api: httpx.AsyncClient, bad: Bad) -> None:
    who = await resident(api)

    response = await answered(api, bad, who.address, who.headers)

    assert (response.status_code, response.json()["error"]["code"]) == (bad.status, bad.code)
    assert is_calm(response)
    assert await who.heard() == []


@pytest.mark.parametrize("bad", ADDRESSES.values(), ids=ADDRESSES)
async def test_a_bad_address_or_token_is_refused(api: httpx.AsyncClient, bad: Bad) -> None:
    who = await resident(api)

    response = await answered(api, bad, who.address, who.headers)

    assert (response.status_code, response.json()["error"]["code"]) == (bad.status, bad.code)
    assert is_calm(response)
    assert await who.heard() == []


@pytest.mark.parametrize("bad", DESK_REQUESTS.values(), ids=DESK_REQUESTS)
async def test_a_bad_request_of_the_desk_is_refused(api: httpx.AsyncClient, bad: Bad) -> None:
    response = await answered(api, bad, "", DESK)

    assert (response.status_code, response.json()["error"]["code"]) == (bad.status, bad.code)
    assert is_calm(response)


async def test_a_body_sent_in_chunks_is_refused_once_it_is_too_large(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    response = await api.post(f"{who.address}/messages", content=chunks(), headers=JSON | who.headers)

    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"
    assert await who.heard() == []


async def chunks() -> AsyncIterator[bytes]:
    yield b'{"message_id":"m1","text":"'
    for _ in range(70):
        yield b"x" * 1024
    yield b'"}'


async def test_a_text_over_4000_characters_is_answered_with_how_to_shorten_it(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    turn = await who.say("pothole " * 500 + "!")

    assert turn["outcome"] == "refused"
    assert "4,000 characters" in turn["replies"][0]["text"]


async def test_a_text_of_4000_characters_is_read(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    turn = await who.say("pothole " * 500)

    assert turn["outcome"] != "refused"


STRANGE = {
    "nul_inside": "pot\x00hole at 100 Perham St",
    "escape_codes": "\x1b[31mpothole\x1b[0m at 100 Perham St",
    "right_to_left_override": "pothole at \u202e100 Perham St",
    "zero_width_inside": "pot\u200bhole at 100\u200d Perham St",
    "many_accents": "p" + "\u0301" * 500 + "othole",
    "emoji": "🕳️🚗💥 at 100 Perham St",
    "private_use": "\ue000\uf8ff pothole",
    "no_characters": "pothole \ufffe\uffff",
    "html": "<script>alert(1)</script> pothole",
    "format_fields": "{service} {0} %s %(x)s pothole",
    "only_question_marks": "????",
    "one_long_word": "a" * 3_999,
    "a_full_stop": ".",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
async def test_strange_text_is_answered_like_any_other(api: httpx.AsyncClient, text: str) -> None:
    who = await resident(api)

    turn = await who.say(text)

    assert turn["outcome"] not in ("failed", "refused")
    assert turn["replies"]


async def test_a_lone_surrogate_inside_a_text_is_answered(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    body = b'{"text":"pothole \\ud83d at 100 Perham St","message_id":"m1"}'

    response = await api.post(f"{who.address}/messages", content=body, headers=JSON | who.headers)

    assert response.status_code == 200
    assert (await who.heard())[0] == ("resident", "pothole \ufffd at 100 Perham St")


async def test_characters_that_databases_refuse_do_no_harm_on_any_database(
    reading: Reading, database: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, database, clock, tmp_path) as (client, _):
        who = await resident(client)
        body = b'{"text":"pot\\u0000hole \\ud800","message_id":"\\u0000\\u0001"}'
        turn = await client.post(f"{who.address}/messages", content=body, headers=JSON | who.headers)
        case = await client.get("/api/cases/%00")
        draft = await client.post("/api/drafts/%00/accept", json={"idempotency_key": "\x00"}, headers=DESK)

    assert turn.status_code == 200
    assert case.status_code == 404
    assert draft.status_code == 404
