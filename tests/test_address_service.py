"""The city's address service behind the gazetteer: it adds what the gazetteer does not know and makes nothing worse."""

import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from evals.address_server import LOCATOR, AddressServer, Fault, Known
from evals.loopback import on_loopback
from tests.web import resident, web
from tools.address_service import AddressService, ServiceGeocoder
from tools.clock import Clock
from tools.database import Database
from tools.location import Location

STREET = "Bay State Rd"
NEW = Location(value=f"700 {STREET}", number="700", street=STREET)
"""A house that the gazetteer does not know, on a street that it does."""

KNOWN = {
    "700 Bay State": Known(
        address="700 BAY STATE RD", neighborhood="Fenway", postal="02215", long=-71.1066, lat=42.3502
    )
}
THERE = (42.3502, -71.1066)
WRONG = tuple(Fault)


async def placed(reading: Reading, server: AddressServer, mention: Location, fault: str = "") -> Location:
    """Where the two of them put a place, with the service failing so."""
    async with on_loopback(server.app) as address:
        prefix = f"/faults/{fault}" if fault else ""
        seconds = 0.3 if fault == Fault.SLOW else 5.0
        geocoder = ServiceGeocoder(reading.geocoder, AddressService(f"{address}{prefix}{LOCATOR}", seconds))
        await geocoder.prepare(mention)
        return geocoder.find(mention)


async def test_an_address_that_only_the_service_knows_is_found(reading: Reading) -> None:
    alone = reading.geocoder.find(NEW)

    found = await placed(reading, AddressServer(KNOWN), NEW.model_copy(update={"unit": "4"}))

    assert not alone.found
    assert (found.lat, found.long) == THERE
    assert (found.value, found.zip, found.unit) == ("700 Bay State Rd, Fenway", "02215", "4")


@pytest.mark.parametrize("fault", WRONG, ids=lambda fault: fault.value)
async def test_whatever_is_wrong_with_the_service_the_gazetteer_s_word_stands(fault: Fault, reading: Reading) -> None:
    server = AddressServer(KNOWN)

    found = await placed(reading, server, NEW, fault)

    assert found == reading.geocoder.find(NEW)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "mention",
    [
        Location(value="100 Perham St", number="100", street="Perham St"),
        Location(value="12 Washington St", number="12", street="Washington St"),
        Location(value="Boston City Hall", place="Boston City Hall"),
    ],
    ids=["known", "several", "a place"],
)
async def test_what_the_gazetteer_knows_is_never_asked(mention: Location, reading: Reading) -> None:
    server = AddressServer(KNOWN)

    found = await placed(reading, server, mention)

    assert found == reading.geocoder.find(mention)
    assert server.asked == []


async def test_an_address_is_asked_for_once_and_a_service_that_fails_is_left_alone(reading: Reading) -> None:
    server = AddressServer(KNOWN)
    other = NEW.model_copy(update={"number": "702"})
    async with on_loopback(server.app) as address:
        well = ServiceGeocoder(reading.geocoder, AddressService(f"{address}{LOCATOR}", 5.0))
        ill = ServiceGeocoder(reading.geocoder, AddressService(f"{address}/faults/slow{LOCATOR}", 1.0))

        kept = [await well.prepare(NEW), await well.prepare(NEW), await well.prepare(other), await well.prepare(other)]
        began = time.monotonic()
        failed = [await ill.prepare(each) for each in (NEW, other, NEW)]
        took = time.monotonic() - began

    assert kept == [True, True, False, False]
    assert failed == [False, False, False]
    assert len(server.asked) == 3
    assert took < 2


async def test_a_report_at_such_an_address_is_read_back_instead_of_asked_again(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with AsyncExitStack() as running:
        address = await running.enter_async_context(on_loopback(AddressServer(KNOWN).app))
        client, _ = await running.enter_async_context(
            web(reading, sqlite, clock, tmp_path, address_url=f"{address}{LOCATOR}")
        )
        who = await resident(client)

        turn = await who.say("there is a big pothole in the street at 700 Bay State Rd")

    assert turn["asking_for"] != "location"
    assert turn["draft"]["location"]["value"] == "700 Bay State Rd, Fenway"
