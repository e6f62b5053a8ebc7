"""Webhooks that are not what they claim to be: refused without a trace, and never a 5xx unless we could not keep it."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text
from starlette.datastructures import FormData

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import account_of, build_web, sender_of
from channels.texting import Account
from channels.twilio_adapter import signature_of, signed
from tests.carrier import ANNA, OURS, SID, TOKEN
from tests.web import DESK_KEY
from tools.clock import Clock
from tools.database import Database

PUBLIC = "https://311.example.gov/beacon"
NEXT = "next-token"
FORM = "application/x-www-form-urlencoded"
Fields = list[tuple[str, str]]
HELLO: Fields = [("MessageSid", "SM1"), ("From", ANNA), ("To", OURS), ("Body", "hello"), ("AccountSid", SID)]


class Door:
    """The webhooks of an application behind a proxy, and what its database holds."""

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.database = database

    async def post(
        self,
        fields: Fields = HELLO,
        *,
        path: str = "/sms/inbound",
        signed_for: str | None = None,
        token: str = TOKEN,
        signature: str | None = None,
        content: str | bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        made = signature_of(token, signed_for or PUBLIC + path, FormData([*fields]))
        head: dict[str, str] = {"X-Twilio-Signature": made if signature is None else signature}
        head |= {"Content-Type": FORM}
        body = urlencode(fields) if content is None else content
        return await self.client.post(path, content=body, headers=head | (headers or {}))

    async def rows(self) -> list[int]:
        """How many rows there are in every table that a text may touch."""
        tables = ("conversation", "message", "opt_out", "usage", "text_photo", "delivery")
        async with self.database.read() as connection:
            counts = [await connection.execute(text(f"SELECT count(*) FROM {table}")) for table in tables]  # noqa: S608
        return [count.scalar_one() for count in counts]


@pytest_asyncio.fixture
async def door(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Door]:
    chosen = Settings(
        data_dir=tmp_path,
        desk_key=DESK_KEY,
        public_url=PUBLIC,
        burst_seconds=60.0,
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_next_auth_token=SecretStr(NEXT),
        twilio_api_url="http://127.0.0.1:9",
    )
    assistant = await build_assistant(chosen, reading=reading, clock=clock, database=sqlite, sender=sender_of(chosen))
    transport = httpx.ASGITransport(app=build_web(chosen, assistant), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://internal:8311") as client:
        yield Door(client, sqlite)
    await assistant.close(seconds=1)


async def test_a_signed_text_is_on_record_and_answered_with_nothing_to_do(door: Door) -> None:
    answer = await door.post()

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    assert (await door.rows())[:2] == [1, 1]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"signature": ""}, id="no signature"),
        pytest.param({"signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, id="a wrong one"),
        pytest.param({"token": "another"}, id="another token"),
        pytest.param({"content": urlencode([*HELLO[:3], ("Body", "hello!"), HELLO[4]])}, id="altered body"),
        pytest.param({"content": urlencode([*HELLO, ("Extra", "1")])}, id="one field more"),
        pytest.param({"content": urlencode(HELLO[:-2])}, id="one field less"),
        pytest.param({"content": urlencode([*HELLO, ("Body", "again")])}, id="a field twice"),
        pytest.param({"signed_for": f"{PUBLIC}/sms/other"}, id="signed for another path"),
        pytest.param({"signed_for": "https://311.example.gov/sms/inbound"}, id="signed without the prefix"),
        pytest.param({"signed_for": "http://311.example.gov/beacon/sms/inbound"}, id="signed for http"),
        pytest.param({"signed_for": "http://internal:8311/sms/inbound"}, id="signed for the internal address"),
        pytest.param({"signed_for": f"{PUBLIC}/sms/inbound?x=1"}, id="signed with a query"),
        pytest.param({"fields": [*HELLO[:4], ("AccountSid", "AC" + "f" * 32)]}, id="another account"),
        pytest.param(
            {"signed_for": "https://evil.example/beacon/sms/inbound", "headers": {"Host": "evil.example"}},
            id="forged host",
        ),
        pytest.param(
            {
                "signed_for": "https://evil.example/sms/inbound",
                "headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
            },
            id="forged forwarding",
        ),
    ],
)
async def test_what_is_not_signed_changes_nothing(door: Door, changed: dict[str, object]) -> None:
    answer = await door.post(**changed)  # type: ignore[arg-type]

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "not_signed"
    assert await door.rows() == [0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("path", "signed_for"),
    [
        pytest.param("/sms/inbound", f"{PUBLIC}/sms/inbound", id="as configured"),
        pytest.param("/sms/inbound", "https://311.example.gov:443/beacon/sms/inbound", id="with the port"),
        pytest.param("/sms/inbound?a=b%20c&d=%2F", f"{PUBLIC}/sms/inbound?a=b%20c&d=%2F", id="an encoded query"),
    ],
)
async def test_signatures_made_for_the_public_address_pass(door: Door, path: str, signed_for: str) -> None:
    headers = {"Host": "forged.example", "X-Forwarded-Host": "forged.example"}

    answer = await door.post(path=path, signed_for=signed_for, headers=headers)

    assert answer.status_code == 200


async def test_both_tokens_are_taken_while_they_are_changed(door: Door) -> None:
    answers = [await door.post(token=token) for token in (TOKEN, NEXT)]

    assert [each.status_code for each in answers] == [200, 200]


async def test_the_log_holds_no_token_no_number_and_no_words(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    secret = [*HELLO[:3], ("Body", "my secret words"), HELLO[4]]

    await door.post(secret, token="another")
    await door.post(secret)
    await door.post([("MessageSid", "SM9"), ("From", "+442071838750"), ("To", OURS), ("Body", "far"), HELLO[4]])

    told = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "signature_rejected" in told
    assert not any(each in told for each in (TOKEN, NEXT, ANNA, "442071838750", "my secret words"))


async def test_a_replayed_text_is_taken_once(door: Door) -> None:
    for _ in range(3):
        await door.post()

    assert (await door.rows())[:2] == [1, 1]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        pytest.param("{}", "application/json", 415, id="json"),
        pytest.param("a=b", "text/plain", 415, id="text"),
        pytest.param("x" * 70_000, FORM, 413, id="too large"),
        pytest.param("&".join(f"a{n}=1" for n in range(300)), FORM, 400, id="too many fields"),
        pytest.param(b"Body=\xff\xfe", FORM, 400, id="not utf-8"),
        pytest.param("Body=%ff", FORM, 400, id="not utf-8 inside"),
        pytest.param("", FORM, 403, id="nothing"),
    ],
)
async def test_what_cannot_be_read_is_refused_before_anything_is_done(
    door: Door, content: str | bytes, content_type: str, status: int
) -> None:
    answer = await door.post(content=content, headers={"Content-Type": content_type})

    assert answer.status_code == status
    assert await door.rows() == [0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param([*HELLO, ("NewThing", "x"), ("NewThing", "y"), ("Empty", "")], id="unknown, repeated and blank"),
        pytest.param([*HELLO[:3], ("Body", " two  spaces \r\n and 😀 "), HELLO[4]], id="spaces, lines, emoji"),
        pytest.param([*HELLO[:3], ("Body", "nul\x00 and \x1b"), HELLO[4]], id="control characters"),
        pytest.param([*HELLO, ("NumMedia", "99999999999999999999"), ("MediaUrl0", "file:///etc/passwd")], id="media"),
        pytest.param([*HELLO, ("NumMedia", "-1")], id="negative media"),
        pytest.param([*HELLO, ("OptOutType", "SOMETHING")], id="unknown opt-out type"),
        pytest.param([("From", ANNA), ("To", OURS), ("Body", "no id")], id="no message id"),
        pytest.param([("MessageSid", "SM2"), ("From", "BANK"), ("To", OURS), ("Body", "win")], id="a name as sender"),
        pytest.param([("MessageSid", "SM3"), ("From", "+1" * 200), ("To", OURS)], id="an endless sender"),
        pytest.param([("MessageSid", "S" * 5_000), ("From", ANNA), ("To", OURS)], id="an endless id"),
    ],
)
async def test_strange_but_signed_forms_are_taken_calmly(door: Door, fields: Fields) -> None:
    answer = await door.post(fields)

    assert answer.status_code == 200
    assert (await door.rows())[4] == 0


async def test_a_text_that_could_not_be_kept_is_answered_with_a_5xx_so_that_it_comes_again(door: Door) -> None:
    async with door.database.write() as connection:
        await connection.execute(text("DROP TABLE message"))

    answer = await door.post()

    assert answer.status_code == 503


@pytest.mark.parametrize("delivery_id", ["nobody", "x" * 500, "%00", "a%2Fb"])
async def test_a_status_of_no_text_of_ours_does_no_harm(door: Door, delivery_id: str) -> None:
    fields = [("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("AccountSid", SID)]

    answer = await door.post(fields, path=f"/sms/status/{delivery_id}")

    assert answer.status_code in (204, 404)
    assert await door.rows() == [0, 0, 0, 0, 0, 0]


async def test_an_unsigned_status_is_refused(door: Door) -> None:
    answer = await door.post([("MessageStatus", "delivered")], path="/sms/status/1", signature="")

    assert answer.status_code == 403


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=20)), max_size=12))
def test_whatever_twilio_signs_is_recognised(fields: Fields) -> None:
    account = Account(sid=SID, tokens=(SecretStr("other"), SecretStr(TOKEN)))
    form = FormData(fields)  # type: ignore[arg-type] # pairs of text
    url = f"{PUBLIC}/sms/inbound"

    assert signed(account, url, form, signature=signature_of(TOKEN, url, form), settings="")
    assert not signed(account, url, form, signature=signature_of("x", url, form), settings="")


def test_without_an_account_there_are_no_webhooks_and_no_sender() -> None:
    assert account_of(Settings()) is None
    assert sender_of(Settings()) is None
