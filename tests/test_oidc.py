"""Signing in by an identity provider that speaks the real protocol over real HTTP: who comes in, and every fault."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from assistant.bootstrap import Reading
from channels.accounts import Role
from evals.loopback import on_loopback
from tests.oidc import Fault, IdentityProvider
from tests.signing_in import Way, way_to

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Way]:
    provider = IdentityProvider()
    async with on_loopback(provider.app) as address:
        provider.issuer = address
        async with way_to(provider, reading, tmp_path_factory.mktemp("oidc")) as made:
            yield made


@pytest.fixture
def way(whole: Way) -> Way:
    """With a new person and a new browser."""
    whole.client.cookies.clear()
    whole.email = whole.provider.welcome()
    return whole


async def test_who_has_a_role_there_comes_in_with_it_and_is_on_record(way: Way) -> None:
    opened = await way.sign_in("/desk/queue")

    assert opened.headers["location"] == "/desk/queue"
    assert "Ana Silva, call-taker" in await way.account()
    assert await way.logged() == ["staff_added", "account_linked", "signed_in"]
    assert [each.linked for each in await way.accounts.people() if each.login == way.email] == [True]
    assert set(way.provider.asked[-1]) >= {"state", "nonce", "code_challenge"}


async def test_the_sign_in_page_offers_it_beside_the_accounts_here(way: Way) -> None:
    page = (await way.client.get("/staff/sign-in", params={"to": "/desk"})).text

    assert "Sign in with City account" in page
    assert 'href="/staff/oidc?to=/desk"' in page
    assert 'name="password"' in page


async def test_a_session_of_the_provider_ends_as_any_other(way: Way) -> None:
    await way.sign_in()
    await way.accounts.disable(way.email)

    page = await way.client.get("/desk")

    assert page.headers["location"] == "/staff/sign-in?to=/desk"


async def test_a_person_is_known_by_subject_whatever_their_address_becomes(way: Way) -> None:
    await way.sign_in()
    way.provider.person |= {"email": f"new.{way.email}", "groups": ["311-leads"]}
    await way.sign_in()

    assert await way.role() is Role.SUPERVISOR
    assert await way.accounts.person(f"new.{way.email}") is None
    assert "role_changed" in await way.logged()


async def test_an_account_here_becomes_that_of_its_confirmed_address(way: Way) -> None:
    await way.accounts.add(way.email, name="Ana of here", role=Role.CALL_TAKER)

    await way.sign_in()

    assert "Ana of here, call-taker" in await way.account()
    assert await way.logged() == ["account_linked", "signed_in"]


async def test_an_address_given_to_somebody_else_does_not_open_the_first_ones_account(way: Way) -> None:
    await way.sign_in()
    way.client.cookies.delete("beacon_staff")
    way.provider.person["sub"] = "another"

    refused = await way.sign_in()

    assert refused.status_code == 403
    assert "belongs to another sign-in" in refused.text
    assert "beacon_staff" not in way.client.cookies


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "no role": ({"groups": ["parks"]}, "You have no role in Beacon 311 yet"),
    "no groups at all": ({"groups": None}, "You have no role in Beacon 311 yet"),
    "address not confirmed": ({"email_verified": False}, "Your e-mail address is not confirmed"),
    "address of nobody knows": ({"email": ""}, "Your e-mail address is not confirmed"),
    "silent about the address": ({"email_verified": None}, "Your e-mail address is not confirmed"),
}


@pytest.mark.parametrize(("changed", "says"), REFUSED.values(), ids=REFUSED)
async def test_who_may_not_come_in_reads_why(way: Way, changed: dict[str, object], says: str) -> None:
    way.provider.person |= changed

    refused = await way.sign_in()

    assert refused.status_code == 403
    assert says in unescape(refused.text)
    assert "beacon_staff" not in way.client.cookies
    assert await way.logged() == ["sign_in_refused"]
    assert await way.role() is None


async def test_who_is_disabled_reads_it_and_stays_out(way: Way) -> None:
    await way.sign_in()
    await way.accounts.disable(way.email)

    refused = await way.sign_in()

    assert refused.status_code == 403
    assert "Your account here is disabled" in refused.text


async def test_roles_may_stand_in_another_claim_as_one_word_and_the_secret_go_in_the_form(
    way: Way, reading: Reading, tmp_path: Path
) -> None:
    way.provider.person |= {"roles": "311-leads"}
    way.provider.by_post = True

    async with way_to(way.provider, reading, tmp_path, oidc_role_claim="roles") as other:
        await other.sign_in()
        page = await other.account()

    assert "Ana Silva, supervisor" in page


ON_THE_WAY_BACK = {
    Fault.DENIED: (403, "was not finished at City account"),
    Fault.BUSY: (503, "does not answer just now"),
    Fault.STATE_CHANGED: (400, "took too long, or was begun in another window"),
    Fault.MIXED_UP: (400, "could not be trusted"),
    Fault.NO_CODE: (400, "took too long"),
    Fault.CODE_EXPIRED: (400, "took too long"),
    Fault.SECRET_REFUSED: (502, "does not know this server"),
    Fault.TOKENS_DOWN: (503, "does not answer just now"),
    Fault.TOKENS_NOT_JSON: (502, "does not know this server"),
    Fault.CLOCK_SLOW: (502, "clocks"),
    Fault.CLOCK_FAST: (502, "clocks"),
}
UNTRUSTED = [
    Fault.NO_ID_TOKEN,
    Fault.NOT_A_TOKEN,
    Fault.WRONG_AUDIENCE,
    Fault.OTHER_PARTY,
    Fault.WRONG_ISSUER,
    Fault.BAD_SIGNATURE,
    Fault.UNKNOWN_KEY,
    Fault.UNSIGNED,
    Fault.SIGNED_WITH_OUR_SECRET,
    Fault.WRONG_NONCE,
    Fault.NO_NONCE,
    Fault.WRONG_ACCESS_TOKEN,
    Fault.NO_SUBJECT,
]


async def test_while_the_provider_is_away_the_page_says_so_and_other_ways_in_still_work(
    way: Way, reading: Reading, tmp_path: Path
) -> None:
    way.provider.fault = Fault.DOWN

    async with way_to(way.provider, reading, tmp_path) as other:
        page = await other.client.get("/staff/oidc?to=/desk/queue")
        by_key = await other.client.post("/staff/key", data={"key": "desk-key", "to": "/desk/queue"})

    assert page.status_code == 503
    assert "City account does not answer just now" in page.text
    assert 'name="to" value="/desk/queue"' in page.text
    assert by_key.headers["location"] == "/desk/queue"


@pytest.mark.parametrize(
    ("fault", "told"), [*ON_THE_WAY_BACK.items(), *((each, (502, "could not be trusted")) for each in UNTRUSTED)]
)
async def test_an_answer_that_is_not_right_signs_nobody_in_and_says_so(
    way: Way, fault: Fault, told: tuple[int, str]
) -> None:
    way.provider.fault = fault

    page = await way.sign_in()

    assert page.status_code == told[0]
    assert told[1] in page.text
    assert "Traceback" not in page.text
    assert "beacon_staff" not in way.client.cookies
    assert await way.logged() == []


async def test_an_answer_counts_once_and_in_the_browser_that_began_it(way: Way) -> None:
    first = await way.back()
    seed = way.client.cookies["beacon_sign_in"]
    way.client.cookies.delete("beacon_sign_in")
    elsewhere = await way.client.get(first)
    way.client.cookies.set("beacon_sign_in", seed)
    mine = await way.client.get(first)
    again = await way.client.get(first)

    assert (elsewhere.status_code, mine.status_code, again.status_code) == (400, 303, 400)


async def test_the_providers_new_keys_are_fetched_when_they_are_needed(way: Way) -> None:
    await way.sign_in()
    way.provider.key_number += 1

    assert (await way.sign_in()).status_code == 303


async def test_an_address_is_asked_for_where_the_token_has_none(way: Way) -> None:
    way.provider.email_by_userinfo = True

    await way.sign_in()

    assert "Ana Silva, call-taker" in await way.account()


async def test_two_first_sign_ins_at_once_make_one_account(way: Way) -> None:
    async with way.another() as first, way.another() as second:
        browsers = [replace(way, client=each) for each in (first, second)]
        back = [await each.back() for each in browsers]
        answers = await asyncio.gather(*(each.client.get(to) for each, to in zip(browsers, back, strict=True)))

    assert [each.status_code for each in answers] == [303, 303]
    assert (await way.logged()).count("staff_added") == 1


async def test_the_sign_in_never_leads_to_another_site(way: Way) -> None:
    opened = await way.sign_in("//evil.example")

    assert opened.headers["location"] == "/desk"


@pytest.mark.browser
async def test_in_a_browser_somebody_signs_in_there_and_works_here(way: Way) -> None:
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
        await page.goto(f"{way.client.base_url}/desk/queue")
        await page.get_by_role("link", name="Sign in with City account").click()
        await page.get_by_role("button", name="Continue as Ana Silva").click()
        await expect(page).to_have_url(re.compile("/desk/queue$"))
        await page.get_by_role("button", name="Sign out").click()
        await page.goto(f"{way.client.base_url}/desk")
        await expect(page).to_have_url(re.compile("/staff/sign-in"))
        await browser.close()

    assert await way.logged() == ["staff_added", "account_linked", "signed_in"]
    assert complaints == []
