"""Takes over what a resident corrects in the same text: a house number, or the whole address."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.place_text import Mention
from assistant.place_words import PlaceWords
from tools.location import Location

SOON = 80
"""Characters within which a correction follows what it corrects."""

NUMBER = re.compile(r"#?\s?(\d{1,5}[a-z]?)(?=\s*(?:$|[,.;!?)\]|]|\n|not\b|and not\b|no \d))", re.IGNORECASE)
"""A corrected number ends its clause; one that goes on ("sorry, 2 bags") counts something."""

RATHER = re.compile(r"(\d{1,5}[a-z]?)[\s,]+(?:and\s+)?(?:not|no|não|pas)\s+(?:number\s+|#\s?)?$", re.IGNORECASE)


def with_corrected_number(text: str, street: Mention, streets: Sequence[Mention], words: PlaceWords) -> Mention:
    """The mention with the number that replaces its own: "12 Elm St, no wait, 21", "40, not 100 Elm St"."""
    if street.number is None:
        return street
    before = RATHER.search(text, max(0, street.start - SOON), street.start)
    if before is not None:
        return replace(street, number=before[1], start=before.start(1))
    correction = words.correcting.match(text, street.end, street.end + SOON)
    behind = NUMBER.match(text, correction.end()) if correction else None
    if behind is None or any(each.start <= behind.start(1) < each.end for each in streets):
        return street
    return replace(street, number=behind[1], end=behind.end(1))


def without_corrected(text: str, found: Sequence[Location], words: PlaceWords) -> list[Location]:
    """The places, in order, without those that the next one corrects."""
    corrected = {place for place, (one, two) in enumerate(pairwise(found)) if _corrects(text, one, two, words)}
    return [each for place, each in enumerate(found) if place not in corrected]


def _corrects(text: str, first: Location, second: Location, words: PlaceWords) -> bool:
    if first.evidence is None or second.evidence is None:
        return False
    gap = text[first.evidence.end : second.evidence.start]
    if len(gap) > SOON:
        return False
    if words.correcting.fullmatch(gap):
        return True
    same_street = first.street == second.street and first.number and second.number
    return bool(same_street) and words.corrects.match(text, second.evidence.end) is not None
