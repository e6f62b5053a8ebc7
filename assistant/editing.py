"""Applies a call-taker's corrections to a draft, and refuses those that do not fit the service."""

from collections.abc import Mapping
from datetime import datetime

from assistant.drafting import Drafter
from tools.draft import Draft, Field, FieldValue, Source
from tools.location import Location
from tools.pickups import PICKUP_DAY, day_of, load_pickups
from tools.service import Attribute, AttributeType, LocationKind, Service

LONGEST = 4000
"""Characters of a written value."""


class EditRefused(Exception):
    """A correction does not fit; the sentence says which and what would."""


def edited(
    draft: Draft, edits: Mapping[str, FieldValue], drafter: Drafter, *, place: Location | None, now: datetime
) -> Draft:
    """The draft with the corrections. Keys are attribute codes, `service` and `location`. Raises EditRefused.

    `place` is what an engine read from the edit `location`; None if it names no place.
    """
    changed = draft
    if "service" in edits:
        changed = _served(changed, edits["service"], drafter, now)
    if changed.service is None:
        raise EditRefused("This draft has no service yet. Please choose one with the edit 'service'.")
    service = drafter.catalogue.services[changed.service.code]
    if "location" in edits:
        if place is None or not isinstance(edits["location"], str):
            raise EditRefused(
                f"The location {_shown(edits['location'])} is no place we know. Please give a number and a street."
            )
        changed = changed.model_copy(update={"location": place.model_copy(update={"evidence": None})})
    answers = {code: value for code, value in edits.items() if code not in ("service", "location")}
    fields = {code: _field(service, code, value) for code, value in answers.items()}
    whole = drafter.complete(changed.model_copy(update={"fields": changed.fields | fields}), now=now)
    if whole.location is None and service.location_kind is not LocationKind.NONE:
        raise EditRefused("This draft has no place yet. Please give one with the edit 'location'.")
    return whole


def _served(draft: Draft, code: FieldValue, drafter: Drafter, now: datetime) -> Draft:
    if not isinstance(code, str) or code not in drafter.catalogue.services:
        raise EditRefused(f"There is no service {_shown(code)}. Please choose one of the catalogue.")
    return drafter.choose_service(draft, code, confidence=1.0, now=now)


def _field(service: Service, code: str, value: FieldValue) -> Field:
    if code == PICKUP_DAY and service.code in load_pickups():
        return _day(value)
    attribute = service.attribute(code)
    if attribute is None:
        raise EditRefused(f"The service {service.code!r} has no question {_shown(code)}.")
    return Field(value=_fitting(attribute, value), confidence=1.0, source=Source.SAID)


def _day(value: FieldValue) -> Field:
    """The day of a pick-up; whether it is free is seen when the case is opened."""
    if day_of(str(value)) is None:
        raise EditRefused(f"The day {_shown(value)} is no date such as 2026-03-12.")
    return Field(value=str(value), confidence=1.0, source=Source.SAID)


def _fitting(attribute: Attribute, value: FieldValue) -> FieldValue:
    given = value if isinstance(value, tuple) else (value,)
    keys = {choice.key for choice in attribute.choices}
    match attribute.type:
        case AttributeType.MULTI:
            fits = bool(given) and all(each in keys for each in given)
            return tuple(str(each) for each in given) if fits else _refuse(attribute, value)
        case AttributeType.SINGLE:
            return value if isinstance(value, str) and value in keys else _refuse(attribute, value)
        case AttributeType.NUMBER:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return value if number else _refuse(attribute, value)
        case _:
            words = isinstance(value, str) and 0 < len(value.strip()) <= LONGEST
            return value if words else _refuse(attribute, value)


def _refuse(attribute: Attribute, value: FieldValue) -> FieldValue:
    takes = {
        AttributeType.SINGLE: f"one of {', '.join(sorted(each.key for each in attribute.choices))}",
        AttributeType.MULTI: f"a list of {', '.join(sorted(each.key for each in attribute.choices))}",
        AttributeType.NUMBER: "a number",
    }
    raise EditRefused(f"{attribute.code!r} takes {takes.get(attribute.type, 'words')}, not {_shown(value)}.")


def _shown(value: FieldValue) -> str:
    """A value as it may be told: short."""
    return repr(value)[:80]
