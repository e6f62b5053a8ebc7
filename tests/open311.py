"""What the tests of Open311 share: a city's endpoint in process, and our case system on it."""

from datetime import timedelta

import httpx

from evals.open311_server import KEY, Open311City
from tools.catalogue import load_catalogue
from tools.clock import Clock
from tools.database import Database
from tools.open311_crm import Open311CRM
from tools.open311_filed import FiledRecord
from tools.open311_web import Open311Web

ADDRESS = "http://city.test/open311/v2"


def web_of(city: Open311City, *, form: str = "json", seconds: float = 0.5, key: str = KEY) -> Open311Web:
    transport = httpx.ASGITransport(app=city.app())
    return Open311Web(ADDRESS, form=form, api_key=key, seconds=seconds, clock=city.clock, transport=transport)


def crm_of(
    city: Open311City,
    database: Database,
    clock: Clock,
    *,
    form: str = "json",
    key: str = KEY,
    settle_seconds: float = 0.0,
) -> Open311CRM:
    """Our case system on the city; `prepare` the tables of the database first."""
    web, record = web_of(city, form=form, key=key), FiledRecord(database, ADDRESS)
    return Open311CRM(
        web,
        record,
        load_catalogue(),
        clock,
        settle_seconds=settle_seconds,
        polls=2,
        poll_seconds=0.01,
        fresh=timedelta(hours=6),
    )
