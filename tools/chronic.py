"""Lists the places where the same is reported again and again, from our own tables."""

from datetime import datetime

from sqlalchemy import func, select

from tools.crm_rows import aware
from tools.crm_tables import cases
from tools.database import Database
from tools.repeats import FEWEST, NOT_COUNTED
from tools.value import Value

MOST = 500


class ChronicPlace(Value):
    """A place and what comes back there: `cases` since the first, with all their reports; `still_open` of them."""

    service: str
    place: str
    cases: int
    reports: int
    still_open: int
    last: datetime


async def chronic_places(database: Database, since: datetime, *, fewest: int = FEWEST) -> tuple[ChronicPlace, ...]:
    """The places with so many cases of one service since then, the most reports first. Only places of the map: what a
    resident's words alone name is left out."""
    place = cases.c.location["value"].as_string()
    counted = cases.c.closure_reason.is_(None) | cases.c.closure_reason.not_in(NOT_COUNTED)
    reports = func.sum(cases.c.reports)
    query = (
        select(
            cases.c.service,
            place.label("place"),
            func.count().label("cases"),
            reports.label("reports"),
            func.count().filter(cases.c.status == "open").label("still_open"),
            func.max(cases.c.opened).label("last"),
        )
        .where(cases.c.opened >= since, cases.c.lat.is_not(None), counted)
        .group_by(cases.c.service, place)
        .having(func.count() >= fewest)
        .order_by(reports.desc(), cases.c.service, place)
        .limit(MOST)
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(ChronicPlace.model_validate(dict(row) | {"last": aware(row["last"])}) for row in rows)
