"""The demonstration telephone, without JavaScript and in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.running import Server, prepared, serving

REPORT = "there is a huge pothole outside 100 perham street west roxbury"


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(data_dir, tmp_path_factory.mktemp("call")), "--demo-sms") as running:
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """A browser without JavaScript."""
    with httpx.Client(base_url=server.address, follow_redirects=True, timeout=30) as client:
        client.get("/demo-sms/call")
        yield client


def test_a_newcomer_calls_and_reports_a_pothole_by_typing_what_they_say(browser: httpx.Client) -> None:
    welcome = browser.post("/demo-sms/call/new")
    asked = browser.post("/demo-sms/call/do", data={"words": REPORT, "what": "say"})
    filed = browser.post("/demo-sms/call/do", data={"key": "1"})
    ended = browser.post("/demo-sms/call/do", data={"what": "hang_up"})

    assert "Hello, this is Boston 3 1 1" in welcome.text
    assert "100 Perham Street" in asked.text
    assert "Your case number is B 3 1 1, 0 0 0" in filed.text
    assert "The call has ended." in ended.text


def test_a_person_and_what_they_hear_are_shown(browser: httpx.Client) -> None:
    browser.post("/demo-sms/call/new")
    said = browser.post("/demo-sms/call/do", data={"words": REPORT, "what": "say", "unclear": "true"})
    put_through = browser.post("/demo-sms/call/do", data={"key": "0"})

    assert "I heard: there is a huge pothole" in said.text
    assert "Press 1 to take the call." in put_through.text
    assert "connected to a person" in put_through.text


def test_a_call_from_another_site_is_refused(browser: httpx.Client) -> None:
    answers = [
        browser.post(f"/demo-sms/call/{path}", headers={"Sec-Fetch-Site": "cross-site"}) for path in ("new", "do")
    ]

    assert [each.status_code for each in answers] == [403, 403]


def test_the_telephone_allows_nothing_inline_and_nothing_from_elsewhere(browser: httpx.Client) -> None:
    answer = browser.get("/demo-sms/call")

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r"<style|style=|<script(?![^>]*src)|\son\w+=|https?://", answer.text)


@pytest.mark.browser
def test_the_telephone_works_by_keyboard_on_a_narrow_screen(server: Server) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.goto(f"{server.address}/demo-sms/call")
        page.get_by_role("button", name="Call", exact=True).press("Enter")
        page.get_by_label("What you say").fill("when is trash day?")
        page.get_by_role("button", name="Say it").press("Enter")
        page.get_by_role("button", name="Hang up").press("Enter")
        page.get_by_text("The call has ended.").wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()

    assert wide <= 320
