"""A real browser for the tests of pages: whatever a page complains of, a policy broken too, fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, sync_playwright


@contextmanager
def browsing(address: str, *, forgiven: str = "", **context: Any) -> Iterator[Page]:
    """A new browser at an address. Complaints that contain `forgiven` are let pass."""
    complaints: list[str] = []

    def complain(text: str) -> None:
        complaints.extend([] if forgiven and forgiven in text else [text])

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complain(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        opened = browser.new_context(**context).new_page()
        opened.on("console", listen)
        opened.on("pageerror", lambda error: complain(str(error)))
        opened.on("dialog", lambda dialog: complain(f"dialog: {dialog.message}"))
        opened.goto(address)
        yield opened
        browser.close()
    assert complaints == []
