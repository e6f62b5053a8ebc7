"""The review pages in a real browser: by keyboard, without JavaScript, and on a narrow screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.running import DESK_KEY, Server, beacon, prepared, serving

SCENARIO = """\
id: pothole-on-perham
title: A resident reports a pothole
now: 2026-03-10T09:00:00-05:00
resident:
  opening: "deep pothole in front of 100 perham st west roxbury"
expect:
  cases: [{service: pothole}]
"""


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = prepared(data_dir, tmp_path_factory.mktemp("review"))
    scenarios = tmp_path_factory.mktemp("scenarios")
    (scenarios / "one.yaml").write_text(SCENARIO, "utf-8")
    told = beacon("evals", "run", "--scenarios", str(scenarios), folder=folder)
    assert told.returncode == 0, told.stderr
    with serving(folder) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


def opened(browser: Browser, server: Server, **how: object) -> tuple[Page, list[str]]:
    """The newest trial, and what the browser complained of."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        complaints.extend([message.text] if message.type in ("error", "warning") else [])

    page = browser.new_page(**how)  # type: ignore[arg-type] # what the browser takes
    page.on("console", listen)
    page.goto(f"{server.address}/staff/sign-in?to=/review")
    page.get_by_text("On this machine, without an account").click()
    page.get_by_label("The access key").fill(DESK_KEY)
    page.get_by_role("button", name="Sign in with the key").click()
    page.get_by_role("link", name="✓ 1/1").click()
    return page, complaints


@pytest.mark.browser
def test_a_reviewer_judges_a_conversation_with_the_keyboard_alone(browser: Browser, server: Server) -> None:
    page, complaints = opened(browser, server)
    page.locator("html.with-script").wait_for()

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("Saved.").wait_for()
    page.keyboard.press("Shift+T")
    page.keyboard.type("too long")
    page.keyboard.press("Tab")
    page.get_by_text("Saved.").wait_for()
    page.reload()

    turn = page.locator(".turn").nth(1)
    assert (
        turn.get_by_role("group", name="Was what it said right and complete?")
        .get_by_label("OK", exact=True)
        .is_checked()
    )
    assert turn.get_by_label("What is wrong?").nth(3).input_value() == "too long"
    assert complaints == []


@pytest.mark.browser
def test_without_javascript_the_form_keeps_everything_at_once(browser: Browser, server: Server) -> None:
    page, _ = opened(browser, server, java_script_enabled=False)
    first = page.locator(".turn").first

    first.get_by_label("OK", exact=True).nth(2).check()
    first.get_by_label("Not OK").nth(3).check()
    first.get_by_label("What is wrong?").nth(3).fill("not polite")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="✓ 1/1").click()

    assert page.get_by_text("You have judged this.").is_visible()
    assert first.get_by_label("What is wrong?").nth(3).input_value() == "not polite"


@pytest.mark.browser
def test_a_lost_connection_is_told_and_the_answer_stays_on_the_page(browser: Browser, server: Server) -> None:
    page, _ = opened(browser, server)
    page.context.set_offline(True)

    page.locator(".turn").first.get_by_label("OK", exact=True).first.check()
    page.get_by_text("The connection was lost").wait_for()

    assert page.locator(".turn").first.get_by_label("OK", exact=True).first.is_checked()


@pytest.mark.browser
@pytest.mark.parametrize("address", ["/review", "/review/agreement", "/review/live", "trial"])
def test_nothing_scrolls_sideways_on_a_narrow_screen(browser: Browser, server: Server, address: str) -> None:
    page, _ = opened(browser, server, viewport={"width": 320, "height": 640})
    if address != "trial":
        page.goto(server.address + address)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
