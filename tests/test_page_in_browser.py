"""Both doors in one real browser: a server that dies, other sites, zoom, and every page of staff for assistive
technology."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.running import DESK_KEY, Server, prepared, serving

CASE = re.compile(r"B311-\d{6}-\d")
REPORT = "there is a big pothole in the street at 100 Perham St, West Roxbury"
FORM = '<form method="post" action="{address}/say"><input name="text" value="hello"><button>Win a prize</button></form>'
FRAME = '<iframe id="framed" src="{address}/"></iframe>'
CHECKS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const found = [];
  if (new Set(ids).size !== ids.length) found.push("two of one id");
  for (const what of ["main", "h1"]) if (document.querySelectorAll(what).length !== 1) found.push(`not one ${what}`);
  const { lang, dir } = document.documentElement;
  if (!lang || !dir || !document.title) found.push("lang, dir or title");
  if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways");
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(data_dir, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@contextmanager
def visiting(browser: Browser, address: str, *, forgiven: str = "", **how: object) -> Iterator[Page]:
    """A new visitor at an address; what the browser complains of, a broken policy too, fails unless `forgiven`."""
    complaints: list[str] = []
    context = browser.new_context(**how)  # type: ignore[arg-type] # what the browser takes
    context.on("console", lambda said: complaints.extend([said.text] if said.type in ("error", "warning") else []))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()
    assert [each for each in complaints if not forgiven or not re.search(forgiven, each)] == []


def send(page: Page, text: str) -> None:
    replies = page.locator("#messages > li.city")
    before = replies.count()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    replies.nth(before).wait_for()


def faults(page: Page) -> list[str]:
    """What axe finds, and what it does not look for."""
    found: list[str] = [each["id"] for each in Axe().run(page).response["violations"]]
    return [*found, *page.evaluate(CHECKS)]


@pytest.mark.browser
def test_back_reload_and_a_double_click_file_one_case(browser: Browser, server: Server) -> None:
    with visiting(browser, server.address) as page:
        send(page, "there is a big pothole in the street at 700 Boylston St, Boston")
        page.get_by_role("button", name="Submit").dblclick()
        page.locator("#now .notice").wait_for()
        page.locator("#now .notice a").click()
        page.go_back()
        page.reload()

        assert len(set(CASE.findall(page.locator("body").inner_text()))) == 1
        assert page.locator("#messages > li.resident").count() == 2


@pytest.mark.browser
def test_another_site_can_neither_post_nor_frame(browser: Browser, server: Server, tmp_path: Path) -> None:
    (tmp_path / "form.html").write_text(FORM.format(address=server.address), "utf-8")
    (tmp_path / "frame.html").write_text(FRAME.format(address=server.address), "utf-8")
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as elsewhere:
        Thread(target=elsewhere.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{elsewhere.server_port}"
        with visiting(browser, server.address, forgiven="403|favicon|404|frame-ancestors") as page:
            send(page, "when is trash day?")
            page.goto(f"{address}/form.html")
            page.get_by_role("button").click()
            told = page.get_by_role("alert").inner_text()
            page.goto(f"{address}/frame.html")
            framed = page.frames[1].locator("#messages").count()
            page.goto(server.address)
            heard = page.locator("#messages > li.resident").count()
        elsewhere.shutdown()

    assert "another site" in told
    assert framed == 0
    assert heard == 1


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_state_of_the_residents_page_serves_everybody_at_320_px(
    browser: Browser, server: Server, language: str
) -> None:
    narrow = {"width": 320, "height": 640}
    with visiting(browser, f"{server.address}/?lang={language}", viewport=narrow, forgiven="404") as page:
        found = {"empty": faults(page)}
        send(page, "when does street sweeping run?")
        found["answered"] = faults(page)
        page.locator("#person").evaluate("form => form.requestSubmit()")
        page.locator("#messages > li.city").nth(2).wait_for()
        found["a person"] = faults(page)
        page.goto(f"{server.address}/?note=empty")
        found["a note"] = faults(page)
        page.goto(f"{server.address}/receipt")
        found["receipt"] = faults(page)
        page.goto(f"{server.address}/nothing")
        found["refused"] = faults(page)

    assert {state: each for state, each in found.items() if each} == {}


@pytest.mark.browser
def test_a_photo_that_is_too_large_is_told_on_a_page_without_javascript(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    photo = tmp_path / "large.png"
    photo.write_bytes(b"x" * 12 * 1024 * 1024)

    with visiting(browser, f"{server.address}/?lang=es", java_script_enabled=False, forgiven="413") as page:
        page.locator("#photo").set_input_files(photo)
        page.locator("#say .compose button").click()

        assert "10 MB" in page.get_by_role("alert").inner_text()


@pytest.mark.browser
def test_every_page_of_staff_serves_everybody_at_320_px_and_at_twice_the_size(browser: Browser, server: Server) -> None:
    signed = f"{server.address}/staff/sign-in?to=/staff/account"
    with visiting(browser, signed, forgiven="404") as page:
        page.get_by_text("On this machine").click()
        page.get_by_label("The access key").fill(DESK_KEY)
        page.get_by_role("button", name="Sign in with the key").click()
        page.wait_for_url("**/staff/account")
        found = {}
        for path in STAFF:
            page.set_viewport_size({"width": 320, "height": 640})
            page.goto(f"{server.address}{path}")
            found[path] = faults(page)
            page.set_viewport_size({"width": 640, "height": 360})
            found[f"{path} at 200 %"] = page.evaluate(CHECKS)

    assert {path: each for path, each in found.items() if each} == {}


STAFF = (
    "/desk",
    "/desk/queue",
    "/desk/case",
    "/desk/case?number=B311-000009-9",
    "/desk/sent-back",
    "/desk/waves",
    "/desk/waves?name=pothole",
    "/articles",
    "/articles?state=draft&q=nothing-like-this",
    "/articles/en/911-vs-311",
    "/articles/wordings",
    "/articles/wordings/ar/safety%20texts",
    "/supervisor",
    "/review",
    "/review/live",
    "/review/agreement",
    "/staff/account",
    "/staff/audit",
    "/desk/nothing",
)
"""Every page of staff that opens without a run of evaluations; an address that is not there too."""


@pytest.mark.browser
def test_a_server_that_dies_with_a_message_on_its_way_loses_and_doubles_nothing(
    browser: Browser, server: Server, folder: Path
) -> None:
    """The last one, for it takes the server of the others down."""
    port = server.address.rpartition(":")[2]
    with visiting(browser, server.address, forgiven="Failed to load resource|ERR_") as page:
        send(page, REPORT)
        server.kill()
        page.locator("#text").fill("when is trash day?")
        page.locator("#text").press("Enter")
        page.locator(".unsent").wait_for()
        with serving(folder, "--port", port):
            page.locator("#messages > li.city").nth(2).wait_for()
            page.locator(".unsent").wait_for(state="detached")
            before = page.locator("#messages > li").all_inner_texts()
            page.reload()

            assert page.locator("#messages > li.resident").count() == 2
            assert page.locator("#messages > li").all_inner_texts() == before
