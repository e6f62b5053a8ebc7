"""The residents' page in its states: for assistive technology, off line, in two tabs, with bad photos."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browsing import browsing
from tests.running import Server, prepared, serving

CASE = re.compile(r"B311-\d{6}-\d")
REPORT = "there is a big pothole in the street at 100 Perham St, West Roxbury"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ATTACKS = (
    "<script>alert(1)</script> pothole",
    "<img src=x onerror=alert(1)> pothole",
    '"><svg onload=alert(1)> pothole',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe> pothole",
)


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(data_dir, tmp_path_factory.mktemp("states"))) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A browser without JavaScript."""
    with httpx.Client(base_url=server.address, follow_redirects=True, timeout=30) as without:
        yield without


def send(page: Page, text: str) -> None:
    replies = page.locator("#messages > li.city")
    before = replies.count()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    replies.nth(before).wait_for()


def faults(page: Page) -> list[str]:
    found: list[str] = [each["id"] for each in Axe().run(page).response["violations"]]
    return found


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar", "zh-Hant"])
def test_assistive_technology_finds_no_fault_in_any_state(server: Server, language: str) -> None:
    with browsing(f"{server.address}/?lang={language}", viewport={"width": 320, "height": 640}) as page:
        empty = faults(page)
        send(page, REPORT)
        asked, wide = faults(page), page.evaluate("document.documentElement.scrollWidth")
        page.goto(f"{server.address}/receipt")
        receipt = faults(page)

    assert (empty, asked, receipt) == ([], [], [])
    assert wide <= 320


@pytest.mark.browser
def test_a_message_written_off_line_is_sent_once_when_the_line_is_back(server: Server) -> None:
    with browsing(server.address, forgiven="net::ERR_INTERNET_DISCONNECTED") as page:
        page.context.set_offline(True)
        page.locator("#text").fill("when is trash day?")
        page.locator("#text").press("Enter")
        page.get_by_text("No connection just now.").wait_for()
        page.context.set_offline(False)
        page.locator("#messages > li.city").nth(1).wait_for()
        page.reload()

        assert page.locator("#messages > li.resident").count() == 1
        assert page.locator("#messages > li.city").count() == 2


@pytest.mark.browser
def test_a_second_tab_shows_the_answer_and_two_clicks_file_one_case(server: Server) -> None:
    with browsing(server.address) as page:
        send(page, "there is a big pothole in the street at 300 Bunker Hill St, Charlestown")
        other = page.context.new_page()
        other.goto(server.address)
        other.get_by_role("button", name="Submit").dblclick()
        other.locator("#now .notice").wait_for()
        page.locator("#now .notice").wait_for()
        cases = set(CASE.findall(page.locator("body").inner_text() + other.locator("body").inner_text()))

        assert len(cases) == 1
        assert page.locator("#messages > li").count() == other.locator("#messages > li").count()


@pytest.mark.browser
def test_what_would_run_in_a_page_is_only_text(server: Server) -> None:
    with browsing(server.address) as page:
        send(page, ATTACKS[0])
        send(page, ATTACKS[1])
        send(page, ATTACKS[2])
        send(page, ATTACKS[3])
        page.reload()

        assert page.locator("#messages img, #messages script, #messages svg, #messages iframe").count() == 0


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [(SVG, 415, "This is not a photo"), (b"GIF89a<script>", 415, "This is not a photo")],
    ids=["svg", "polyglot"],
)
def test_a_bad_photo_is_told_calmly_and_the_words_are_kept(
    client: httpx.Client, content: bytes, status: int, told: str
) -> None:
    answer = client.post("/say/media", data={"text": "a pothole here"}, files={"photo": ("a.png", content)})

    assert answer.status_code == status
    assert told in answer.text
    assert ">a pothole here</textarea>" in answer.text


def test_an_answer_to_what_is_no_longer_asked_is_not_taken(client: httpx.Client) -> None:
    client.post("/say", data={"text": "when is trash day?", "message_id": "a"})

    answer = client.post("/say", data={"text": "1", "message_id": "b", "turn": "long-ago"})

    assert "The conversation has gone on since." in answer.text
    assert '<p dir="auto">1</p>' not in answer.text


def test_other_words_in_a_form_that_was_gone_back_to_are_another_message(client: httpx.Client) -> None:
    client.post("/say", data={"text": "hello", "message_id": "same"})

    answer = client.post("/say", data={"text": "when is trash day?", "message_id": "same"})

    assert '<p dir="auto">hello</p>' in answer.text
    assert '<p dir="auto">when is trash day?</p>' in answer.text


def test_no_site_may_frame_the_page_unless_it_is_named(client: httpx.Client) -> None:
    answers = [client.get(path) for path in ("/", "/embed", "/receipt")]

    assert all("frame-ancestors 'none'" in each.headers["content-security-policy"] for each in answers)


def test_the_page_is_light(client: httpx.Client) -> None:
    paths = ("/", "/city.css", "/static/beacon.css", "/static/chat.css", "/static/chat.js", "/static/icon.svg")

    sizes = [len(client.get(path).content) for path in paths]

    assert sum(sizes) <= 60_000
