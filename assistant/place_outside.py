"""Tells when a text places itself in a town that is not Boston."""

from assistant.place_text import Phrases
from tools.gazetteer import Gazetteer
from tools.street_names import SUFFIXES


def outside_city(phrases: Phrases, gazetteer: Gazetteer) -> str | None:
    """The agency code of a neighboring town that the text places itself in, or None."""
    for place, word in enumerate(phrases.lower):
        agency = gazetteer.towns.get(word)
        if agency is not None and _names_a_town(phrases, place):
            return agency
    return None


def _names_a_town(phrases: Phrases, place: int) -> bool:
    """Whether a word such as "Cambridge" is the town rather than part of a street's name."""
    text, lower = phrases.text, phrases.lower
    after = lower[place + 1] if place + 1 < len(lower) else ""
    before = lower[place - 1] if place else ""
    if after in SUFFIXES or after in ("ave", "village", "hill") or before in ("new", "from", "to"):
        return False
    comma = text[: phrases.words[place].start].rstrip().endswith(",")
    ends = place == len(lower) - 1 and before in SUFFIXES
    if ends or (before in ("its", "it's", "is") and "boston" in text.casefold()):
        return True
    return before in ("in", "en", "nan", "em", "à") or comma or after in ("ma", "mass")
