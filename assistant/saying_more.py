"""What a resident adds to a report at its read-back: words that answer nothing that was asked go into the report."""

import re
from collections.abc import Sequence

from assistant.reading import Asked, Reading, Repair, Request
from assistant.requests_split import Does, pieces
from tools.draft import Kind

FEWEST_WORDS, MOST_WORDS = 3, 60
_GOES_ON = re.compile(
    r"^(?!.*\b(?:not|isn'?t|aren'?t|wasn'?t|actually|rather|instead|sino)\b)"
    r"\W*(?:(?:and|also|please|pls|btw|oh|y|tambien|e|tambem)\W+){0,3}"
    r"(?:it'?s?|its|they(?:'?re)?|theyre|this|that|those|these|there'?s? (?:also|still)|add (?:that|to)|make sure"
    r"|mention|(?:i|we)(?:'?ve)? (?:also |just )?(?:saw|see|seen|counted|heard)"
    r"|say that|(?:tell|let) (?:them|him|her|the crew)|esta|está|es|son|diles|d[ií]gales|agregue?|anote|fica"
    r")\b",
    re.IGNORECASE,
)


_ENDS_AS_MORE = re.compile(r"^\W*(?:\w+\W+){1,4}(?:too|also|as well|tambi[eé]n|tamb[eé]m|aussi)\W*$", re.IGNORECASE)


def ends_as_more(words: str) -> bool:
    """Whether a few words name one thing more ("recycling too")."""
    return _ENDS_AS_MORE.match(words) is not None


def opens_as_more(words: str) -> bool:
    """Whether words open like more of the same matter, and do not say that it is another."""
    return _GOES_ON.match(words) is not None


def goes_on(request: Request) -> bool:
    """Whether a report at a read-back only says more of the one that was read back."""
    return request.kind is Kind.REPORT and request.location is None and opens_as_more(request.words.quote)


def adds_words(text: str, reading: Reading, asked: Asked) -> bool:
    """Whether a reply to the read-back that changed nothing says more of the matter, and not that it is not understood
    or what the resident thinks of us."""
    if asked.asking_for != "confirmation" or reading.consent is not None or reading.choice is not None:
        return False
    if reading.repair not in (None, Repair.CORRECTION) or reading.corrects or reading.thanks:
        return False
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return False
    asks = any(piece.does is Does.ASKS for piece in pieces(text))
    kinds = {each.kind for each in reading.requests}
    return not asks and (bool(kinds & {Kind.REPORT, Kind.QUESTION}) or (Kind.OTHER in kinds and opens_as_more(text)))


def without_others(reading: Reading, queue: Sequence[Request]) -> Reading:
    """What a reply to the read-back says of the draft: the place of a further matter in the same message is not its."""
    others = [each for each in queue if each.kind is Kind.REPORT and each.location is not None]
    if not others or reading.location is None:
        return reading
    here = reading.location
    theirs = any(
        each.location is not None
        and (each.location.street, each.location.number, each.location.place) == (here.street, here.number, here.place)
        for each in others
    )
    kept = tuple(each for each in reading.requests if each not in others)
    return reading.model_copy(update={"location": None, "requests": kept}) if theirs else reading
