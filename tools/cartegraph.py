"""The crews' work in Cartegraph: tasks for a case, what changed since, and their progress as lines of its history."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from tools.cartegraph_web import CartegraphWeb, Record
from tools.case import Case, CaseEvent, Change
from tools.crm import CRMGarbled
from tools.value import Value

TASKS = "cgTasksClass"
FIELDS = (
    "IDField",
    "StatusField",
    "ActivityField",
    "ScheduledStartDateField",
    "RequestNumberField",
    "ExternalKeyField",
    "cgLastModifiedField",
)
OVERLAP = timedelta(minutes=5)
"""So much before the last look is looked at again: the clocks differ, and a change may be written late."""

STATUSES = {"Planned": Change.SCHEDULED, "In Progress": Change.NOTED, "Completed": Change.NOTED}


class Work(Value):
    """One task of a crew. Times are aware UTC; `status` is Cartegraph's own."""

    number: str
    case_id: str
    status: str
    activity: str
    planned: datetime | None
    changed: datetime


class Cartegraph:
    """Reads and opens tasks. There are no webhooks: `changed_since` is asked again and again."""

    def __init__(self, web: CartegraphWeb) -> None:
        self._web = web

    async def of_case(self, case_id: str) -> tuple[Work, ...]:
        """The tasks of a case, the longest unchanged first."""
        return await self._found(f'([RequestNumberField] is equal to "{_quoted(case_id)}")')

    async def changed_since(self, at: datetime) -> tuple[Work, ...]:
        """Tasks that changed since then, and some of shortly before, oldest change first."""
        moment = (at - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return await self._found(f'([cgLastModifiedField] is greater than or equal to "{moment}")')

    async def open(self, case: Case, *, activity: str, key: str) -> Work:
        """A task for a case. The same key always gives the same task: it is looked for before it is made."""
        known = await self._found(f'([ExternalKeyField] is equal to "{_quoted(key)}")')
        if known:
            return known[0]
        wanted = {"ActivityField": activity, "RequestNumberField": case.case_id, "ExternalKeyField": key}
        place = case.location
        shape: dict[str, object] = {}
        if place is not None and place.lat is not None and place.long is not None:
            shape = {"CgShape": {"Center": {"Lat": place.lat, "Lng": place.long}, "ShapeType": 1}}
        made = await self._web.create(TASKS, {**wanted, **shape, "StatusField": "Planned"})
        if dropped := [name for name, value in wanted.items() if made.get(name) != value]:
            raise CRMGarbled(f"Cartegraph dropped {', '.join(dropped)}: the site has no such field.")
        return _work(made)

    async def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """What the crews did for a case, as lines of its history. Raises CRMError."""
        return tuple(_event(work) for work in await self.of_case(case_id))

    async def _found(self, where: str) -> tuple[Work, ...]:
        records = await self._web.records(TASKS, fields=FIELDS, where=where, sort="cgLastModifiedField:asc")
        return tuple(_work(record) for record in records)


def _work(record: Record) -> Work:
    try:
        return Work(
            number=str(record["IDField"]),
            case_id=str(record["RequestNumberField"]),
            status=str(record["StatusField"]),
            activity=str(record.get("ActivityField") or ""),
            planned=_time(record.get("ScheduledStartDateField")),
            changed=_time(record["cgLastModifiedField"]) or datetime.fromtimestamp(0, UTC),
        )
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise CRMGarbled("Cartegraph gave a task that makes no sense.") from error


def _event(work: Work) -> CaseEvent:
    """A status that we do not know is noted with its own word."""
    detail = {"work": work.number, "status": work.status, "activity": work.activity}
    change = STATUSES.get(work.status, Change.NOTED)
    if change is Change.SCHEDULED and work.planned is None:
        change = Change.NOTED
    day: Mapping[str, str] = {"day": work.planned.date().isoformat()} if work.planned else {}
    return CaseEvent(at=work.changed, change=change, detail={**detail, **day})


def _time(value: object) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _quoted(text: str) -> str:
    """A value of a filter stands in double quotes and may hold none."""
    return text.replace('"', "")
