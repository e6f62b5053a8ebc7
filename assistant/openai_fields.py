"""Checks values that a model gave for a service's questions: known codes and choices, words that were really said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.openai_wire import WireField
from assistant.placeholders import Masked, found
from assistant.plain import plainly
from tools.draft import Field, FieldValue, Source
from tools.location import Span
from tools.service import Attribute, AttributeType, Service

SAID, NOT_SHOWN = 0.85, 0.35
"""The confidence of a value whose words stand in the message, and of a choice whose words do not."""

_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


@dataclass(frozen=True)
class Quoted:
    """A message, and the masked form of it that a model saw."""

    text: str
    masked: Masked

    def find(self, quote: str | None) -> Span | None:
        """The words of the message that a model's quote stands for; None if they are not in it."""
        return found(self.masked.restored(quote), self.text) if quote else None


def read_values(wire: Iterable[WireField], service: Service, message: Quoted) -> dict[str, Field]:
    """The values that fit the service's questions. A choice without its words is kept with little confidence, so that
    it is asked or read back; anything else without its words was made up and is dropped."""
    read: dict[str, Field] = {}
    for each in wire:
        attribute = service.attribute(each.code)
        field = _field(each, attribute, message) if attribute else None
        if field is not None:
            read[each.code] = field
    return read


def _field(wire: WireField, attribute: Attribute, message: Quoted) -> Field | None:
    evidence = message.find(wire.quote)
    values = [message.masked.restored(value) for value in wire.values]
    if attribute.choices:
        value = _chosen(values, attribute)
        source = Source.SAID if evidence else Source.INFERRED
        sure = SAID if evidence else NOT_SHOWN
        return None if value is None else Field(value=value, confidence=sure, source=source, evidence=evidence)
    if evidence is None or not values:
        return None
    if attribute.type is AttributeType.NUMBER:
        number = _number(values[0])
        return None if number is None else Field(value=number, confidence=SAID, evidence=evidence)
    return Field(value=_said(values[0], evidence, message), confidence=SAID, evidence=evidence)


def _chosen(values: list[str], attribute: Attribute) -> FieldValue | None:
    names = {
        plainly(word): each.key
        for each in attribute.choices
        for language in reversed(each.names)  # English last, so that it wins where a word means two things
        for word in each.names[language]
    }
    known = names | {plainly(each.key): each.key for each in attribute.choices}
    keys = tuple(dict.fromkeys(known[plain] for value in values if (plain := plainly(value)) in known))
    if not keys:
        return None
    return keys if attribute.type is AttributeType.MULTI else keys[0]


def _number(value: str) -> int | float | None:
    match = _NUMBER.fullmatch(value.strip())
    if match is None:
        return None
    number = float(match[0])
    return int(number) if number.is_integer() else number


def _said(value: str, evidence: Span, message: Quoted) -> str:
    """The resident's own words: the value where it stands in the message, else the words it was read from."""
    said = found(value, message.text)
    return said.quote if said else evidence.quote
