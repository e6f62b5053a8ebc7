"""Free days and bookings of pick-ups in Creatio, where the site has made the two entities for them.

A day has so many places; a booking is a row whose slot (day and place) is unique there, so two cases never share one.
"""

from collections import Counter
from datetime import date

from tools.case import Case, NewCase
from tools.creatio_lookups import quoted
from tools.creatio_names import PickUpNames
from tools.creatio_web import CreatioWeb, Row
from tools.crm import CRMGarbled, CRMRejected
from tools.districts import load_districts
from tools.location import Location

MOST_DAYS = 60


class CreatioPickUps:
    """Reads the days that staff have opened, and takes places of them."""

    def __init__(self, web: CreatioWeb, names: PickUpNames) -> None:
        self._web, self._names = web, names

    async def free_days(
        self, service_id: str, location: Location | None, *, after: date, most: int
    ) -> tuple[date, ...]:
        """The first days after a day on which a place is left. Raises CRMError."""
        own = self._names
        days = await self._days(service_id, location, f"{own.day} gt {quoted(after.isoformat())}")
        where = f"{own.booked_day}/{own.day} gt {quoted(after.isoformat())}"
        booked = await self._web.rows(own.booking_entity, filter=where, select=f"Id,{own.booked_day}Id")
        taken = Counter(str(row.get(f"{own.booked_day}Id")) for row in booked)
        try:
            free = [date.fromisoformat(row[own.day]) for row in days if taken[row["Id"]] < int(row[own.places])]
        except (KeyError, TypeError, ValueError) as error:
            raise CRMGarbled("Creatio gave a day of pick-ups that makes no sense.") from error
        return tuple(free[:most])

    async def book(self, row_id: str, case: NewCase, service_id: str) -> date | None:
        """Take a place on the day of a case, once; the day, or None if no place is left. Raises CRMError."""
        own = self._names
        known = await self._web.rows(own.booking_entity, filter=f"{own.case}/Id eq {row_id}", select="Id", top="1")
        if case.day is None or known:
            return case.day
        for day in await self._days(service_id, case.location, f"{own.day} eq {quoted(case.day.isoformat())}"):
            if await self._take(day, row_id):
                return case.day
        return None

    async def move(self, case: Case, row_id: str, service_id: str, day: date) -> bool:
        """Take a place on another day and give the others back; False if none is left. May be done again. Raises
        CRMError."""
        own = self._names
        asked = {"filter": f"{own.case}/Id eq {row_id}", "select": f"Id,{own.booked_day}Id"}
        held = await self._web.rows(own.booking_entity, **asked)
        days = await self._days(service_id, case.location, f"{own.day} eq {quoted(day.isoformat())}")
        wanted = {each["Id"] for each in days}
        has_it = any(row.get(f"{own.booked_day}Id") in wanted for row in held)
        if not has_it and not (days and await self._take(days[0], row_id)):
            return False
        for row in held:
            if row.get(f"{own.booked_day}Id") not in wanted:
                await self._free(row)
        return True

    async def release(self, row_id: str) -> None:
        """Give the place of a case back, if it has one; its row stays, without a day. Raises CRMError."""
        own = self._names
        for row in await self._web.rows(own.booking_entity, filter=f"{own.case}/Id eq {row_id}", select="Id"):
            await self._free(row)

    async def _free(self, row: Row) -> None:
        own = self._names
        freed = {own.slot: f"released:{row['Id']}", f"{own.booked_day}Id": None}
        await self._web.batch([{"method": "PATCH", "url": f"{own.booking_entity}({row['Id']})", "body": freed}])

    async def _days(self, service_id: str, location: Location | None, when: str) -> list[Row]:
        own = self._names
        area = quoted(load_districts().of(location) or "")
        where = f"{own.service}/Id eq {service_id} and {own.area} eq {area} and {when}"
        return await self._web.rows(own.day_entity, filter=where, orderby=f"{own.day} asc", top=str(MOST_DAYS))

    async def _take(self, day: Row, row_id: str) -> bool:
        own = self._names
        for place in range(int(day[own.places])):
            slot = {own.slot: f"{day['Id']}:{place}", f"{own.booked_day}Id": day["Id"], f"{own.case}Id": row_id}
            try:
                await self._web.create(own.booking_entity, slot)
            except CRMRejected:
                continue  # somebody has this place: the slot is unique there
            return True
        return False
