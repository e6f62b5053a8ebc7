"""Reads Open311 documents of any city into our values: only fields we know are looked at, so nobody's name is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from tools.case import Case, CaseEvent, Change, Status
from tools.clock import CITY_ZONE
from tools.crm import CRMGarbled
from tools.location import Location
from tools.open311_xml import Json
from tools.service import Catalogue
from tools.value import Value


class ServiceKind(StrEnum):
    """When an endpoint numbers a request: at once, later under a token, or never."""

    REALTIME = "realtime"
    BATCH = "batch"
    BLACKBOX = "blackbox"


KINDS = {each.value: each for each in ServiceKind}


class RemoteService(Value):
    """A service as an endpoint lists it; `asks` says that it has questions to be fetched."""

    code: str
    name: str
    group: str = ""
    asks: bool = False
    kind: ServiceKind = ServiceKind.REALTIME


class RemoteQuestion(Value):
    """A question of a service as an endpoint defines it."""

    code: str
    datatype: str
    required: bool
    values: tuple[str, ...] = ()


class Accepted(Value):
    """What a post was answered with: a number, or a token to ask for it with."""

    case_id: str | None = None
    token: str | None = None


def read_services(document: Json) -> tuple[RemoteService, ...]:
    """The services of a list; those without a code are left out."""
    return tuple(
        RemoteService(
            code=code,
            name=_text(row, "service_name") or code,
            group=_text(row, "group") or "",
            asks=_true(row.get("metadata")),
            kind=KINDS.get(_text(row, "type") or "", ServiceKind.REALTIME),
        )
        for row in _rows(document)
        if (code := _text(row, "service_code"))
    )


def read_definition(document: Json) -> tuple[RemoteQuestion, ...]:
    """The questions of a definition that want an answer, in or out of the wrapper that old servers leave out."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        raise CRMGarbled("The Open311 endpoint defines a service without its questions.")
    listed = document.get("attributes", document.get("attribute"))
    rows = listed if isinstance(listed, list) else [listed]
    return tuple(
        RemoteQuestion(
            code=code,
            datatype=_text(row, "datatype") or "string",
            required=_true(row.get("required")),
            values=tuple(key for value in _rows(row.get("values") or []) if (key := _text(value, "key"))),
        )
        for row in rows
        if isinstance(row, dict) and _true(row.get("variable", True)) and (code := _text(row, "code"))
    )


def map_services(services: tuple[RemoteService, ...], catalogue: Catalogue) -> dict[str, str]:
    """Our service codes with the endpoint's: by its code in either system, else by a name of the crosswalk or ours."""
    ours: dict[str, str] = {}
    for service in catalogue.services.values():
        names = (service.code, service.legacy_code, service.creatio_code, service.creatio_name, service.name())
        ours |= {name.casefold(): service.code for name in names if name}
    known = {name.casefold(): code for name, code in catalogue.crosswalk.items()} | ours
    found: dict[str, str] = {}
    for each in services:
        tail = each.code.rpartition(":")[2]
        code = next((known[name.casefold()] for name in (each.code, each.name, tail) if name.casefold() in known), None)
        if code is not None:
            found.setdefault(code, each.code)
    return found


def read_accepted(document: Json) -> Accepted:
    """The answer to a post. Raises CRMGarbled for one with neither number nor token."""
    rows = _rows(document)
    answer = (
        Accepted(case_id=_text(rows[0], "service_request_id"), token=_text(rows[0], "token")) if rows else Accepted()
    )
    if answer == Accepted():
        raise CRMGarbled("The Open311 endpoint took the request but gave neither a number nor a token.")
    return answer


def read_cases(document: Json, ours: Mapping[str, str]) -> tuple[Case, ...]:
    """The cases of a list that can be read. `ours` are our service codes by the endpoint's."""
    found = []
    for row in _rows(document):
        try:
            found.append(read_case(row, ours))
        except CRMGarbled:
            continue
    return tuple(found)


def read_case(row: Mapping[str, Json], ours: Mapping[str, str]) -> Case:
    """One case. One that was handed on is not told as done. Raises CRMGarbled for an unknown status or no id."""
    case_id, said, code = _text(row, "service_request_id"), _text(row, "status"), _text(row, "service_code") or ""
    if case_id is None or said is None or said.casefold() not in ("open", "closed"):
        raise CRMGarbled(f"The Open311 endpoint gives a case without a number or with the unknown status {said!r}.")
    opened = _moment(row, "requested_datetime")
    if opened is None:
        raise CRMGarbled("The Open311 endpoint gives a case without the time of its request.")
    updated, notes = _moment(row, "updated_datetime") or opened, _text(row, "status_notes")
    status = _status(said, notes)
    closed = None if status is Status.OPEN else updated
    history = [CaseEvent(at=opened, change=Change.CREATED)]
    if closed is not None:
        change = Change.TRANSITIONED if status is Status.TRANSITIONED else Change.CLOSED
        history.append(CaseEvent(at=closed, change=change))
    return Case(
        case_id=case_id,
        service=ours.get(code, code),
        status=status,
        closure_reason=notes if closed is not None else None,
        opened=opened,
        updated=updated,
        closed=closed,
        description=_text(row, "description") or "",
        location=_place(row),
        history=tuple(history),
    )


def rows_of(document: Json) -> list[dict[str, Json]]:
    """The mappings of a list, of one alone, or of nothing."""
    return _rows(document)


def _status(said: str, notes: str | None) -> Status:
    if said.casefold() == "open":
        return Status.OPEN
    handed_on = (notes or "").strip().rstrip(".").casefold() == "transitioned"
    return Status.TRANSITIONED if handed_on else Status.CLOSED


def _rows(document: Json) -> list[dict[str, Json]]:
    if document is None:
        return []
    listed = document if isinstance(document, list) else [document]
    if not all(isinstance(each, dict) for each in listed):
        raise CRMGarbled("The Open311 endpoint answered something else than a list of records.")
    return [each for each in listed if isinstance(each, dict)]


def _text(row: Mapping[str, Json], name: str) -> str | None:
    value = row.get(name)
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _true(value: Json) -> bool:
    return value is True or str(value).casefold() in ("true", "1")


def _moment(row: Mapping[str, Json], name: str) -> datetime | None:
    """Aware UTC. A city's server that names no zone writes what its own clock shows."""
    value = _text(row, name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=CITY_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CRMGarbled(f"The Open311 endpoint gives a time that is none: {value[:40]!r}.") from error


def _place(row: Mapping[str, Json]) -> Location | None:
    lat, long, address = _degrees(row, "lat"), _degrees(row, "long"), _text(row, "address")
    if address is None and lat is None:
        return None
    both = lat is not None and long is not None
    return Location(
        value=address or f"{lat}, {long}",
        zip=_text(row, "zipcode"),
        lat=lat if both else None,
        long=long if both else None,
        confidence=0.9 if both else 0.0,
    )


def _degrees(row: Mapping[str, Json], name: str) -> float | None:
    try:
        value = float(_text(row, name) or "nan")
    except ValueError:
        return None
    return value if abs(value) <= 180 else None
