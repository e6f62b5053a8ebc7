"""Checks words against passages: every link, phone number, sum, date, hour and figure must stand in one of them."""

import re
from collections.abc import Iterable

from knowledge.article import Passage

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "012345678901234567890123456789")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s)\]>,;]+|\b[\w-]+(?:\.[\w-]+)*\.(?:gov|com|org|net|edu|us|io)\b(?:/[^\s)\]>,;]*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?1?[\s.-]?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b")
_TIME = re.compile(
    r"\b(\d{1,2})(?:[:h.](\d{2}))?\s*(a\.?\s?m\b\.?|p\.?\s?m\b\.?|a\. m\.|p\. m\.)|\b(\d{1,2}):(\d{2})\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SAID = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "noon": "12:00",
    "midnight": "0:00",
}


def ungrounded(sentence: str, passages: Iterable[Passage]) -> tuple[str, ...]:
    """What a sentence claims in figures, links or times that no passage holds; empty if it may be said."""
    known = _facts(
        " \n ".join(f"{each.heading} {each.text} {each.url} {each.as_of.year}" for each in passages), generous=True
    )
    return tuple(sorted(fact for fact in _facts(sentence, generous=False) if fact not in known))


def _facts(text: str, *, generous: bool) -> set[str]:
    """The figures of a text in one spelling. `generous` also reads number words, for the passages' side."""
    rest = text.translate(_DIGITS)
    facts: set[str] = set()
    for match in _LINK.finditer(rest):
        facts.add(_link(match[0]))
    rest = _LINK.sub(" ", rest)
    for match in _PHONE.finditer(rest):
        facts.add("tel:" + re.sub(r"\D", "", match[0])[-10:])
    rest = _PHONE.sub(" ", rest)
    for match in _TIME.finditer(rest):
        facts.add(_time(match))
    rest = _TIME.sub(" ", rest)
    facts |= {_number(match[0]) for match in _NUMBER.finditer(rest)}
    if generous:
        facts |= {figure for word, figure in _SAID.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
        facts |= {part for fact in facts if fact.startswith("tel:") for part in [fact]}
    return facts


def _link(text: str) -> str:
    return "url:" + re.sub(r"^(?:https?://)?(?:www\.)?", "", text.casefold()).rstrip("/.")


def _time(match: re.Match[str]) -> str:
    hour = int(match[1] or match[4])
    minute = match[2] or match[5] or "00"
    half = (match[3] or "").casefold().replace(".", "").replace(" ", "")
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return f"{hour}:{minute}"


def _number(text: str) -> str:
    plain = re.sub(r"[.,](?=\d{3}\b)", "", text)
    return re.sub(r"\.0+$", "", plain.replace(",", "."))
