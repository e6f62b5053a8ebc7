"""What an extractor takes from a page or a document, and how it fails.

NotExtracted    a document cannot be read as an article; the sentence says why
"""

import re
from dataclasses import dataclass
from datetime import date

LONGEST_HIDDEN = 300
_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules|above|previous)\b"
    r"|\b(?:system|developer) prompt\b|\byou are (?:now )?(?:an? )?(?:ai|assistant|chatbot|language model)\b"
    r"|\b(?:as an ai|language model|chatbots?|ai assistants?)\b.{0,60}"
    r"\b(?:must|should|say|tell|reply|answer|respond)\b",
    re.IGNORECASE,
)


class NotExtracted(Exception):
    """A document cannot be read as an article; the sentence says why."""


@dataclass(frozen=True)
class Extracted:
    """The readable part of a document as Markdown. `hidden` is text that a reader of it would not have seen, which is
    left out; `said` the day the document gives for itself."""

    title: str
    body: str
    language: str | None = None
    said: date | None = None
    hidden: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person who approves it should look at."""
        found = [f"hidden text was left out: {_short(each)!r}" for each in self.hidden]
        lines = [line for line in self.body.splitlines() if _TO_A_MACHINE.search(line)]
        return (*found, *(f"a line speaks to a machine, not to residents: {_short(each)!r}" for each in lines))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_HIDDEN else f"{plain[:LONGEST_HIDDEN]}…"


def day_of(text: str) -> date | None:
    """The day at the beginning of a time as documents write it ("2024-03-01T…", "D:20240301…")."""
    match = re.match(r"\s*(?:D:)?(\d{4})-?(\d{2})-?(\d{2})", text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def tidied(markdown: str) -> str:
    """Markdown without trailing blanks, with single blank lines."""
    lines = [line.rstrip() for line in markdown.replace("\xa0", " ").replace("\u200b", "").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
