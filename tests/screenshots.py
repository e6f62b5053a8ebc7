"""Takes a picture of every page at three widths, for people to look at; none is kept in the repository."""

import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from assistant.bootstrap import build_reading
from assistant.settings import Settings
from tests.running import DESK_KEY, opened, prepared, serving

WIDTHS = (320, 768, 1280)
REPORT = "there is a big pothole in the street at 100 Perham St, West Roxbury"
STAFF = {
    "desk": "/desk",
    "queue": "/desk/queue",
    "case": "/desk/case",
    "sent-back": "/desk/sent-back",
    "waves": "/desk/waves",
    "articles": "/articles",
    "article": "/articles/en/911-vs-311",
    "wordings": "/articles/wordings",
    "wording": "/articles/wordings/ar/safety%20texts",
    "supervisor": "/supervisor",
    "review": "/review",
    "account": "/staff/account",
    "audit": "/staff/audit",
    "refused": "/desk/nothing",
}


def take(built: Path, to: Path) -> int:
    """Write the pictures into a folder; how many there are."""
    to.mkdir(parents=True, exist_ok=True)
    build_reading(Settings(data_dir=built))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        own = prepared(built, Path(folder))
        with serving(own) as server:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for language in ("en", "ar"):
                _resident(browser.new_page(), server.address, language, to)
            _staff(browser.new_page(), server.address, to)
            browser.close()
    return len(list(to.glob("*.png")))


def _resident(page: Page, address: str, language: str, to: Path) -> None:
    page.goto(f"{address}/?lang={language}")
    _shot(page, to, f"chat-{language}-empty")
    for state, words in {"answered": "when does street sweeping run?", "asked": REPORT, "filed": "1"}.items():
        replies = page.locator("#messages > li.city")
        before = replies.count()
        page.locator("#text").fill(words)
        page.locator("#text").press("Enter")
        replies.nth(before).wait_for()
        _shot(page, to, f"chat-{language}-{state}")
    page.goto(f"{address}/receipt")
    _shot(page, to, f"receipt-{language}")


def _staff(page: Page, address: str, to: Path) -> None:
    page.goto(f"{address}/staff/sign-in?to=/desk")
    _shot(page, to, "sign-in")
    page.get_by_text("On this machine").click()
    page.get_by_label("The access key").fill(DESK_KEY)
    page.get_by_role("button", name="Sign in with the key").click()
    page.wait_for_url("**/desk")
    page.locator("#text").fill(REPORT)
    page.locator(".said").wait_for()
    _shot(page, to, "desk-draft")
    conversation, headers = opened(address)
    wish = {"text": "I want to talk to a person about 12 Beacon St", "message_id": "m1"}
    httpx.post(f"{address}{conversation}/messages", json=wish, headers=headers, timeout=60)
    for name, path in (STAFF | {"queue-one": f"/desk/queue/{conversation.rpartition('/')[2]}"}).items():
        page.goto(f"{address}{path}")
        _shot(page, to, name)
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.locator(".menu summary").click()
    page.screenshot(path=to / f"menu-{WIDTHS[0]}.png")


def _shot(page: Page, to: Path, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=to / f"{name}-{width}.png", full_page=width != WIDTHS[0])


if __name__ == "__main__":
    count = take(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"{count} pictures are in {sys.argv[2]}.\n")
