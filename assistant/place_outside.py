"""Tells when a text places itself in a town that is not Boston."""

from assistant.place_scan import Word
from tools.gazetteer import Gazetteer
from tools.street_names import SUFFIXES, street_key


def outside_city(words: list[Word], text: str, gazetteer: Gazetteer) -> str | None:
    """The agency code of a neighboring town that the text places itself in, or None."""
    for place, word in enumerate(words):
        agency = gazetteer.towns.get(street_key(word.text))
        if agency is not None and _names_a_town(words, place, text):
            return agency
    return None


def _names_a_town(words: list[Word], place: int, text: str) -> bool:
    """Whether a word such as "Cambridge" is the town rather than part of a street's name."""
    after = words[place + 1].text.casefold() if place + 1 < len(words) else ""
    before = words[place - 1].text.casefold() if place else ""
    if after in SUFFIXES or after in ("ave", "village", "hill") or before in ("new", "from", "to"):
        return False
    comma = text[: words[place].start].rstrip().endswith(",")
    ends = place == len(words) - 1 and before in SUFFIXES
    if ends or (before in ("its", "it's", "is") and "boston" in text.casefold()):
        return True
    return before in ("in", "en", "nan", "em", "à") or comma or after in ("ma", "mass")
