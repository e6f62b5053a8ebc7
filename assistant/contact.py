"""Reads how to reach a resident: phone numbers, e-mail addresses and names."""

import re
from collections.abc import Iterator

import phonenumbers

from tools.draft import Contact, Field, Source
from tools.location import Span

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
_NAME = re.compile(
    r"\b(?:my name is|i am called|name:|this is|me llamo|mi nombre es|meu nome e|meu nome é|non mwen se|mwen rele"
    r"|je m'appelle)\s+"
    r"([^\W\d_][\w'’-]{1,30}(?:\s+[A-ZÀ-Þ][\w'’-]{1,30}){0,2})",
    re.IGNORECASE,
)
_TEN_FIGURES = re.compile(r"(?:\d\W{0,4}){9}\d")
"""What every number to call has; the matcher of numbers is far slower at finding that a text has none."""

LONGEST = 2_000
"""Characters of a message that are searched for contact data."""


def read_contact(text: str, *, asked: bool = False) -> Contact:
    """Phone (E.164), e-mail and name as the resident gave them, each with its exact words."""
    return Contact(name=_name(text), phone=_phone(text[:LONGEST], asked=asked), email=_email(text[:LONGEST]))


def e164(phone: str | None) -> str | None:
    """A phone number as the systems write it; None for what is none."""
    if phone is None:
        return None
    try:
        number = phonenumbers.parse(phone, "US")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(phone: str) -> str | None:
    """The country of a full number, by its two letters; None for what is none, such as a sender's name."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None


def phone_numbers(text: str) -> Iterator[Span]:
    """What may be a telephone number of at least ten digits, as it is written."""
    for match in phonenumbers.PhoneNumberMatcher(text, "US", leniency=phonenumbers.Leniency.POSSIBLE):
        if sum(letter.isdigit() for letter in match.raw_string) >= 10:
            yield Span.of(text, match.start, match.end)


def _phone(text: str, *, asked: bool) -> Field | None:
    if _TEN_FIGURES.search(text) is None:
        return None
    for match in phonenumbers.PhoneNumberMatcher(text, "US", leniency=phonenumbers.Leniency.POSSIBLE):
        digits = sum(letter.isdigit() for letter in match.raw_string)
        if digits < 10 or _part_of_a_longer_number(text, match.start, match.end):
            continue
        value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        sure = 0.97 if asked or re.search(r"[-.() ]", match.raw_string.strip()) else 0.8
        return Field(value=value, confidence=sure, source=Source.SAID, evidence=Span.of(text, match.start, match.end))
    return None


def _part_of_a_longer_number(text: str, start: int, end: int) -> bool:
    """Case numbers of the city's systems have twelve digits in one piece."""
    return (
        text[max(0, start - 1) : start].isdigit()
        or text[end : end + 1].isdigit()
        or text[start:end].strip().startswith("101")
    )


def _email(text: str) -> Field | None:
    match = _EMAIL.search(text)
    if match is None:
        return None
    return Field(value=match[0], confidence=0.98, source=Source.SAID, evidence=Span.of(text, *match.span()))


def _name(text: str) -> Field | None:
    match = _NAME.search(text)
    if match is None or (
        match[1][0].islower() and "name" not in match[0].casefold() and "llamo" not in match[0].casefold()
    ):
        return None
    return Field(value=match[1], confidence=0.8, source=Source.SAID, evidence=Span.of(text, *match.span(1)))
