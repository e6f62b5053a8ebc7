"""The chat page, with JavaScript in a real browser and without it by plain forms."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests.browsing import browsing
from tests.running import Server, prepared, serving

REPORT = "there is a big pothole in the street at 100 Perham St, West Roxbury"
ELSEWHERE = "there is a big pothole in the street at 300 Bunker Hill St, Charlestown"
DORCHESTER = "there is a big pothole in the street at 50 Washington St, Dorchester"
FAR_AWAY = "there is a big pothole in the street at 700 Boylston St, Boston"
"""Those that are filed lie far from the others, or the next resident would be asked about a duplicate."""

CASE = re.compile(r"B311-\d{6}-\d")


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(data_dir, tmp_path_factory.mktemp("page"))) as running:
        yield running


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    """A new browser at the chat page."""
    with browsing(server.address) as opened:
        yield opened


def send(page: Page, text: str) -> str:
    """Type a message, press Enter and wait for the reply."""
    replies = page.locator("#messages > li.city")
    before = replies.count()
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")
    replies.nth(before).wait_for()
    return replies.last.inner_text()


@pytest.mark.browser
def test_a_question_is_answered_with_its_source_and_date(page: Page) -> None:
    reply = send(page, "when does street sweeping run?")

    source = page.locator(".sources a").first
    assert "sweeping" in reply
    assert "as of" in reply
    assert str(source.get_attribute("href")).startswith("https://")


@pytest.mark.browser
def test_a_report_is_confirmed_with_a_button_and_gets_a_number(page: Page) -> None:
    send(page, ELSEWHERE)

    page.get_by_role("group", name="Suggested answers").get_by_role("button", name="Submit").click()
    page.locator("#messages > li.city", has_text="case number").wait_for()

    assert CASE.search(page.locator("#messages").inner_text())
    assert page.locator("#replies button").count() == 0


@pytest.mark.browser
def test_a_page_that_is_loaded_again_keeps_the_conversation(page: Page) -> None:
    send(page, REPORT)
    said = page.locator("#messages > li p").all_inner_texts()

    page.reload()

    assert page.locator("#messages > li p").all_inner_texts() == said
    assert page.get_by_role("button", name="Submit").is_visible()


@pytest.mark.browser
def test_an_empty_message_is_told_calmly_and_not_sent(page: Page) -> None:
    page.get_by_label("Your message").fill("   ")

    page.get_by_role("button", name="Send").click()

    assert "write a few words" in page.get_by_role("status").inner_text()
    assert page.locator("#messages > li").count() == 1


@pytest.mark.browser
def test_html_in_a_message_is_only_text(page: Page) -> None:
    send(page, "<img src=x onerror=alert(1)> pothole")

    page.reload()

    assert page.locator("#messages img").count() == 0


@pytest.mark.browser
def test_the_page_fits_a_narrow_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    send(page, f"{REPORT} {'x' * 200}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_the_newest_reply_is_in_sight_above_the_message_box(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 700})
    send(page, "when does street sweeping run?")

    send(page, REPORT)
    reply = page.locator("#messages > li.city").last.bounding_box()
    box = page.locator("#latest").bounding_box()

    assert reply is not None
    assert box is not None
    assert reply["y"] >= 0
    assert reply["y"] + reply["height"] <= box["y"] + 1


@pytest.mark.browser
def test_the_page_works_by_keyboard_alone(page: Page) -> None:
    page.get_by_label("Your message").focus()
    page.keyboard.type(FAR_AWAY)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Submit").wait_for()

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#messages > li.city", has_text="case number").wait_for()

    assert page.evaluate("document.activeElement.id") == "text"


@pytest.mark.browser
def test_a_new_conversation_begins_empty(page: Page) -> None:
    send(page, "when is trash day?")

    page.get_by_role("button", name="New conversation").click()

    assert page.locator("#messages > li").count() == 1


def form(html: str) -> dict[str, str]:
    """What a browser without JavaScript would send along with the message box."""
    box = html.partition('<form id="say"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', box))


def quick_reply(html: str, label: str) -> dict[str, str]:
    """What a browser without JavaScript sends for a suggested answer."""
    offered = html.partition('class="replies"')[2].partition("</div>")[0]
    chosen = next(each for each in offered.split("<form ") if f">{label}</button>" in each)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', chosen))
    return hidden | {"text": re.findall(r'<button name="text" value="([^"]*)"', chosen)[0]}


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """A browser without JavaScript."""
    with httpx.Client(base_url=server.address, follow_redirects=True, timeout=30) as client:
        yield client


def test_without_javascript_a_report_is_sent_confirmed_and_numbered(browser: httpx.Client) -> None:
    start = browser.get("/")
    asked = browser.post("/say", data=form(start.text) | {"text": DORCHESTER})

    filed = browser.post("/say", data=quick_reply(asked.text, "Submit"))

    assert "50 Washington St" in asked.text
    assert CASE.search(filed.text)


def test_without_javascript_a_form_sent_twice_is_answered_once(browser: httpx.Client) -> None:
    sent = form(browser.get("/").text) | {"text": "when is trash day?"}

    browser.post("/say", data=sent)
    again = browser.post("/say", data=sent)

    assert again.text.count('<p dir="auto">when is trash day?</p>') == 1


@pytest.mark.parametrize("text", ["", "  \n", "\u200b"], ids=["empty", "spaces", "invisible"])
def test_without_javascript_an_empty_message_is_told_calmly(browser: httpx.Client, text: str) -> None:
    answer = browser.post("/say", data=form(browser.get("/").text) | {"text": text})

    assert answer.status_code == 200
    assert "Please write a few words first." in answer.text
    assert answer.text.count("<li ") == 1


def test_without_javascript_strange_form_values_do_no_harm(browser: httpx.Client) -> None:
    sent = {"text": "hello", "message_id": "x" * 5_000, "language": "<b>"}

    answer = browser.post("/say", data=sent)

    assert answer.status_code == 200
    assert '<p dir="auto">hello</p>' in answer.text


def test_a_form_from_another_site_is_refused(browser: httpx.Client) -> None:
    answer = browser.post("/say", data={"text": "hello"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_form"


def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere(browser: httpx.Client) -> None:
    answer = browser.get("/")

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not re.search(r"<style|style=|<script(?![^>]*src)|\son\w+=|https?://", answer.text.split("<main")[0])


def test_a_language_that_is_not_spoken_here_is_english(browser: httpx.Client) -> None:
    answer = browser.get("/", params={"lang": '"><script>'})

    assert '<html lang="en" dir="ltr">' in answer.text


def test_arabic_is_written_from_right_to_left(browser: httpx.Client) -> None:
    answer = browser.get("/", params={"lang": "ar"})

    assert '<html lang="ar" dir="rtl">' in answer.text
