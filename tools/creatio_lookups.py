"""Ids of what Creatio knows by name: statuses, priorities, teams, and the contacts of residents."""

from datetime import UTC, datetime
from uuid import UUID

from tools.case import Reporter
from tools.creatio_web import CreatioWeb
from tools.crm import CRMRejected


class Lookups:
    """Looks names up, and keeps the ids of what does not change."""

    def __init__(self, web: CreatioWeb) -> None:
        self._web = web
        self._ids: dict[tuple[str, str], str] = {}

    async def id_of(self, lookup: str, name: str) -> str:
        """The id of a lookup's value. Raises CRMRejected for a name that Creatio lacks."""
        if (lookup, name) not in self._ids:
            rows = await self._web.rows(lookup, filter=f"Name eq {quoted(name)}", select="Id,Name", top="1")
            if not rows:
                raise CRMRejected(f"Creatio's {lookup} has no {name!r}.")
            self._ids[lookup, name] = str(rows[0]["Id"])
        return self._ids[lookup, name]

    async def contact(self, who: Reporter | None) -> str | None:
        """The contact with this phone or address, made if there is none."""
        if who is None or not (who.phone or who.email):
            return None
        where = f"MobilePhone eq {quoted(who.phone)}" if who.phone else f"Email eq {quoted(who.email or '')}"
        known = await self._web.rows("Contact", filter=where, select="Id", top="1")
        if known:
            return str(known[0]["Id"])
        given = {"Name": who.name or "Resident", "MobilePhone": who.phone or "", "Email": who.email or ""}
        return str((await self._web.create("Contact", given))["Id"])


def quoted(text: str) -> str:
    """A string of OData: an apostrophe is written twice."""
    return "'" + text.replace("'", "''") + "'"


def moment(at: datetime) -> str:
    """A time of OData: UTC, without quotes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in its one spelling."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
