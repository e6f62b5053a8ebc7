"""Finds personal data in free text and masks it, for logs, traces, exports and evaluation transcripts.

Public numbers, case numbers, addresses and prices stay: without them a report says nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from assistant.contact import phone_numbers
from tools.location import Span
from tools.value import Value

RULES = Path(__file__).parent / "rules" / "privacy.yaml"
LONGEST = 8_000
"""Characters that are searched at a time; a longer text is searched in pieces."""

_EMAIL = re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[A-Za-z]{2,24}")
_DIGITS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w-])")
_SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])|(?i:\bssn\b|social security)\W{1,4}(?:is |# ?)?(\d{9})\b")
_DATE = (
    r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?(?: de| of)? [^\W\d_]{3,12}\.?,?(?: de| of)? \d{4}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}年\d{1,2}月\d{1,2}日)"
)
_BIRTH = re.compile(
    r"(?:\bd\.?o\.?b\.?\b|\bdate of birth\b|\bbirth ?da(?:y|te)\b|\bborn(?: on)?\b|\bnacimiento\b"
    r"|\bnac[ií](?:ó|da|do)?\b|\bnascimento\b|\bnasc(?:i|eu)\b|\bdat nesans\b|\bn(?:é|ée|aissance)\b"
    r"|ngày sinh|sinh ngày|рождения|родил\w+|出生)"
    rf"[^\d\n]{{0,16}}?({_DATE})",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"\b(?:apts?|apartment|aptos?|apartamento|departamento|depto|appartement|apatman|apto|unit|suite|ste|room|rm|flr?"
    r"|floor|piso|квартира|кв)\b\.?\s*(?:no\.?|number|#)?\s*#?\s*((?=[\w-]*\d)[\w-]{1,6}|[A-Z]\b)"
    r"|\b\d{1,2}(?:st|nd|rd|th) (?:floor|fl)\b"
    r"|(?<!pole )(?<!case )(?<!route )(?<!bus )(?<!ticket )(?<!permit )(?<!hydrant )(?<![\w#])#\s?\d{1,4}[A-Z]?\b",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"\b(?:plates?|lic(?:ense)?(?: plate)?|regi?(?:stration)?|tag|placa|matr[ií]cula|plak)\b\.?"
    r"(?:[\s:#]+(?:number|no|num|is|n[uú]mero|de|ma|mass|massachusetts|ri|nh|ny|ct|vt|me|nj|fl|pa))*[\s:#.]+"
    r"((?=[A-Z0-9 -]{0,9}\d)[A-Z0-9]{1,7}(?:[ -](?=[A-Z0-9]*\d)[A-Z0-9]{1,5})?)(?![\w-])",
    re.IGNORECASE,
)
_BARE_PLATE = re.compile(r"(?<![\w-])(?:\d[A-Z]{2,3}\d{2,3}|\d{3}[A-Z]{2,3}\d|\d{2}[A-Z]{2,3}\d{2})(?![\w-])")
_CODE = re.compile(r"\b(?:gate|door|entry|alarm|lock ?box|access|pin) (?:code|number)?\W{0,3}(?:is )?(\d{3,8}#?)", re.I)
_PROPER = r"[^\W\d_a-zß-öø-ÿ][\w'’-]*[^\W_]"


class Personal(StrEnum):
    """Kinds of personal data."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    APARTMENT = "apartment"
    PLATE = "plate"
    BIRTH = "dob"
    CARD = "card"
    SOCIAL = "ssn"
    CODE = "code"


class Found(Value):
    """Personal data with its exact words."""

    kind: Personal
    span: Span


