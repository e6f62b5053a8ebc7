"""Case numbers that survive the telephone: ours carry a check digit; those of the city's other systems are recognised.

Ours look like `B311-000123-4`: a running number and its Damm check digit, which catches every single wrong digit and
every swap of neighbours (H. M. Damm, 2004).
"""

import re

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_OURS = re.compile(r"\bb[\s-]?311[\s-]*(\d{3})[\s-]?(\d{3,6})[\s-]*(\d)\b", re.IGNORECASE)
_OTHERS = (
    re.compile(r"\b(101\d{9})\b"),
    re.compile(r"\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b", re.IGNORECASE),
)
_CREATIO = re.compile(r"\bbcs[\s-]*(\d{8})\b", re.IGNORECASE)


def make(running: int) -> str:
    """The case number for a running number (from 1)."""
    digits = f"{running:06d}"
    return f"B311-{digits}-{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """The Damm check digit of a string of digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def valid(number: str) -> bool:
    """Whether a number is one of ours and its check digit fits."""
    match = _OURS.fullmatch(number.strip())
    return match is not None and check_digit(match[1] + match[2]) == int(match[3])


def is_of_creatio(number: str) -> bool:
    """Whether a number has a shape of the new system: `BCS-…`, or a UUID."""
    return bool(_CREATIO.fullmatch(number.strip()) or _OTHERS[1].fullmatch(number.strip()))


def find_case_number(text: str) -> str | None:
    """The first case number in a text, of ours or of the city's other systems, in its one proper spelling.

    Dashes and spaces may be missing, and capitals too. One of ours with a wrong check digit is given as written, so
    that a look-up fails honestly instead of finding somebody else's case.
    """
    if match := _OURS.search(text):
        return f"B311-{match[1]}{match[2]}-{match[3]}"
    if match := _CREATIO.search(text):
        return f"BCS-{match[1]}"
    found = (pattern.search(text) for pattern in _OTHERS)
    return next((match[1].lower() for match in found if match), None)
