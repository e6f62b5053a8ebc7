"""The desk in a real browser: by keys only, undo, two tabs, accessible, and nothing that the browser complains of."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.conftest import NOW
from tests.running import DESK_KEY, Server, opened, prepared, serving
from tests.test_crm import pothole
from tools.case import Case, Status
from tools.clock import system_clock
from tools.database import Database
from tools.local_crm import LocalCRM

POTHOLE = "caller says there is a big pothole in the street at 100 Perham St, West Roxbury"
LIGHT = "street light is out in front of 300 Bunker Hill St in Charlestown"
SEEDED = "101000123456"
PICKUP = "caller needs a fridge picked up at 100 perham st west roxbury, a 3 family house"
CASE = re.compile(r"B311-\d{6}-\d")


@pytest.fixture(scope="module")
def server(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = prepared(data_dir, tmp_path_factory.mktemp("desk"))
    asyncio.run(_with_a_case_sent_back(folder))
    with serving(folder) as running:
        yield running


async def _with_a_case_sent_back(folder: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'beacon.db'}")
    crm = LocalCRM(database, system_clock)
    await crm.prepare()
    new = pothole(words="a deep hole in the road, and the street light beside it is out")
    case = Case(
        case_id=SEEDED,
        service=new.service,
        status=Status.OPEN,
        opened=NOW,
        updated=NOW,
        description=new.description,
        location=new.location,
        route=new.route,
    )
    await crm.seed(case)
    await crm.send_back(SEEDED, reason="This is a DCR parkway", key="b")
    await database.close()


@pytest.fixture
def context(server: Server) -> Iterator[BrowserContext]:
    """A browser that is signed in; whatever it complains of fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        complaints.extend([message.text] if message.type in ("error", "warning") else [])

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        signed_in = browser.new_context()
        signed_in.on("console", listen)
        signed_in.on("weberror", lambda error: complaints.append(str(error.error)))
        first = signed_in.new_page()
        first.goto(f"{server.address}/staff/sign-in?to=/desk")
        first.get_by_text("On this machine").click()
        first.get_by_label("The access key").fill(DESK_KEY)
        first.get_by_role("button", name="Sign in with the key").click()
        first.wait_for_url("**/desk")
        yield signed_in
        browser.close()
    assert complaints == []


@pytest.fixture
def desk(context: BrowserContext) -> Page:
    return context.pages[0]


def drafted(page: Page, words: str, service: str) -> None:
    """Type what a caller says and wait for the draft."""
    page.keyboard.type(words)
    expect(page.locator("#service option:checked")).to_have_text(service, timeout=10_000)


CASES = (f"/desk/case?number={SEEDED}", "/desk/sent-back", f"/desk/sent-back/{SEEDED}", "/desk/waves?name=pothole")


@pytest.mark.browser
def test_a_case_is_filed_and_undone_by_keys_alone(desk: Page) -> None:
    drafted(desk, POTHOLE, "Pothole")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#filed")).to_contain_text(CASE)
    desk.keyboard.press("Alt+Z")

    expect(desk.locator("#undone")).to_contain_text("withdrawn")
    expect(desk.locator("#text")).to_be_focused()
    expect(desk.locator("#text")).to_have_value(POTHOLE)


@pytest.mark.browser
def test_words_and_fields_light_each_other_up(desk: Page) -> None:
    drafted(desk, POTHOLE, "Pothole")

    desk.locator("#location").focus()
    expect(desk.locator("mark[data-supports=location]")).to_have_class("lit")
    desk.locator("mark[data-supports=location]").focus()
    expect(desk.locator("[data-field=location]")).to_have_class(re.compile("lit"))


@pytest.mark.browser
def test_another_service_is_one_key_away_and_kept_while_typing_goes_on(desk: Page) -> None:
    drafted(desk, POTHOLE, "Pothole")
    other = desk.locator("[data-alternative='1']").inner_text().removeprefix("1").strip()

    desk.keyboard.press("Alt+1")
    expect(desk.locator("#service option:checked")).to_have_text(other)
    desk.keyboard.press("Alt+T")
    desk.keyboard.press("End")
    desk.keyboard.type(" please")

    expect(desk.locator(".said")).to_contain_text("please")
    expect(desk.locator("#service option:checked")).to_have_text(other)
    expect(desk.locator("#reason-service")).to_be_visible()


@pytest.mark.browser
def test_two_tabs_keep_two_calls_apart(context: BrowserContext, desk: Page, server: Server) -> None:
    second = context.new_page()
    second.goto(f"{server.address}/desk")
    desk.bring_to_front()
    drafted(desk, POTHOLE, "Pothole")
    second.bring_to_front()
    second.locator("#text").focus()
    second.keyboard.type(LIGHT)
    expect(second.locator("#location")).to_have_value(re.compile("Bunker Hill"), timeout=10_000)

    desk.locator("#file").click()
    second.locator("#file").click()
    expect(desk.locator("#filed")).to_contain_text("Perham St")
    expect(second.locator("#filed, #refused")).to_have_count(1)

    assert "Perham" not in second.locator("#draft").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/desk", "/staff/account", "/staff/audit", "/staff/sign-in", *CASES])
def test_axe_finds_nothing_on_a_page_of_staff(desk: Page, server: Server, path: str) -> None:
    desk.set_viewport_size({"width": 320, "height": 800})
    desk.goto(f"{server.address}{path}")

    found = Axe().run(desk)

    assert found.response["violations"] == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
@pytest.mark.parametrize(
    "words", [POTHOLE, "there is a gas leak and my kitchen is on fire", "how do I get a dog license", PICKUP]
)
def test_axe_finds_nothing_on_a_draft_and_it_fits_a_narrow_screen(desk: Page, words: str) -> None:
    desk.set_viewport_size({"width": 320, "height": 800})
    desk.locator("#text").fill(words)
    desk.locator(".said").wait_for()

    found = Axe().run(desk)

    assert found.response["violations"] == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_somebody_who_asks_for_a_person_appears_in_the_list_by_itself_and_is_announced(
    desk: Page, server: Server
) -> None:
    desk.goto(f"{server.address}/desk/queue")
    before = desk.locator("#waiting tbody tr").count()

    conversation, headers = opened(server.address)
    asked = {"text": "I want to talk to a person", "message_id": "m1"}
    httpx.post(f"{server.address}{conversation}/messages", json=asked, headers=headers, timeout=30)

    expect(desk.locator("#waiting tbody tr")).to_have_count(before + 1, timeout=15_000)
    expect(desk.locator("#queue-status")).to_contain_text("The list changed")
