"""Pages in a real browser: by keys alone, at twice the size, on a phone, two people at one conversation, and when a
session ends: it warns, and nothing typed is lost."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing import browsing
from tests.running import DESK_KEY, Server, opened, prepared, serving

POTHOLE = "caller says there is a big pothole in the street at 100 Perham St, West Roxbury"
CASE = re.compile(r"B311-\d{6}-\d")
NO_RING = "() => getComputedStyle(document.activeElement).outlineStyle === 'none' && document.activeElement.outerHTML"
SIDEWAYS = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(data_dir, tmp_path_factory.mktemp("keys"))) as running:
        yield running


def sign_in(page: Page) -> None:
    page.get_by_text("On this machine").click()
    page.get_by_label("The access key").fill(DESK_KEY)
    page.get_by_role("button", name="Sign in with the key").click()


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    """Signed in, at one's own account; whatever the browser complains of fails the test."""
    with browsing(f"{server.address}/staff/sign-in?to=/staff/account", forgiven="404") as opened_page:
        opened_page.clock.install()
        sign_in(opened_page)
        opened_page.wait_for_url("**/staff/account")
        yield opened_page


def tab_to(page: Page, what: str) -> None:
    """Press Tab until it is reached; every stop on the way can be seen."""
    for _ in range(200):
        page.keyboard.press("Tab")
        assert not page.evaluate(NO_RING)
        if page.evaluate("(what) => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab never came to {what}.")


def asked_for_a_person(server: Server) -> str:
    address, headers = opened(server.address)
    said = {"text": "I want to talk to a person", "message_id": "m1"}
    httpx.post(f"{server.address}{address}/messages", json=said, headers=headers, timeout=30)
    return address.rpartition("/")[2]


def colleague_looks(server: Server, conversation_id: str) -> None:
    with closing(sqlite3.connect(server.folder / "beacon.db", timeout=20)) as database, database:
        database.execute("INSERT OR IGNORE INTO staff VALUES ('bo', 'Bo Li', 'call-taker', NULL, 0, 0, 0, 0)")
        database.execute("INSERT INTO desk_look VALUES (?, 'bo', ?)", (conversation_id, time.time()))


@pytest.mark.browser
def test_an_article_is_found_and_changed_by_keys_alone(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/articles")
    tab_to(page, "#find")
    page.keyboard.type("trash day")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=trash*")
    tab_to(page, "tbody a")
    page.keyboard.press("Enter")
    page.locator("#f-title").wait_for()
    tab_to(page, "#f-title")
    page.keyboard.press("End")
    page.keyboard.type(" today")
    tab_to(page, "form.card button.main")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="The draft is kept")).to_be_visible()
    tab_to(page, "form[action$=discard] button")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="The draft is discarded")).to_be_visible()


