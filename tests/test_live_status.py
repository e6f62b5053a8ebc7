"""Today's status is told only as a live source says it now; whatever is wrong with the source, nothing is made up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from evals.city_server import AREA, STATUS, CityServer, Fault
from evals.loopback import on_loopback
from tools.city_day import load_city_day
from tools.clock import Clock
from tools.collection import AddressUnknown, AddressWrong, Kind, TrashDayService
from tools.live import (
    LiveGarbled,
    LiveNotSet,
    LiveRefused,
    LiveStale,
    LiveTimedOut,
    LiveUnavailable,
    Matter,
    NoLiveStatus,
    Notice,
    Seen,
)
from tools.memory_live import MemoryLive
from tools.status_items import StatusItems

TODAY = date(2026, 3, 10)
WRONG = {
    Fault.TIMEOUT: LiveTimedOut,
    Fault.SLOW_DRIP: LiveTimedOut,
    Fault.ERROR_500: LiveRefused,
    Fault.NOT_FOUND: LiveRefused,
    Fault.REDIRECT: LiveRefused,
    Fault.CUT: LiveRefused,
    Fault.HTML: LiveGarbled,
    Fault.GARBAGE: LiveGarbled,
    Fault.WRONG_SHAPE: LiveGarbled,
    Fault.BROKEN_ITEMS: LiveGarbled,
    Fault.TOO_LARGE: LiveGarbled,
    Fault.OLD_COPY: LiveStale,
}


@asynccontextmanager
async def status(
    clock: Clock, path: str = STATUS, *, snow: bool = False, held_seconds: float = 300, failed_seconds: float = 30
) -> AsyncIterator[tuple[StatusItems, CityServer]]:
    server = CityServer(clock, snow=snow)
    async with on_loopback(server.app) as address:
        source = StatusItems(
            address + path,
            load_city_day(),
            clock,
            seconds=0.6,
            held_seconds=held_seconds,
            failed_seconds=failed_seconds,
        )
        yield source, server


async def test_a_notice_of_today_is_told_in_the_citys_words_of_each_language(clock: Clock) -> None:
    async with status(clock, snow=True) as (source, _):
        notice = (await source.seen()).today(Matter.SNOW_EMERGENCY, TODAY)

    assert notice.alert
    assert "snow emergency is in effect" in notice.words["en"]
    assert "emergencia de nieve" in notice.words["es"]


async def test_marks_and_strange_links_are_left_out_of_a_notice(clock: Clock) -> None:
    async with status(clock) as (source, _):
        seen = await source.seen()

    assert seen.today(Matter.COLLECTION, TODAY).words["en"] == "Trash and recycling are picked up on a normal schedule."
    assert "boston.gov/city-hall" in seen.today(Matter.BUILDINGS, TODAY).words["en"]
    assert "evil" not in seen.today(Matter.BUILDINGS, TODAY).words["en"]
    assert "d8-dev2" not in seen.today(Matter.SWEEPING, TODAY).words["en"]


async def test_a_matter_the_city_says_nothing_of_is_never_told_to_be_as_usual(clock: Clock) -> None:
    async with status(clock, snow=False) as (source, _):
        seen = await source.seen()

    with pytest.raises(LiveStale):
        seen.today(Matter.SNOW_EMERGENCY, TODAY)


async def test_yesterdays_status_is_not_shown_as_todays(clock: Clock) -> None:
    async with status(clock, f"/faults/{Fault.YESTERDAY}{STATUS}", snow=True) as (source, _):
        seen = await source.seen()

    with pytest.raises(LiveStale):
        seen.today(Matter.SNOW_EMERGENCY, TODAY)


@pytest.mark.parametrize("fault", WRONG, ids=lambda fault: fault.value)
async def test_every_fault_is_a_typed_failure_within_the_time(fault: Fault, clock: Clock) -> None:
    async with status(clock, f"/faults/{fault}{STATUS}") as (source, _):
        began = asyncio.get_running_loop().time()
        with pytest.raises(WRONG[fault]):
            await source.seen()
        took = asyncio.get_running_loop().time() - began

    assert took < 2.0


async def test_a_source_that_is_not_there_is_a_typed_failure(clock: Clock) -> None:
    source = StatusItems("http://127.0.0.1:1/api/v1/status_items", load_city_day(), clock, seconds=0.6)

    with pytest.raises(LiveRefused):
        await source.seen()


async def test_without_a_source_nothing_can_be_seen() -> None:
    with pytest.raises(LiveNotSet):
        await NoLiveStatus().seen()


async def test_many_who_ask_at_once_share_one_fetch(clock: Clock) -> None:
    async with status(clock) as (source, server):
        await asyncio.gather(*(source.seen() for _ in range(20)))

    assert server.asked["status"] == 1


async def test_what_is_held_too_long_is_fetched_again(clock: Clock) -> None:
    async with status(clock, held_seconds=0) as (source, server):
        await source.seen()
        await source.seen()

    assert server.asked["status"] == 2


async def test_after_a_failure_the_source_is_left_alone_for_a_moment(clock: Clock) -> None:
    async with status(clock, f"/faults/{Fault.ERROR_500}{STATUS}") as (source, server):
        for _ in range(3):
            with pytest.raises(LiveRefused):
                await source.seen()

    assert server.asked["status"] == 1


async def test_the_source_is_asked_again_once_the_moment_is_over(clock: Clock) -> None:
    async with status(clock, f"/faults/{Fault.ERROR_500}{STATUS}", failed_seconds=0) as (source, server):
        for _ in range(2):
            with pytest.raises(LiveRefused):
                await source.seen()

    assert server.asked["status"] == 2


async def test_the_day_of_a_notice_is_bostons_not_greenwichs() -> None:
    late = Notice(
        matter=Matter.METERS, words={"en": "Meters are free."}, updated=datetime(2026, 3, 11, 3, 0, tzinfo=UTC)
    )
    seen = Seen(at=datetime(2026, 3, 11, 3, 5, tzinfo=UTC), notices=(late,))

    assert seen.today(Matter.METERS, TODAY) == late


async def test_the_fake_keeps_the_ports_promises(clock: Clock) -> None:
    working, failing = MemoryLive(clock), MemoryLive(clock, fails=LiveTimedOut("It did not answer."))

    assert (await working.seen()).at == clock()
    with pytest.raises(LiveUnavailable):
        await failing.seen()


@asynccontextmanager
async def collection(clock: Clock, path: str = AREA) -> AsyncIterator[TrashDayService]:
    async with on_loopback(CityServer(clock).app) as address:
        yield TrashDayService(address + path, clock, seconds=0.6)


async def test_collection_days_are_told_by_address(clock: Clock) -> None:
    async with collection(clock) as service:
        found = await service.days("44", "Moraine St", first=TODAY, last=TODAY + timedelta(days=14))

    assert [each.day for each in found.days] == [date(2026, 3, 11), date(2026, 3, 18)]
    assert found.days[0].kinds == (Kind.TRASH, Kind.RECYCLING, Kind.YARD_WASTE)


async def test_an_address_the_service_does_not_know_is_said_so(clock: Clock) -> None:
    async with collection(clock) as service:
        with pytest.raises(AddressUnknown):
            await service.days("44", "Nowhere St", first=TODAY, last=TODAY)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.HTML, Fault.ERROR_500], ids=lambda fault: fault.value)
async def test_a_failing_collection_service_is_a_typed_failure(fault: Fault, clock: Clock) -> None:
    async with collection(clock, f"/faults/{fault}{AREA}") as service:
        with pytest.raises(LiveUnavailable):
            await service.days("44", "Moraine St", first=TODAY, last=TODAY)


def test_an_address_of_the_service_without_area_is_refused(clock: Clock) -> None:
    with pytest.raises(AddressWrong):
        TrashDayService("https://collection.example.com/api", clock)
