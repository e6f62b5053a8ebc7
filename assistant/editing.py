"""Applies a call-taker's corrections to a draft, and refuses those that do not fit the service."""

from collections.abc import Mapping
from datetime import datetime

from assistant.drafting import Drafter
from tools.draft import Draft, Field, FieldValue, Source
from tools.location import Location
from tools.service import Attribute, AttributeType


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
        code = str(edits["service"])
        if code not in drafter.catalogue.services:
            raise EditRefused(f"There is no service {code!r}. Please choose one of the catalogue.")
        changed = drafter.choose_service(changed, code, confidence=1.0, now=now)
    if changed.service is None:
        raise EditRefused("This draft has no service yet. Please choose one with the edit 'service'.")
    service = drafter.catalogue.services[changed.service.code]
    if "location" in edits:
        if place is None:
            raise EditRefused(f"{edits['location']!r} names no place we know. Please give a number and a street.")
        changed = changed.model_copy(update={"location": place.model_copy(update={"evidence": None})})
    fields = dict(changed.fields)
    for code, value in edits.items():
        if code in ("service", "location"):
            continue
        attribute = service.attribute(code)
        if attribute is None:
            raise EditRefused(f"The service {service.code!r} has no question {code!r}.")
        fields[code] = Field(value=_fitting(attribute, value), confidence=1.0, source=Source.SAID)
    return drafter.complete(changed.model_copy(update={"fields": fields}), now=now)


def _fitting(attribute: Attribute, value: FieldValue) -> FieldValue:
    keys = {choice.key for choice in attribute.choices}
    given = value if isinstance(value, tuple) else (value,)
    if keys and any(str(each) not in keys for each in given):
        raise EditRefused(f"{attribute.code!r} takes one of {', '.join(sorted(keys))}, not {value!r}.")
    if attribute.type is AttributeType.MULTI:
        return tuple(str(each) for each in given)
    return value
