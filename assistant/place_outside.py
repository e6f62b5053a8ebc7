"""Tells when a text places itself in a town that is not Boston."""

from typing import NamedTuple

from assistant.place_text import Phrases
from tools.gazetteer import Gazetteer
from tools.street_names import SUFFIXES

STATE = ("ma", "mass", "massachusetts")
TOWN_OF = ("city", "town", "ciudad", "pueblo", "cidade", "vil", "ville")
"""Words that with "of" make a town of what follows."""
STAYING = ("be", "live", "lives", "am", "work", "works", "was", "moved", "vivo", "trabajo", "moro", "abite", "rete")
"""Before "in" they tell where somebody is, not where the matter is."""


class Town(NamedTuple):
    """A town beside Boston: its name, its code among the agencies, and which word of the text names it."""

    name: str
    agency: str
    place: int


def town_of(phrases: Phrases, gazetteer: Gazetteer) -> Town | None:
    """The neighboring town that the text places itself in, or None."""
    for place, word in enumerate(phrases.lower):
        after = phrases.lower[place + 1] if place + 1 < len(phrases.lower) else ""
        named = f"{word} ma" if after in STATE and f"{word} ma" in gazetteer.towns else word
        agency = gazetteer.towns.get(named)
        if agency is not None and _names_a_town(phrases, place):
            return Town(word.title(), agency, place)
    return None


def _names_a_town(phrases: Phrases, place: int) -> bool:
    """Whether a word such as "Cambridge" is the town rather than part of a street's name."""
    text, lower = phrases.text, phrases.lower
    after = lower[place + 1] if place + 1 < len(lower) else ""
    before = lower[place - 1] if place else ""
    if after in SUFFIXES or after in ("ave", "village", "hill") or before in ("new", "from", "to"):
        return False
    comma = text[: phrases.words[place].start].rstrip().endswith(",") and not _in_list(phrases, place)
    ends = place == len(lower) - 1 and before in SUFFIXES
    if ends or (before in ("its", "it's", "is") and "boston" in text.casefold()):
        return True
    if place > 1 and lower[place - 2] in STAYING:
        return False
    if after == "side" and before in ("the", "on"):
        return True
    if before in ("of", "de") and place > 1 and lower[place - 2] in TOWN_OF:
        return True
    return before in ("in", "en", "nan", "em", "à") or comma or after in STATE


def _in_list(phrases: Phrases, place: int) -> bool:
    """Whether a list goes on behind a word, as in "Blue Hill Ave, Quincy and Fayston"."""
    behind = phrases.text[phrases.words[place].end :].lstrip()
    after = phrases.lower[place + 1] if place + 1 < len(phrases.lower) else ""
    return after in ("and", "or", "y", "o", "e", "ak") or behind.startswith("&")
