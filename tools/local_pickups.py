"""Free days and bookings of our own case system: so many places a day in each Public Works district."""

from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from tools.case import Case, Change, NewCase
from tools.clock import city_time
from tools.crm import CRMRejected
from tools.crm_rows import add_event
from tools.districts import load_districts
from tools.location import Location
from tools.pickup_tables import pickups
from tools.pickups import PickUpRules, load_pickups, moved


async def free_days(
    connection: AsyncConnection, service: str, location: Location | None, *, today: date, most: int
) -> tuple[date, ...]:
    """The first days on which a place is left."""
    rules = load_pickups().get(service)
    if rules is None:
        return ()
    days = rules.days(today)
    full = await _full(connection, service, _area(location), days, rules)
    return tuple(day for day in days if day not in full)[:most]


async def _full(
    connection: AsyncConnection, service: str, area: str, days: tuple[date, ...], rules: PickUpRules
) -> frozenset[date]:
    query = (
        select(pickups.c.day)
        .where(pickups.c.service == service, pickups.c.area == area, pickups.c.day.in_(days))
        .group_by(pickups.c.day)
        .having(func.count() >= rules.places)
    )
    return frozenset((await connection.execute(query)).scalars())


async def book(connection: AsyncConnection, case_id: str, case: NewCase, now: datetime) -> None:
    """Take the first place that is left on the day of a new case, and write it into the history; nothing if none is
    left. Of two at once each gets a place of its own: the second waits for the row of the first."""
    if case.day is not None and await _take(connection, case_id, case.service, case.location, case.day, now):
        await add_event(connection, case_id, Change.SCHEDULED, {"day": case.day.isoformat()}, now)


async def move(connection: AsyncConnection, case: Case, day: date, now: datetime) -> None:
    """Take a place on another day, give the old one back and write both days into the history. Raises CRMRejected, with
    which the transaction must end: then the old place is kept."""
    await release(connection, case.case_id)
    if not await _take(connection, case.case_id, case.service, case.location, day, now):
        raise CRMRejected(f"The day {day} cannot be booked for {case.case_id!r}.")
    await add_event(connection, case.case_id, Change.SCHEDULED, moved(case, day), now)


async def _take(
    connection: AsyncConnection, case_id: str, service: str, location: Location | None, day: date, now: datetime
) -> bool:
    rules = load_pickups().get(service)
    if rules is None or day not in rules.days(city_time(now).date()):
        return False
    area = _area(location)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    on_day = (pickups.c.service == service) & (pickups.c.area == area) & (pickups.c.day == day)
    taken = set((await connection.execute(select(pickups.c.place).where(on_day))).scalars())
    for place in (each for each in range(rules.places) if each not in taken):
        row = {"service": service, "area": area, "day": day, "place": place, "case_id": case_id}
        claim = dialect.insert(pickups).values(row).on_conflict_do_nothing().returning(pickups.c.place)
        if (await connection.execute(claim)).scalar_one_or_none() is not None:
            return True
    return False


async def release(connection: AsyncConnection, case_id: str) -> None:
    """Give the place of a case that has ended back."""
    await connection.execute(delete(pickups).where(pickups.c.case_id == case_id))


def _area(location: Location | None) -> str:
    return load_districts().of(location) or ""