@pytest.mark.browser
def test_a_supervisor_turns_a_channel_off_and_on_by_keys_alone(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/supervisor")
    for to in ("off", "on"):
        tab_to(page, "#what")
        page.keyboard.type("voice")
        tab_to(page, "#why")
        page.keyboard.type("a trial")
        tab_to(page, f"button[value={to}]")
        page.keyboard.press("Enter")
        expect(page.locator("#switches li", has_text="voice")).to_contain_text(f"voice: {to}")


@pytest.mark.browser
def test_the_menu_is_one_button_on_a_phone_and_all_of_it_where_there_is_room(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.address}/desk/queue")
    shut = page.locator(".top").bounding_box()
    page.locator(".menu summary").press("Enter")
    expect(page.get_by_role("link", name="Supervisor")).to_be_visible()
    unfolded = page.evaluate(SIDEWAYS)
    expect(page.locator(".menu [aria-current]")).to_have_text("Queue")

    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(page.locator(".menu summary")).to_be_hidden()
    expect(page.get_by_role("link", name="Supervisor")).to_be_visible()
    wide = page.locator(".top").bounding_box()

    assert shut is not None
    assert wide is not None
    assert shut["height"] <= 80
    assert wide["height"] <= 80
    assert not unfolded


@pytest.mark.browser
def test_who_reads_a_conversation_sees_who_else_does_and_that_it_went_on(page: Page, server: Server) -> None:
    conversation_id = asked_for_a_person(server)
    page.goto(f"{server.address}/desk/queue/{conversation_id}")
    expect(page.locator("#here")).to_be_empty()

    colleague_looks(server, conversation_id)
    page.clock.fast_forward(10_000)
    expect(page.locator("#here")).to_have_text("Bo Li is looking at this too.")

    page.locator("button", has_text="Take over").click()
    page.goto(f"{server.address}/desk/queue")
    expect(page.locator("#waiting tr", has_text="Bo Li looking")).to_have_count(1)


@pytest.mark.browser
def test_pages_in_states_of_their_own_serve_everybody_at_twice_the_size_and_on_a_phone(
    page: Page, server: Server
) -> None:
    conversation_id = asked_for_a_person(server)
    found = {}
    for path in (f"/desk/queue/{conversation_id}", "/articles?page=2", "/staff/invite/none", "/embed", "/receipt"):
        page.goto(f"{server.address}{path}")
        for width in (320, 640):
            page.set_viewport_size({"width": width, "height": 400})
            faults = [each["id"] for each in Axe().run(page).response["violations"]]
            found[path, width] = [*faults, *(["scrolls sideways"] if page.evaluate(SIDEWAYS) else [])]

    assert {where: each for where, each in found.items() if each} == {}


def later(server: Server, page: Page, minutes: int) -> None:
    """So many minutes pass: in the browser by its clock, on the server by older sessions."""
    with closing(sqlite3.connect(server.folder / "beacon.db", timeout=20)) as database, database:
        database.execute("UPDATE staff_session SET seen = seen - ?", (minutes * 60,))
    page.clock.fast_forward(minutes * 60_000)


@pytest.mark.browser
def test_the_desk_warns_before_the_session_ends_and_goes_on_where_it_was_after_a_new_sign_in(server: Server) -> None:
    with browsing(f"{server.address}/staff/sign-in?to=/desk", forgiven="401") as desk:
        desk.clock.install()
        sign_in(desk)
        desk.wait_for_url("**/desk")
        desk.set_viewport_size({"width": 320, "height": 640})
        desk.locator("#text").fill(POTHOLE)
        desk.locator("#file").wait_for()

        later(server, desk, 26)
        expect(desk.locator("#session")).to_contain_text("You are signed out in 4 minutes")
        found = Axe().run(desk).response["violations"]
        desk.get_by_role("button", name="Stay signed in").click()
        expect(desk.locator("#session")).to_be_hidden()

        later(server, desk, 31)
        expect(desk.locator("#session")).to_contain_text("What you typed is still here")
        desk.keyboard.press("Control+Enter")
        expect(desk.locator("#status")).to_contain_text("Not sent")
        with desk.context.expect_page() as opened:
            desk.get_by_role("link", name="Sign in, in another tab").click()
        sign_in(opened.value)
        opened.value.wait_for_url("**/staff/account")
        desk.bring_to_front()
        desk.evaluate("dispatchEvent(new Event('focus'))")
        expect(desk.locator("#session")).to_be_hidden()
        expect(desk.locator("#text")).to_have_value(POTHOLE)
        desk.keyboard.press("Control+Enter")
        expect(desk.locator("#filed")).to_contain_text(CASE)

    assert found == []


@pytest.mark.browser
def test_a_page_that_only_looks_by_itself_does_not_keep_a_session_alive(server: Server) -> None:
    with browsing(f"{server.address}/staff/sign-in?to=/desk/queue", forgiven="401") as page:
        page.clock.install()
        sign_in(page)
        page.wait_for_url("**/desk/queue")
        for _ in range(4):
            later(server, page, 8)

        expect(page.locator("#session")).to_contain_text("You are signed out")


@pytest.mark.browser
def test_the_residents_page_warns_before_a_conversation_is_forgotten_and_says_that_it_was(server: Server) -> None:
    with browsing(server.address) as page:
        page.clock.install()
        page.reload()
        page.locator("#text").fill("when is trash day?")
        page.locator("#text").press("Enter")
        page.locator("#messages > li.city").nth(1).wait_for()

        page.clock.fast_forward("23:46:00")
        expect(page.locator("#expires")).to_be_visible()
        page.locator("#keep").click()
        expect(page.locator("#expires")).to_be_hidden()

        page.context.clear_cookies()
        page.locator("#text").fill("how do I get a dog license?")
        page.locator("#text").press("Enter")
        expect(page.locator("#status")).to_contain_text("forgot the earlier conversation")
        expect(page.locator("#messages > li.resident")).to_have_count(1)
        expect(page.locator("#messages > li.resident")).to_contain_text("dog license")
