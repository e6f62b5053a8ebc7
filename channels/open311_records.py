"""What Open311 shows of services and cases: public facts only, never who reported, nor their words or pictures."""

from datetime import UTC, datetime

from tools.case import Case, CaseEvent, Change, Status
from tools.draft import FieldValue
from tools.handed_on import handed_on
from tools.open311_xml import Json
from tools.public_case import public_address
from tools.service import Attribute, AttributeType, Catalogue, Service

OTHER_END = "It was closed. The department gave no reason that can be shown here."
OTHER_HANDS = "It was handed to another agency or system. The City has not said that the problem is gone."
HINTS = {
    AttributeType.NUMBER: "a number",
    AttributeType.DATETIME: "a date and time, such as 2026-03-10T09:00:00-05:00",
    AttributeType.MULTI: "one or more of the listed values",
    AttributeType.SINGLE: "one of the listed values",
}
HAPPENED = {
    Change.CREATED: "The case was opened.",
    Change.ADDED_TO: "Somebody else reported the same.",
    Change.ASSIGNED: "It was given to another team.",
    Change.RETURNED: "A department said that it is not its own.",
    Change.SCHEDULED: "The work was planned.",
    Change.AMENDED: "The report was completed.",
    Change.WITHDRAWN: "The reporter withdrew it.",
    Change.CLOSED: "The case was closed.",
    Change.TRANSITIONED: "The case was handed to another agency or system.",
    Change.REOPENED: "The case was opened again.",
    Change.NOTED: "A note was made.",
}


def service_record(service: Service) -> dict[str, Json]:
    """One line of the service list."""
    others = [name for language, name in service.names.items() if language != "en"]
    return {
        "service_code": service.code,
        "service_name": service.name(),
        "description": service.summary,
        "metadata": bool(service.attributes),
        "type": "realtime",
        "keywords": ", ".join(others).replace(";", ","),
        "group": service.group,
    }


def definition_record(service: Service) -> dict[str, Json]:
    """The questions of a service."""
    lines: list[Json] = [_question(each, order) for order, each in enumerate(service.attributes, start=1)]
    return {"service_code": service.code, "attributes": lines}


def _question(attribute: Attribute, order: int) -> dict[str, Json]:
    values: list[Json] = [
        {"key": choice.key, "name": choice.names.get("en", (choice.key,))[0]} for choice in attribute.choices
    ]
    return {
        "variable": True,
        "code": attribute.code,
        "datatype": attribute.type.value,
        "required": attribute.required,
        "datatype_description": HINTS.get(attribute.type),
        "order": order,
        "description": attribute.ask["en"],
        "values": values,
    }


def case_record(case: Case, service: Service, catalogue: Catalogue, *, extensions: bool = False) -> dict[str, Json]:
    """One case. `extensions` adds its history and those answers that were chosen from a list or are a number."""
    place = case.location
    record: dict[str, Json] = {
        "service_request_id": case.case_id,
        "status": "open" if case.status is Status.OPEN else "closed",
        "status_notes": status_notes(case, catalogue),
        "service_name": service.name(),
        "service_code": service.code,
        "description": None,
        "agency_responsible": service.department_name,
        "service_notice": None,
        "requested_datetime": moment(case.opened),
        "updated_datetime": moment(case.closed or case.updated),
        "expected_datetime": moment(case.route.due) if case.route and case.route.due else None,
        "address": public_address(place, service),
        "address_id": None,
        "zipcode": place.zip if place else None,
        "lat": place.lat if place else None,
        "long": place.long if place else None,
        "media_url": None,
    }
    if extensions:
        notes: list[Json] = [_note(each) for each in case.history]
        record |= {"attributes": _chosen(case, service), "notes": notes}
    return record


def status_notes(case: Case, catalogue: Catalogue) -> str | None:
    """What a closing code means, in plain words; a reason in anybody's own words is never shown."""
    if case.status is Status.OPEN:
        return None
    to = handed_on(case, catalogue) if case.status is Status.TRANSITIONED else None
    if to is not None and to.name:
        return f"It was handed to {to.name}. The City has not said that the problem is gone."
    known = catalogue.closure_codes.get(case.closure_reason or "")
    if known is not None:
        return known.words["en"]
    return OTHER_HANDS if case.status is Status.TRANSITIONED else OTHER_END


def moment(at: datetime) -> str:
    """A time as Open311 writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _note(event: CaseEvent) -> dict[str, Json]:
    return {"datetime": moment(event.at), "description": HAPPENED[event.change], "type": event.change.value}


def _chosen(case: Case, service: Service) -> list[Json]:
    shown = (AttributeType.SINGLE, AttributeType.MULTI, AttributeType.NUMBER)
    return [
        {"code": each.code, "label": each.ask["en"], "name": each.code, "value": _text(case.attributes[each.code])}
        for each in service.attributes
        if each.type in shown and each.code in case.attributes
    ]


def _text(value: FieldValue) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
