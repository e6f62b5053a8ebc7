"""What a browser sees when something is refused: a page with a sentence and the right status, never JSON."""

import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import build_web
from channels.photos import NotAPhoto, cleaned
from tests.web import PNG, web
from tools.clock import Clock
from tools.database import Database

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LARGE = b"x" * (11 * 1024 * 1024)


@pytest.fixture
async def browser(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with web(reading, sqlite, clock, tmp_path) as (client, _):
        client.headers.update(BROWSER)
        yield client


def png(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, and holds none of them."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


async def test_a_photo_that_is_too_large_is_told_in_the_language_of_the_page(browser: httpx.AsyncClient) -> None:
    files = {"photo": ("a.png", LARGE, "image/png")}

    answer = await browser.post("/say/media", data={"text": "hi"}, files=files, headers={"Accept-Language": "es"})

    assert answer.status_code == 413
    assert '<html lang="es" dir="ltr">' in answer.text
    assert "10 MB" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "told"),
    [
        ("POST", "/say", {"Sec-Fetch-Site": "cross-site"}, 403, "from another site"),
        ("GET", "/nothing", {}, 404, "There is nothing at this address."),
        ("POST", "/receipt", {}, 405, "does not take that method"),
        ("POST", "/desk/draft", {}, 401, "Please sign in"),
    ],
    ids=["another site", "no page", "method", "signed out"],
)
async def test_what_is_refused_is_a_page_for_a_browser_and_json_for_a_program(
    browser: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int, told: str
) -> None:
    page = await browser.request(method, path, headers=headers)
    program = await browser.request(method, path, headers={"Accept": "application/json", **headers})

    assert (page.status_code, program.status_code) == (status, status)
    assert 'role="alert"' in page.text
    assert told in page.text
    assert told in program.json()["error"]["message"]


async def test_what_goes_wrong_on_our_side_is_a_page_too(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=sqlite)
    app = build_web(settings, assistant)
    app.router.add_api_route("/broken", broken)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url="http://beacon.test", headers=BROWSER) as client:
        page = await client.get("/broken", headers={"Accept-Language": "es"})
        program = await client.get("/broken", headers={"Accept": "application/json"})
    await assistant.close(seconds=5)

    assert (page.status_code, program.status_code) == (500, 500)
    assert '<html lang="es" dir="ltr">' in page.text
    assert program.json()["error"]["code"] == "failed"


async def broken() -> None:
    raise RuntimeError("something that nobody thought of")


async def test_the_programs_interface_answers_json_whatever_is_accepted(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/api/conversations/none")

    assert answer.json()["error"]["code"] == "token_missing"


@pytest.mark.parametrize("value", [b"", b"none.none", b"a" * 3_000, b"x.y.z", "\u00e9.\u00e9".encode()])
async def test_an_expired_or_foreign_token_shows_an_empty_conversation_and_opens_a_new_one(
    browser: httpx.AsyncClient, value: bytes
) -> None:
    cookie = {b"cookie": b"beacon_conversation=" + value}
    page = await browser.get("/", headers=cookie)
    events = await browser.get("/events", headers=cookie)
    said = await browser.post("/say", data={"text": "when is trash day?"}, headers=cookie)

    assert page.status_code == 200
    assert events.status_code == 204
    assert said.status_code == 303
    assert "beacon_conversation=" in said.headers["set-cookie"]


@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (50_001, 1_000), (0, 0)])
def test_a_picture_that_claims_more_than_any_memory_holds_is_no_photo(size: tuple[int, int]) -> None:
    content = png(*size)

    with pytest.raises(NotAPhoto):
        cleaned(content)


def test_a_photo_with_a_program_behind_it_is_kept_without_the_program() -> None:
    kept = cleaned(PNG + b"<script>alert(1)</script>" + b"PK\x03\x04" + b"x" * 100)

    assert b"script" not in kept.content
    assert b"PK" not in kept.content
