"""Reads house numbers beside the street they belong to: before it, behind it, in ranges, pairs and fractions."""

import re
from dataclasses import replace

from assistant.place_text import Mention, Phrases, Word
from assistant.place_words import PlaceWords

HOUSE_NUMBER = re.compile(r"[0-9]{1,5}[a-zA-Z]?")
LINES = ("311", "911")
"""Telephone lines: a house number only before a street with its type."""

BEHIND_STREET = re.compile(
    r"[\s,]*(?:#|(?:no\.?|num\.?|number|número|numero|nº|số)(?=[\s\d]))\s*(\d{1,5})\b", re.IGNORECASE
)
BARE_BEHIND = re.compile(r"[\s,]*(\d{1,5})\b(?!\s*(?:[:/%]|am\b|pm\b))", re.IGNORECASE)
ENDING_BEHIND = re.compile(r"[ ,]{1,2}(\d{1,4}[a-z]?)(?=\s*(?:$|[,;.!?)\n|]))(?!\.\d)", re.IGNORECASE)
"""A number behind a street with its type is the house's if nothing follows that it could count."""

CHINESE_BEHIND = re.compile(r"\s*(\d{1,5})\s*[号號]")


DATE = re.compile(r"\d{1,2}/\d{1,2}/$")


def with_number(phrases: Phrases, mention: Mention, words: PlaceWords) -> Mention:
    """The mention with the house number that stands before it; of a range or a pair the number next to the name."""
    text, place = phrases.text, mention.first - 1
    if place >= 0 and phrases.lower[place] in words.street_first:
        place -= 1
    if place > 0 and phrases.lower[place] in ("de", "del") and is_house_number(phrases.lower[place - 1]):
        place -= 1
    first: Word | None = None
    beside: Word | None = None
    while place >= 0 and _is_house_number(text, phrases.words[place]):
        if not _joined(text, phrases.words[place], first, mention):
            break
        first = phrases.words[place]
        beside = beside or first
        place -= 1
    if first is None or beside is None or (beside.text in LINES and not mention.typed):
        return mention
    number = _fraction(text, first, beside) or beside.text
    return replace(mention, start=first.start, number=number)


def with_number_behind(text: str, street: Mention, words: PlaceWords) -> Mention:
    """The mention with a house number that stands behind it, as in "calle Centre 20" or "Centre St #20"."""
    if street.kind != "street" or street.number is not None:
        return street
    match = BEHIND_STREET.match(text, street.end) or CHINESE_BEHIND.match(text, street.end)
    before = text[max(0, street.start - 14) : street.start].casefold().split()
    if match is None and before and before[-1].strip(".") in words.street_first:
        match = BARE_BEHIND.match(text, street.end)
    if match is None and street.typed:
        match = ENDING_BEHIND.match(text, street.end)
    return replace(street, number=match[1], end=match.end(1)) if match else street


def is_house_number(word: str) -> bool:
    """Whether a word looks like a house number."""
    return HOUSE_NUMBER.fullmatch(word) is not None


def _is_house_number(text: str, word: Word) -> bool:
    before, behind = text[max(0, word.start - 1) : word.start], text[max(0, word.start - 2) : word.start - 1]
    part_of_a_figure = before == "$" or (before in ":." and before != "" and behind.isdigit())
    part_of_a_figure = part_of_a_figure or DATE.search(text, max(0, word.start - 6), word.start) is not None
    return is_house_number(word.text) and not part_of_a_figure


def _joined(text: str, word: Word, number: Word | None, mention: Mention) -> bool:
    """Whether a number stands directly before the street, or before another number of a range or a pair."""
    if number is None:
        between = text[word.end : mention.start]
        marks = r"[\s,]*" if mention.typed else r"\s*"
        return re.fullmatch(marks + r"(?:[^\W\d_]+\.?\s+)?", between) is not None and "\n" not in between
    between = text[word.end : number.start]
    return re.fullmatch(r"\s*(?:[-–/&,+]|and|to|y|or)?\s*", between) is not None and "\n" not in between


def _fraction(text: str, first: Word, beside: Word) -> str | None:
    """ "12 1/2 Elm St" is one number."""
    match = re.fullmatch(r"(\d{1,5})\s+1/2", text[first.start : beside.end])
    return match[1] if match else None
