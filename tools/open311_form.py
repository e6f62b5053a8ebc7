"""Writes a case as the form of an Open311 post: its place in every form that is known, and only answers asked for."""

from tools.case import NewCase
from tools.draft import FieldValue
from tools.location import Location
from tools.open311_documents import RemoteQuestion

LONGEST = 4_000
ADDRESS_ID = "address_id"
"""The attribute in which a case carries the city's own id of its address."""

Pairs = list[tuple[str, str]]


def fields_of(case: NewCase, code: str, questions: tuple[RemoteQuestion, ...], *, mark: str) -> Pairs:
    """The form. The mark ends the description, so that the request can be found again."""
    ending = f"\n[ref {mark}]"
    fields = [("service_code", code), ("description", f"{case.description[: LONGEST - len(ending)]}{ending}")]
    fields += _place(case.location, case.attributes.get(ADDRESS_ID))
    fields += _answers(case.attributes, questions)
    if case.reporter is not None:
        first, _, last = (case.reporter.name or "").rpartition(" ")
        who = (("first_name", first or last), ("last_name", last if first else None))
        fields += [(name, value) for name, value in who if value]
        contact = (("phone", case.reporter.phone), ("email", case.reporter.email))
        fields += [(name, value) for name, value in contact if value]
    if (picture := case.attributes.get("media_url")) is not None:
        fields.append(("media_url", str(picture)))
    return fields


def _place(location: Location | None, address_id: FieldValue | None) -> Pairs:
    fields: Pairs = [(ADDRESS_ID, str(address_id))] if address_id is not None else []
    if location is None:
        return fields
    if location.found:
        fields += [("lat", f"{location.lat:.6f}"), ("long", f"{location.long:.6f}")]
    return [*fields, ("address_string", location.value)]


def _answers(attributes: dict[str, FieldValue], questions: tuple[RemoteQuestion, ...]) -> Pairs:
    found: Pairs = []
    for question in questions:
        value = attributes.get(question.code)
        if value is None:
            continue
        if question.datatype == "multivaluelist":
            many = value if isinstance(value, tuple) else (str(value),)
            found += [(f"attribute[{question.code}][]", each) for each in many]
        else:
            one = ", ".join(value) if isinstance(value, tuple) else str(value)
            found.append((f"attribute[{question.code}]", one))
    return found
