"""Takes personal data out of a text before a model sees it and puts it back into what the model quotes."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.privacy import Personal, PersonalData
from tools.location import Span

LONGEST_QUOTE = 2_000
"""Characters of a quote that are looked for."""


@dataclass(frozen=True)
class Masked:
    """A text as it may leave, and what its placeholders stand for."""

    text: str
    originals: Mapping[str, str] = field(default_factory=dict)

    def restored(self, text: str) -> str:
        """A text of a model with every placeholder put back."""
        for placeholder, original in self.originals.items():
            text = text.replace(placeholder, original)
        return text


@dataclass(frozen=True, eq=False)
class Masker:
    """Replaces personal data by placeholders, except for the kinds that may leave."""

    finder: PersonalData
    may_leave: frozenset[Personal] = frozenset()

    def mask(self, text: str) -> Masked:
        """The text with placeholders such as [PHONE_1], numbered by kind in the order of the text."""
        originals: dict[str, str] = {}
        counted: Counter[Personal] = Counter()
        result, end = "", 0
        for each in self.finder.find(text):
            if each.kind in self.may_leave:
                continue
            counted[each.kind] += 1
            placeholder = f"[{each.kind.name}_{counted[each.kind]}]"
            originals[placeholder] = each.span.quote
            result += text[end : each.span.start] + placeholder
            end = each.span.end
        return Masked(text=result + text[end:], originals=originals)


def found(quote: str | None, text: str) -> Span | None:
    """Where a quote stands in a text, letter for letter but for white space; None if it does not."""
    words = (quote or "")[:LONGEST_QUOTE].split()
    if not words:
        return None
    match = re.search(r"\s+".join(re.escape(word) for word in words), text)
    return Span.of(text, *match.span()) if match else None