@dataclass(frozen=True, eq=False)
class PersonalData:
    """Finds and masks personal data. The same text always gives the same result."""

    public: tuple[str, ...]
    introduced: re.Pattern[str]
    closing: re.Pattern[str]
    given: re.Pattern[str]
    never: frozenset[str]
    places: frozenset[str]

    def find(self, text: str) -> tuple[Found, ...]:
        """What was found, in order; where two overlap, the longer one."""
        found = [
            Found(kind=kind, span=Span.of(text, offset + start, offset + end))
            for offset in range(0, len(text), LONGEST)
            for kind, start, end in self._search(text[offset : offset + LONGEST])
        ]
        kept: list[Found] = []
        for each in sorted(found, key=lambda each: each.span.start - each.span.end):
            if all(each.span.end <= other.span.start or each.span.start >= other.span.end for other in kept):
                kept.append(each)
        return tuple(sorted(kept, key=lambda each: each.span.start))

    def mask(self, text: str) -> str:
        """The text with every find replaced by its kind in brackets."""
        found = self.find(text)
        ends = [0, *(each.span.end for each in found)]
        parts = [text[end : each.span.start] + f"[{each.kind.value}]" for end, each in zip(ends, found, strict=False)]
        return "".join([*parts, text[ends[-1] :]])

    def _search(self, text: str) -> Iterator[tuple[Personal, int, int]]:
        for kind, pattern in _PATTERNS:
            for match in pattern.finditer(text):
                group = match.lastindex or 0
                whole = kind is Personal.APARTMENT
                yield kind, *(match.span() if whole else match.span(group))
        yield from ((Personal.CARD, *match.span()) for match in _DIGITS.finditer(text) if _checks_out(match[0]))
        yield from self._phones(text)
        yield from self._names(text)

    def _phones(self, text: str) -> Iterator[tuple[Personal, int, int]]:
        for span in phone_numbers(text):
            digits = re.sub(r"\D", "", span.quote).removeprefix("1")
            around = text[max(0, span.start - 1) : span.start] + text[span.end : span.end + 1]
            apart = not re.search(r"[A-Za-z0-9]", around) and "." not in span.quote[:4]
            if apart and not digits.startswith(self.public) and not _is_case_number(span.quote):
                yield Personal.PHONE, span.start, span.end

    def _names(self, text: str) -> Iterator[tuple[Personal, int, int]]:
        for pattern in (self.introduced, self.closing, self.given):
            for match in pattern.finditer(text):
                start, end = match.span("name")
                words = text[start:end].split()
                while words and (words[-1] in self.never or words[-1].isdigit()):
                    words.pop()
                following = text[end : end + 14].split()[:1]
                place = {*words, *(word.rstrip(".,") for word in following)} & self.places
                if words and re.split(r"['’]", words[0])[0] not in self.never and not place:
                    yield Personal.NAME, start, start + text[start:end].rindex(words[-1]) + len(words[-1])


_PATTERNS = (
    (Personal.EMAIL, _EMAIL),
    (Personal.SOCIAL, _SOCIAL),
    (Personal.BIRTH, _BIRTH),
    (Personal.APARTMENT, _HOME),
    (Personal.PLATE, _PLATE),
    (Personal.PLATE, _BARE_PLATE),
    (Personal.CODE, _CODE),
    (Personal.NAME, re.compile(r"(?:我叫|我的名字是|姓名[:：]?)([\u4e00-\u9fff]{2,3})")),
)


def _is_case_number(said: str) -> bool:
    """Case numbers of the city's systems have twelve digits in one piece."""
    return said.strip().isdigit() and len(said.strip()) == 12


def _checks_out(said: str) -> bool:
    """Whether the digits are a card number: the last one checks the others (H. P. Luhn, 1954)."""
    digits = [int(letter) for letter in said if letter.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def load_personal_data(path: Path = RULES) -> PersonalData:
    """The finder with our word lists."""
    words: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    name = rf"(?P<name>{_PROPER}(?:[ ]{_PROPER}){{0,3}})"
    before = "|".join(words["introduces_a_name"])
    given = "|".join(sorted(words["given_names"], key=len, reverse=True))
    return PersonalData(
        public=tuple(words["public"]),
        introduced=re.compile(rf"(?<![\w'])(?i:{before})[ ,:]{{1,3}}{name}"),
        closing=re.compile(rf"(?i:\b(?:{words['closes_a_letter']}))[,!. \n-]{{1,4}}{name}\W*$"),
        given=re.compile(rf"(?<![\w'])(?P<name>(?:{given})(?: [A-Z]\.)?(?:[ -]{_PROPER}){{1,2}})"),
        never=frozenset(words["never_a_name"]),
        places=frozenset(words["after_a_place"]),
    )
