"""What the pages of the demonstration share: whose phone it is."""

import random
import re
from itertools import cycle

from fastapi import Request, Response

OURS, STAFF = "+16175550311", "+16175550199"
PHONE_COOKIE = "beacon_demo_phone"
_PHONE = re.compile(r"\+1617555\d{4}")
_NUMBERS = cycle(random.sample(range(100, 199), 99))


def phone_of(request: Request) -> str:
    """The number of this browser's phone; a new one for a new browser."""
    held = request.cookies.get(PHONE_COOKIE, "")
    return held if _PHONE.fullmatch(held) else _made_up()


def remember_phone(response: Response, phone: str | None = None) -> None:
    """Let the browser keep this phone, or a new one."""
    response.set_cookie(PHONE_COOKIE, phone or _made_up(), httponly=True, samesite="strict")


def written(number: str) -> str:
    """A number as people write it."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def _made_up() -> str:
    """A number that nobody has: 555-0100 to 0198 are kept for that, and 0199 is our staff's. None is given twice before
    all were, so that nobody finds somebody else's texts on a new phone."""
    return f"+16175550{next(_NUMBERS)}"
