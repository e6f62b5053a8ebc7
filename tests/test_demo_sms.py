"""The demonstration phone, to text and to call from, in a real browser and without JavaScript."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browsing import browsing
from tests.running import Server, beacon, prepared, serving
from tests.web import PNG

SPOKEN = "there is a huge pothole outside 100 calumet street in mission hill"
REPORT = "theres a huge pothole outside 100 perham st west roxbury"


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(data_dir, tmp_path_factory.mktemp("phone")), "--demo-sms") as running:
        yield running


@pytest.fixture
def phone(server: Server) -> Iterator[Page]:
    """A new browser at the phone."""
    with browsing(f"{server.address}/demo-sms") as opened:
        yield opened


def text(phone: Page, words: str) -> str:
    """Send a text and wait for what comes back."""
    replies = phone.locator("#messages > li.city")
    before = replies.count()
    phone.get_by_label("Text message").fill(words)
    phone.get_by_label("Text message").press("Enter")
    replies.nth(before).wait_for()
    return replies.nth(before).inner_text()


@pytest.mark.browser
def test_a_newcomer_reports_a_pothole_by_text(phone: Page) -> None:
    asked = text(phone, REPORT)
    filed = text(phone, "1")

    phone.locator("#messages > li.city .meta", has_text="delivered").nth(1).wait_for()
    assert "Perham St" in asked
    assert re.search(r"B311-\d{6}-\d", filed)
    assert "segment" in phone.locator("#messages > li.city .meta").first.inner_text()


@pytest.mark.browser
def test_two_texts_in_a_row_get_one_reply(phone: Page) -> None:
    phone.get_by_label("Text message").fill("hello")
    phone.get_by_label("Text message").press("Enter")
    phone.locator("#messages > li.resident").first.wait_for()

    text(phone, "when is trash day?")

    phone.wait_for_timeout(1_000)
    assert phone.locator("#messages > li.resident").count() == 2
    assert phone.locator("#messages > li.city").count() == 1


@pytest.mark.browser
def test_the_carrier_answers_a_stop_and_the_assistant_falls_silent(phone: Page) -> None:
    answer = text(phone, "STOP")

    phone.get_by_label("Text message").fill("hello?")
    phone.get_by_label("Text message").press("Enter")
    phone.wait_for_timeout(3_500)

    assert "unsubscribed" in answer
    assert answer.upper().startswith("CARRIER")
    assert phone.locator("#messages > li.city").count() == 1


@pytest.mark.browser
def test_the_phone_fits_a_narrow_screen(phone: Page) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})

    text(phone, f"hello {'x' * 100}")

    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """A browser without JavaScript."""
    with httpx.Client(base_url=server.address, follow_redirects=True, timeout=30) as client:
        client.get("/demo-sms")
        yield client


def test_without_javascript_a_text_and_a_photo_are_sent_by_the_form(browser: httpx.Client) -> None:
    nothing = {"photo": ("", b"", "application/octet-stream")}
    plain = browser.post("/demo-sms/send/media", data={"body": "hello"}, files=nothing)
    photo = browser.post("/demo-sms/send/media", data={"body": ""}, files={"photo": ("a.png", PNG, "image/png")})
    empty = browser.post("/demo-sms/send/media", data={"body": " "}, files=nothing)

    assert "<p>hello</p>" in plain.text
    assert "1 photo" in photo.text
    assert "add a photo, and send it" in empty.text


def test_the_phone_allows_nothing_inline_and_nothing_from_elsewhere(browser: httpx.Client) -> None:
    answer = browser.get("/demo-sms")

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<style|style=|<script(?![^>]*src)|\son\w+=|https?://", answer.text)


def test_a_text_from_another_site_is_refused(browser: httpx.Client) -> None:
    answer = browser.post("/demo-sms/send/media", data={"body": "hello"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_a_newcomer_calls_and_reports_a_pothole_by_typing_what_they_say(browser: httpx.Client) -> None:
    welcome = browser.post("/demo-sms/call/new")
    asked = browser.post("/demo-sms/call/do", data={"words": SPOKEN, "what": "say"})
    filed = browser.post("/demo-sms/call/do", data={"key": "1"})
    ended = browser.post("/demo-sms/call/do", data={"what": "hang_up"})

    assert "Hello, this is Boston 3 1 1" in welcome.text
    assert "100 Calumet Street" in asked.text
    assert "Your case number is B 3 1 1, 0 0 0" in filed.text
    assert "The call has ended." in ended.text


def test_a_person_and_what_they_hear_are_shown(browser: httpx.Client) -> None:
    browser.post("/demo-sms/call/new")
    said = browser.post("/demo-sms/call/do", data={"words": SPOKEN, "what": "say", "unclear": "true"})
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


def test_without_the_flag_there_is_no_phone_and_no_carrier(data_dir: Path, reading: object, tmp_path: Path) -> None:
    with serving(prepared(data_dir, tmp_path / "var")) as plain:
        answers = [httpx.get(f"{plain.address}{path}") for path in ("/demo-sms", "/demo-sms/texts")]
        webhook = httpx.post(f"{plain.address}/sms/inbound", data={"Body": "hello"})

    assert [each.status_code for each in (*answers, webhook)] == [404, 404, 404]


def test_the_phone_does_not_stand_in_for_a_real_account(tmp_path: Path) -> None:
    refused = beacon("serve", "--demo-sms", "--port", "0", folder=tmp_path, more={"BEACON_TWILIO_ACCOUNT_SID": "AC1"})

    assert refused.returncode == 1
    assert "BEACON_TWILIO_ACCOUNT_SID" in refused.stderr.decode()
