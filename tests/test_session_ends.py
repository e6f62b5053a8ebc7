"""What becomes of a page whose session ends, in a real browser: it warns, and nothing typed is lost."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing import browsing
from tests.running import DESK_KEY, Server, prepared, serving

POTHOLE = "caller says there is a big pothole in the street at 100 Perham St, West Roxbury"
CASE = re.compile(r"B311-\d{6}-\d")


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(data_dir, tmp_path_factory.mktemp("ends"))) as running:
        yield running


def sign_in(page: Page) -> None:
    page.get_by_text("On this machine").click()
    page.get_by_label("The access key").fill(DESK_KEY)
    page.get_by_role("button", name="Sign in with the key").click()


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
