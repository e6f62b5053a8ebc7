"""The search of our own case system for cases around a point: a box on the index, then the circle."""

from collections.abc import Iterable
from datetime import datetime
from math import cos, radians

from sqlalchemy import Select, select

from tools.case import Case, Status
from tools.crm_tables import cases
from tools.distance import METRES_PER_DEGREE, distance_m
from tools.location import Location


def box(
    service: str, lat: float, long: float, *, radius_m: float, since: datetime, statuses: Iterable[Status]
) -> Select[tuple[object, ...]]:
    """The cases of a service in the square around a point."""
    high = radius_m / METRES_PER_DEGREE
    wide = high / cos(radians(lat))
    return (
        select(cases)
        .where(cases.c.service == service, cases.c.status.in_([each.value for each in statuses]))
        .where(cases.c.lat.between(lat - high, lat + high), cases.c.long.between(long - wide, long + wide))
        .where(cases.c.opened >= since)
    )


def within(found: Iterable[Case], location: Location, radius_m: float) -> tuple[Case, ...]:
    """Those in the circle, nearest first."""
    placed = [(distance_m(location, case.location), case) for case in found if case.location is not None]
    return tuple(case for distance, case in sorted(placed, key=lambda pair: pair[0]) if distance <= radius_m)
