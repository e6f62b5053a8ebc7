"""A notice for a storm opens the first reply and stands on the page, for whom it concerns, until it ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from assistant.bootstrap import Reading
from assistant.store import Store
from assistant.surge import Surge, SurgeRefused, Surges
from channels.accounts import Role
from tests.carrier import line
from tests.test_staff_access import signed_in
from tests.web import resident
from tools.clock import Clock
from tools.database import Database

SNOW = "Heavy snow: plows are out all night."
NIEVE = "Nevada fuerte: las quitanieves trabajan toda la noche."


@pytest_asyncio.fixture
async def surges(api: httpx.AsyncClient, sqlite: Database, clock: Clock) -> AsyncIterator[Surges]:
    yield Surges(sqlite, clock)


async def said(api: httpx.AsyncClient, *texts: str) -> list[str]:
    who = await resident(api)
    return [(await who.say(text))["replies"][0]["text"] for text in texts]


async def test_a_notice_opens_the_first_reply_once(api: httpx.AsyncClient, surges: Surges) -> None:
    await surges.begin({"en": SNOW}, hours=12, by="s")

    first, second = await said(api, "when does street sweeping run", "and on holidays?")

    assert first.startswith(f"{SNOW}\n\n")
    assert SNOW not in second


async def test_a_notice_speaks_the_resident_s_language(api: httpx.AsyncClient, surges: Surges) -> None:
    await surges.begin({"en": SNOW, "es": NIEVE}, hours=12, by="s")

    (first,) = await said(api, "cuando pasan a barrer la calle?")

    assert first.startswith(NIEVE)


async def test_an_emergency_is_told_without_anything_before_it(api: httpx.AsyncClient, surges: Surges) -> None:
    await surges.begin({"en": SNOW}, hours=12, by="s")

    (first,) = await said(api, "i smell gas in my kitchen")

    assert SNOW not in first


async def test_a_notice_of_an_area_waits_until_the_place_is_known(api: httpx.AsyncClient, surges: Surges) -> None:
    await surges.begin({"en": SNOW}, hours=12, by="s", topic="pothole", area="West Roxbury")

    hello, there = await said(api, "hello", "theres a huge pothole outside 100 perham st west roxbury")
    (elsewhere,) = await said(api, "theres a huge pothole outside 10 hewlett st roslindale")

    assert SNOW not in hello
    assert there.startswith(SNOW)
    assert SNOW not in elsewhere


async def test_a_notice_that_is_over_or_ended_is_not_told(
    api: httpx.AsyncClient, sqlite: Database, clock: Clock
) -> None:
    earlier = Surges(sqlite, lambda: clock() - timedelta(hours=2))
    await earlier.begin({"en": SNOW}, hours=1, by="s")
    ended = await Surges(sqlite, clock).begin({"en": SNOW}, hours=12, by="s")
    await Surges(sqlite, clock).end(ended.surge_id)

    (first,) = await said(api, "when does street sweeping run")

    assert SNOW not in first


async def test_a_notice_stands_on_the_residents_page(api: httpx.AsyncClient, surges: Surges) -> None:
    await surges.begin({"en": SNOW, "es": NIEVE}, hours=12, by="s")

    english, spanish = await api.get("/"), await api.get("/?lang=es")

    assert SNOW in english.text
    assert NIEVE in spanish.text


async def test_a_notice_by_text_leaves_a_read_back_whole(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with line(reading, sqlite, clock, tmp_path) as phones:
        await Surges(sqlite, clock).begin({"en": SNOW}, hours=12, by="s")

        read_back = await phones.say("theres a huge pothole outside 100 perham st west roxbury")
        filed = await phones.say("submit")

    assert SNOW not in read_back[0]
    assert filed[0].startswith(SNOW)


@pytest.mark.parametrize(
    ("texts", "hours", "says"),
    [
        ({"es": NIEVE}, 1.0, "in English"),
        ({"en": "x" * 161}, 1.0, "longer than 160"),
        ({"en": SNOW}, 0.0, "hours"),
        ({"en": SNOW}, 1000.0, "hours"),
    ],
)
async def test_a_notice_that_cannot_be_set_says_why(
    sqlite: Database, clock: Clock, texts: dict[str, str], hours: float, says: str
) -> None:
    await Store(sqlite).prepare()

    with pytest.raises(SurgeRefused, match=says):
        await Surges(sqlite, clock).begin(texts, hours=hours, by="s")


async def test_a_supervisor_sets_and_ends_a_notice_on_the_page(
    api: httpx.AsyncClient, sqlite: Database, surges: Surges
) -> None:
    ours = await signed_in(sqlite, api, Role.SUPERVISOR)
    form = {"text-en": SNOW, "text-es": NIEVE, "hours": "6", "topic": "", "area": ""}

    made = await api.post("/supervisor/notice", data=form, headers=ours)
    page = (await api.get("/supervisor")).text
    (out,) = await surges.active()
    await api.post(f"/supervisor/notice/{out.surge_id}/end", headers=ours)

    assert made.status_code == 303
    assert SNOW in page
    assert "No notice is out." in (await api.get("/supervisor")).text


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"topic": "no-such-thing"}, "There is no service and no article"), ({"hours": "soon"}, "hours")],
)
async def test_what_is_wrong_in_the_form_is_said_and_nothing_written_is_lost(
    api: httpx.AsyncClient, sqlite: Database, surges: Surges, changed: dict[str, str], says: str
) -> None:
    ours = await signed_in(sqlite, api, Role.SUPERVISOR)

    answer = await api.post("/supervisor/notice", data={"text-en": SNOW, "hours": "6", **changed}, headers=ours)

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{SNOW}"' in answer.text
    assert await surges.active() == ()


def test_a_language_without_words_gets_the_english_ones(clock: Clock) -> None:
    surge = Surge(surge_id="s", texts={"en": SNOW}, expires=clock(), by="s", at=clock())

    assert surge.text("vi") == SNOW
