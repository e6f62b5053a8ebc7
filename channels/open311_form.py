"""Reads the form of a posted Open311 request: one place, answers by code, who reports. It looks nothing up."""

import re
from collections.abc import Iterable
from math import isfinite

from pydantic import Field as Limits

from assistant.screen import LONGEST
from channels.open311_answers import Open311Error
from channels.text import storable
from tools.case import Reporter
from tools.draft import FieldValue
from tools.service import AttributeType, Service
from tools.value import Value

ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,100})\](\[\])?")
LONGEST_NAME = 100
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


class Form(Value):
    """The fields of a form by name; those that are empty are absent. `answers` are as they were sent."""

    fields: dict[str, str]
    answers: dict[str, tuple[str, ...]] = Limits(default_factory=dict)

    def get(self, name: str) -> str | None:
        """A field that was given."""
        return self.fields.get(name)

    def point(self) -> tuple[float, float] | None:
        """The point that was given; both or neither. Raises Open311Error."""
        lat, long = self.get("lat"), self.get("long")
        if lat is None and long is None:
            return None
        if lat is None or long is None:
            raise Open311Error(400, "lat and long must be given together.")
        try:
            point = float(lat), float(long)
        except ValueError as error:
            raise Open311Error(400, "lat and long must be decimal degrees (WGS84).") from error
        if not all(isfinite(each) for each in point) or abs(point[0]) > 90 or abs(point[1]) > 180:
            raise Open311Error(400, "lat and long must be decimal degrees (WGS84).")
        return point

    def reporter(self) -> Reporter | None:
        """Who reports. Raises Open311Error for an email address or a phone number that is none."""
        name = " ".join(part for part in (self.get("first_name"), self.get("last_name")) if part)[:LONGEST_NAME]
        email = self.get("email")
        if email is not None and not ADDRESS.fullmatch(email):
            raise Open311Error(400, "email is no email address.")
        who = Reporter(name=name or None, phone=_phone(self.get("phone")), email=email)
        return who if who != Reporter() else None

    def values(self, service: Service) -> dict[str, FieldValue]:
        """The answers in the types that the service's questions take. Raises Open311Error."""
        found: dict[str, FieldValue] = {}
        for code, given in self.answers.items():
            attribute = service.attribute(code)
            kind = attribute.type if attribute is not None else AttributeType.STRING
            if kind is AttributeType.MULTI:
                found[code] = given
            elif len(given) > 1:
                raise Open311Error(400, f"attribute[{storable(code)}] takes one value.")
            else:
                found[code] = _number(code, given[0]) if kind is AttributeType.NUMBER else given[0]
        return found


def read_form(pairs: Iterable[tuple[str, object]]) -> Form:
    """The form of these pairs. Raises Open311Error for a file, or a description over 4,000 characters."""
    fields: dict[str, str] = {}
    answers: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if not isinstance(value, str):
            raise Open311Error(400, "Files are not taken here. Please send the address of a picture as media_url.")
        text = storable(value.strip())
        if not text:
            continue
        if match := ATTRIBUTE.fullmatch(name):
            answers[match[1]] = (*answers.get(match[1], ()), text)
        else:
            fields[name] = text
    if len(fields.get("description", "")) > LONGEST:
        raise Open311Error(400, f"description may have at most {LONGEST:,} characters.")
    return Form(fields=fields, answers=answers)


def _number(code: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise Open311Error(400, f"attribute[{code}] takes a number.") from error
    if not isfinite(number):
        raise Open311Error(400, f"attribute[{code}] takes a number.")
    return number


def _phone(text: str | None) -> str | None:
    """The number in E.164; ten digits are one of this country."""
    if text is None:
        return None
    digits = re.sub(r"\D", "", text)
    if len(digits) == 10:
        return f"+1{digits}"
    if not 11 <= len(digits) <= 15:
        raise Open311Error(400, "phone is no phone number.")
    return f"+{digits}"
