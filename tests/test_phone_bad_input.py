"""Webhooks of the phone line that are not what they claim to be: refused without a trace, never a 5xx."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text
from starlette.datastructures import FormData

from assistant.bootstrap import Reading
from channels.twilio_adapter import signature_of
from tests.carrier import ANNA, OURS, SID, TOKEN, Line, line
from tools.clock import Clock
from tools.database import Database

PUBLIC = "https://311.example.gov/beacon"
NEXT = "next-token"
FORM = "application/x-www-form-urlencoded"
Fields = list[tuple[str, str]]
CALL: Fields = [("CallSid", "CA1"), ("From", ANNA), ("To", OURS), ("AccountSid", SID), ("CallStatus", "ringing")]
DOORS = ("inbound", "said?step=1", "wait?step=1&look=1", "dialled?step=1", "whisper?call=CA1", "taken", "status")
SAID: Fields = [*CALL[:4], ("SpeechResult", "hello"), ("Confidence", "0.9")]


def _said(call: str, *more: tuple[str, str]) -> Fields:
    """What a caller does in a call of its own."""
    return [("CallSid", call), *CALL[1:4], *more]


class Door:
    """The phone line behind a proxy, on a real port, and what its database holds."""

    def __init__(self, running: Line, database: Database) -> None:
        self.address = running.address
        self.database = database

    async def post(
        self,
        fields: Fields = CALL,
        *,
        path: str = "/voice/inbound",
        signed_for: str | None = None,
        token: str = TOKEN,
        signature: str | None = None,
        content: str | bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        made = signature_of(token, signed_for or PUBLIC + path, FormData([*fields]))
        head = {"X-Twilio-Signature": made if signature is None else signature, "Content-Type": FORM}
        body = urlencode(fields) if content is None else content
        async with httpx.AsyncClient(base_url=self.address, timeout=20) as client:
            return await client.post(path, content=body, headers=head | (headers or {}))

    async def rows(self) -> list[int]:
        """How many rows there are in every table that a call may touch."""
        tables = ("call", "call_answer", "conversation", "message", "usage")
        async with self.database.read() as connection:
            counts = [await connection.execute(text(f"SELECT count(*) FROM {table}")) for table in tables]  # noqa: S608
        return [count.scalar_one() for count in counts]


@pytest_asyncio.fixture
async def door(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Door]:
    token = SecretStr(NEXT)
    async with line(reading, sqlite, clock, tmp_path, public_url=PUBLIC, twilio_next_auth_token=token) as running:
        yield Door(running, sqlite)


async def test_what_is_not_signed_changes_nothing_at_any_door(door: Door) -> None:
    answers = [
        await door.post(path=f"/voice/{path}", **wrong)  # type: ignore[arg-type]
        for path in DOORS
        for wrong in ({"signature": ""}, {"token": "another"}, {"signed_for": f"{PUBLIC}/voice/other"})
    ]

    assert {each.status_code for each in answers} == {403}
    assert await door.rows() == [0, 0, 0, 0, 0]


CHANGED: dict[str, dict[str, object]] = {
    "one field more": {"content": urlencode([*CALL, ("Extra", "1")])},
    "one field less": {"content": urlencode(CALL[:-1])},
    "a field twice": {"content": urlencode([*CALL, ("From", "+16175550999")])},
    "another account": {"fields": [*CALL[:3], ("AccountSid", "AC" + "f" * 32)]},
    "signed with a query": {"signed_for": f"{PUBLIC}/voice/inbound?step=2"},
    "signed for the internal address": {"signed_for": "http://internal:8311/voice/inbound"},
    "forged host": {"signed_for": "https://evil.example/voice/inbound", "headers": {"Host": "evil.example"}},
    "forged forwarding": {
        "signed_for": "https://evil.example/voice/inbound",
        "headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    },
}


async def test_what_was_changed_on_the_way_changes_nothing(door: Door) -> None:
    answers = {name: await door.post(**changed) for name, changed in CHANGED.items()}  # type: ignore[arg-type]

    assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(CHANGED, 403)
    assert await door.rows() == [0, 0, 0, 0, 0]


async def test_both_tokens_are_taken_and_the_host_header_does_not_count(door: Door) -> None:
    answers = [await door.post(token=token, headers={"Host": "forged.example"}) for token in (TOKEN, NEXT)]

    assert [each.status_code for each in answers] == [200, 200]
    assert f'action="{PUBLIC}/voice/said?step=1"' in answers[0].text


async def test_a_replayed_call_is_one_call_and_hears_the_same(door: Door) -> None:
    answers = [await door.post() for _ in range(3)]

    assert len({each.text for each in answers}) == 1
    assert (await door.rows())[:2] == [1, 1]


UNREADABLE: dict[str, tuple[str | bytes, str, int]] = {
    "json": ("{}", "application/json", 415),
    "too large": ("x" * 70_000, FORM, 413),
    "too many fields": ("&".join(f"a{n}=1" for n in range(300)), FORM, 400),
    "not utf-8": (b"From=\xff\xfe", FORM, 400),
    "nothing": ("", FORM, 403),
}


async def test_what_cannot_be_read_is_refused_before_anything_is_done(door: Door) -> None:
    answers = {
        name: await door.post(content=content, headers={"Content-Type": kind})
        for name, (content, kind, _) in UNREADABLE.items()
    }

    statuses = {name: each.status_code for name, each in answers.items()}
    assert statuses == {name: status for name, (_, _, status) in UNREADABLE.items()}
    assert await door.rows() == [0, 0, 0, 0, 0]


STRANGE: dict[str, tuple[str, Fields]] = {
    "unknown fields": ("inbound", [*CALL, ("NewThing", "x"), ("NewThing", "y"), ("Empty", "")]),
    "no call": ("inbound", [("From", ANNA), ("To", OURS)]),
    "an endless call": ("inbound", [("CallSid", "C" * 5_000), ("From", ANNA), ("To", OURS)]),
    "a hidden number": ("inbound", [("CallSid", "CA2"), ("From", "anonymous"), ("To", OURS)]),
    "a number of no land": ("inbound", [("CallSid", "CA3"), ("From", "+266696687"), ("To", OURS)]),
    "confidence is no number": ("said?step=1", _said("CA4", ("SpeechResult", "hello"), ("Confidence", "very"))),
    "confidence is not a number at all": ("said?step=1", _said("CA5", ("SpeechResult", "a"), ("Confidence", "nan"))),
    "only marks": ("said?step=1", _said("CA6", ("Digits", "*#*#"))),
    "marks in it": ("said?step=1", _said("CA7", ("SpeechResult", "nul\x00 \x1b <Dial>+1900</Dial>"))),
    "an endless sentence": ("said?step=1", _said("CA8", ("SpeechResult", "a " * 20_000))),
    "a step of no call": ("said?step=7", _said("CA9", ("SpeechResult", "hello"))),
    "waiting for nothing": ("wait?step=3&look=2", CALL),
    "dialled by no call": ("dialled?step=2", _said("CA10")),
    "a whisper for no call": ("whisper?call=unknown", CALL),
    "taken without a key": ("taken", CALL),
}


async def test_strange_but_signed_forms_are_answered_with_twiml(door: Door) -> None:
    answers = {name: await door.post(fields, path=f"/voice/{path}") for name, (path, fields) in STRANGE.items()}

    assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(STRANGE, 200)
    roots = {ElementTree.fromstring(each.text).tag for each in answers.values()}  # noqa: S314 - our own answers
    assert roots == {"Response"}
    assert not any("<Dial>" in each.text for each in answers.values())


async def test_steps_that_we_never_gave_are_refused(door: Door) -> None:
    paths = ("said", "said?step=0", "said?step=1000", "said?step=x", "wait?step=1&look=99")

    answers = [await door.post(SAID, path=f"/voice/{path}") for path in paths]

    assert {each.status_code for each in answers} == {422}


async def test_reports_of_a_calls_end_come_twice_and_late_and_for_no_call(door: Door) -> None:
    await door.post()
    ended = [*CALL[:4], ("CallStatus", "completed"), ("CallDuration", "12")]

    answers = [
        await door.post(fields, path="/voice/status")
        for fields in (ended, [*CALL[:4], ("CallStatus", "busy")], ended, [("CallSid", "CA9"), *ended[1:]])
    ]

    async with door.database.read() as connection:
        row = (await connection.execute(text("SELECT status, seconds FROM call"))).one()
    assert {each.status_code for each in answers} == {204}
    assert tuple(row) == ("completed", 12)
