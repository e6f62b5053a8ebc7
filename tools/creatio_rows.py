"""Rows of Creatio to cases and back, by the names of the site."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from tools.case import Case, CaseEvent, Change, NewCase, Status
from tools.creatio_names import CreatioNames
from tools.creatio_web import Row
from tools.crm import CRMGarbled
from tools.draft import FieldValue
from tools.location import Location
from tools.route import Route

_ANSWERS: TypeAdapter[dict[str, FieldValue]] = TypeAdapter(dict[str, FieldValue])
_DETAIL: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


def expand(names: CreatioNames) -> str:
    """The lookups whose names we read with a case."""
    lookups = ("Group", "ClosureCode", names.columns.service, "ParentCase")
    told = ",".join(f"{lookup}($select={'Id,Number' if lookup == 'ParentCase' else 'Id,Name'})" for lookup in lookups)
    return f"Status($select=Id,Name,IsFinal),{told}"


def new_row(case: NewCase, names: CreatioNames) -> dict[str, object]:
    """The columns of a new case that need no look-up. The deadline is Creatio's to compute."""
    own = names.columns
    route = case.route.model_dump(mode="json", exclude={"team", "department", "due"})
    return {
        "Subject": case.service.replace("_", " "),
        "Symptoms": case.description,
        own.answers: json.dumps(case.model_dump(mode="json")["attributes"]),
        own.route: json.dumps(route),
        own.department: case.route.department,
        own.language: case.language,
        **place_columns(case.location, names),
    }


def place_columns(location: Location | None, names: CreatioNames) -> dict[str, object]:
    """A place as columns: whole as JSON, and its point for searching."""
    own = names.columns
    if location is None:
        return {own.place: "", own.latitude: None, own.longitude: None}
    return {own.place: location.model_dump_json(), own.latitude: location.lat, own.longitude: location.long}


def as_case(row: Row, names: CreatioNames, services: Mapping[str, str], *, reports: int = 1) -> Case:
    """The case that a row holds; `services` are our codes by Creatio's. Raises CRMGarbled."""
    own = names.columns
    try:
        status = _status(row, names)
        service = _looked_up(row, own.service)
        closed = _time(row.get("ClosureDate"))
        return Case(
            case_id=row["Number"],
            service=services.get(str(service.get("Id")), str(service.get("Name") or "unknown")),
            status=status,
            closure_reason=None if status is Status.OPEN else _closure(row),
            opened=_needed(row.get("RegisteredOn")),
            updated=_needed(row.get("ModifiedOn")),
            closed=None if status is Status.OPEN else closed,
            description=row.get("Symptoms") or "",
            language=row.get(own.language) or "en",
            location=Location.model_validate_json(row[own.place]) if row.get(own.place) else None,
            attributes=_ANSWERS.validate_json(row.get(own.answers) or "{}"),
            route=_route(row, names),
            reports=reports,
            returned=_needed(row.get("ModifiedOn")) if _is_returned(row, names) else None,
        )
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise CRMGarbled("Creatio gave a case that makes no sense.") from error


def as_event(row: Row, names: CreatioNames) -> CaseEvent:
    """One line of a history. Raises CRMGarbled."""
    try:
        detail = _DETAIL.validate_json(row.get(names.event.detail) or "{}")
        return CaseEvent(at=_needed(row["CreatedOn"]), change=Change(row[names.event.change]), detail=detail)
    except (KeyError, ValueError, ValidationError) as error:
        raise CRMGarbled("Creatio gave a line of history that makes no sense.") from error


def _status(row: Row, names: CreatioNames) -> Status:
    """By the status' name; one that we do not know is open until Creatio calls it final."""
    told = _looked_up(row, "Status")
    status = names.statuses.get(str(told.get("Name"))) or (Status.CLOSED if told.get("IsFinal") else Status.OPEN)
    handed_on = _looked_up(row, "ClosureCode").get("Name") in names.transitioned_closures
    return Status.TRANSITIONED if status is Status.CLOSED and handed_on else status


def _is_returned(row: Row, names: CreatioNames) -> bool:
    return _looked_up(row, "Status").get("Name") == names.returned_status


def _closure(row: Row) -> str | None:
    return row.get("Solution") or _looked_up(row, "ClosureCode").get("Name")


def _route(row: Row, names: CreatioNames) -> Route | None:
    kept = json.loads(row.get(names.columns.route) or "null")
    if kept is None:
        return None
    team, department = _looked_up(row, "Group").get("Name") or "", row.get(names.columns.department) or ""
    return Route.model_validate(
        kept | {"system": "creatio", "team": team, "department": department, "due": _time(row.get("SolutionDate"))}
    )


def _looked_up(row: Row, lookup: str) -> Row:
    value = row.get(lookup)
    return value if isinstance(value, dict) else {}


def _needed(value: object) -> datetime:
    at = _time(value)
    if at is None:
        raise ValueError("a time is missing")
    return at


def _time(value: object) -> datetime | None:
    """Aware UTC. Creatio writes the year 1 for no time."""
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at if at.year > 1 else None
