"""Reads cases out of the City's Creatio: by number, by key, by a filter, and whole with their history."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from math import cos, radians

from tools.case import Case
from tools.creatio_lookups import is_uuid, moment, quoted
from tools.creatio_names import CreatioNames
from tools.creatio_rows import as_case, as_event, expand
from tools.creatio_web import CreatioWeb, Row
from tools.crm import CaseNotFound, CRMError, CRMGarbled
from tools.distance import METRES_PER_DEGREE
from tools.location import Location
from tools.work_progress import WorkProgress

SKEW = timedelta(minutes=5)
"""Creatio's clock and ours may differ by so much: searches by time reach that much further."""

MOST_NEAR = 500


class CreatioReading:
    """Reads rows and cases. `ours` are our service codes by Creatio's, `work` is who knows of the crews."""

    def __init__(
        self, web: CreatioWeb, names: CreatioNames, ours: Mapping[str, str], *, work: WorkProgress | None = None
    ) -> None:
        self._web = web
        self._names = names
        self._ours = ours
        self._work = work

    async def by_key(self, key: str) -> str | None:
        """The id of the case that a key gave."""
        where = f"{self._names.columns.key} eq {quoted(key)}"
        found = await self._web.rows("Case", filter=where, select="Id", orderby="RegisteredOn asc", top="1")
        return str(found[0]["Id"]) if found else None

    async def row(self, case_id: str) -> Row:
        """The row of a case by its number, its legacy number or its UUID. Raises CaseNotFound."""
        number = quoted(case_id)
        named = f"Number eq {number} or {self._names.columns.legacy_number} eq {number}"
        where = f"Id eq {case_id.lower()}" if is_uuid(case_id) else named
        rows = await self._web.rows("Case", filter=where, expand=expand(self._names), top="1")
        if not rows:
            raise CaseNotFound(case_id)
        return rows[0]

    async def whole(self, row_id: str) -> Case:
        """The case with its history and how many reports stand under it, in one call."""
        told = self._names.event
        case, events, children = await self._web.batch(
            [
                _asks("Case", filter=f"Id eq {row_id}", expand=expand(self._names), top="1"),
                _asks(told.entity, filter=f"{told.case}/Id eq {row_id}", orderby="CreatedOn asc", top="1000"),
                _asks("Case", filter=f"ParentCase/Id eq {row_id}", select="Id", count="true", top="1"),
            ]
        )
        try:
            row, history = case["value"][0], tuple(as_event(each, self._names) for each in events["value"])
            reports = 1 + int(children["@odata.count"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise CRMGarbled("Creatio gave a case that makes no sense.") from error
        whole = as_case(row, self._names, self._ours, reports=reports)
        with suppress(CRMError):  # a case is told without its crews' progress rather than not at all
            history += await self._work.events(whole.case_id) if self._work else ()
        return whole.model_copy(update={"history": tuple(sorted(history, key=lambda event: event.at))})

    async def cases(self, where: str) -> list[Case]:
        """The cases that a filter finds, without histories."""
        rows = await self._web.rows("Case", filter=where, expand=expand(self._names), top=str(MOST_NEAR))
        return [self.as_case(row) for row in rows]

    def as_case(self, row: Row) -> Case:
        """The case that a row holds, without its history."""
        return as_case(row, self._names, self._ours)

    def box(self, service_id: str, location: Location, *, radius_m: float, since: datetime) -> list[str]:
        """The filters for cases of a service around a point, a little wider than the circle."""
        lat, long = location.lat or 0.0, location.long or 0.0
        high = radius_m / METRES_PER_DEGREE
        wide, own = high / cos(radians(lat)), self._names.columns
        return [
            f"{own.service}/Id eq {service_id}",
            f"{own.latitude} ge {lat - high:.7f}",
            f"{own.latitude} le {lat + high:.7f}",
            f"{own.longitude} ge {long - wide:.7f}",
            f"{own.longitude} le {long + wide:.7f}",
            f"RegisteredOn ge {moment(since - SKEW)}",
        ]


def _asks(entity: str, **options: str) -> Row:
    told = "&".join(f"${name}={value}" for name, value in options.items())
    return {"method": "GET", "url": f"{entity}?{told}"}
