"""Brings what a reply says of the place together with the place known so far."""

import re
from functools import lru_cache

from assistant.reading import Consent, Reading
from tools.gazetteer import load_gazetteer
from tools.location import Location

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_BESIDE_A_PLACE = frozenset(
    "at on in near by the is it its my address boston ma mass massachusetts en la el calle na rua nan"
    " unit apt apartment suite floor apto apartamento piso".split()
)
"""Words beside a place that say nothing of what is wrong there."""


def chosen_place(current: Location, reading: Reading, text: str) -> Location | None:
    """The place meant among those of the same name: picked by number, by neighborhood, or said anew."""
    places = current.candidates
    if reading.choice is not None and reading.choice <= len(places):
        return _as_chosen(places[reading.choice - 1])
    said = reading.location
    area = said.neighborhood if said else None
    fitting = [place for place in places if place.neighborhood and _names(text, place.neighborhood, area)]
    if len(fitting) == 1:
        return _as_chosen(fitting[0])
    if said is not None and (said.street or said.place or said.number or said.cross):
        return combined(current, said)
    return None if reading.consent is Consent.NO else current


def knows_more(before: Location | None, after: Location | None) -> bool:
    """Whether a reply told more about the place than was known."""
    if after is None:
        return False
    return before is None or _plain_parts(before) != _plain_parts(after)


def _plain_parts(place: Location) -> tuple[str | None, ...]:
    open_choice = str(len(place.candidates))
    return (place.number, place.street, place.cross, place.place, place.neighborhood, place.unit, open_choice)


def combined(current: Location | None, said: Location) -> Location:
    """The place now meant: what was said, completed by what was known when only a part of it was said again."""
    if current is None or said.street or said.place or said.found:
        return said
    parts = {
        name: value for name in ("number", "cross", "unit", "neighborhood", "zip") if (value := getattr(said, name))
    }
    if not parts:
        return said
    kept = {
        name: getattr(current, name) for name in ("number", "street", "cross", "place", "unit", "neighborhood", "zip")
    }
    if "neighborhood" in parts:
        kept["zip"] = None
    if "number" in parts:
        kept["cross"] = None
    merged = kept | parts
    street = " & ".join(part for part in (merged["street"], merged["cross"]) if part)
    line = " ".join(part for part in (merged["number"], street or merged["place"]) if part)
    return Location(value=line or said.value, confidence=said.confidence, evidence=said.evidence, **merged)


def corner_of(current: Location, said: Location) -> Location | None:
    """The corner that two streets said one after the other would make; None unless each is a street and no more."""
    bare = all(each.street and not (each.number or each.cross or each.place) for each in (current, said))
    if not bare or current.street == said.street:
        return None
    return Location(
        value=f"{current.street} & {said.street}",
        street=current.street,
        cross=said.street,
        neighborhood=current.neighborhood or said.neighborhood,
        confidence=said.confidence,
        evidence=said.evidence,
    )


def _as_chosen(place: Location) -> Location:
    return place.model_copy(update={"candidates": (), "confidence": max(place.confidence, 0.95)})


def _names(text: str, neighborhood: str, said: str | None) -> bool:
    return neighborhood == said or neighborhood.casefold() in text.casefold()


def says_only_where(words: str, place: Location | None) -> bool:
    """Whether words name a place and nothing else, so that they do not say what is wrong there."""
    if place is None or place.evidence is None:
        return False
    rest = f"{words[: place.evidence.start]} {words[place.evidence.end :]}"
    return not frozenset(_LETTERS.findall(rest.casefold())) - _BESIDE_A_PLACE - _areas()


@lru_cache
def _areas() -> frozenset[str]:
    """The words of the neighborhoods' names."""
    return frozenset(_LETTERS.findall(" ".join(load_gazetteer().neighborhoods).casefold()))
