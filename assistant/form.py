"""Reads app-form text: `Label: value | Label: [value]` as slots, each with its exact words."""

import re

from tools.location import Span
from tools.value import Value

_SLOT = re.compile(
    r"(?:^|\||\]|\n|\.\s)\s*(?P<label>[A-Za-z][A-Za-z /()'’?#-]{2,60}?)\s*\??\s*:\s*(?P<value>\[[^\]]*\]|[^|\n]*)"
)
LEAST_SLOTS = 1


class Slot(Value):
    """One answer of an app form."""

    label: str
    value: str
    span: Span


def read_form(text: str) -> tuple[Slot, ...]:
    """The slots of an app-form text, in order; none for ordinary prose."""
    if "|" not in text and "[" not in text and not re.match(r"^[A-Z][\w /]{2,40}:\s", text):
        return ()
    found = []
    for match in _SLOT.finditer(text):
        start, end = match.span("value")
        inner = match["value"].strip()
        if inner.startswith("["):
            start, end, inner = start + 1, end - 1, inner[1:-1]
        value = inner.strip()
        if value:
            start = text.index(value, start, end + 1)
            found.append(Slot(label=match["label"].strip(), value=value, span=Span.of(text, start, start + len(value))))
    return tuple(found)
