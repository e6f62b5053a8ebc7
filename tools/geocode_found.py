"""What the geocoder found for a name: places, how well they fit what was said, and how they are written."""

from typing import NamedTuple

from tools.distance import distance_m
from tools.gazetteer import Corner, Place
from tools.geocode_points import Spot
from tools.location import Location
from tools.street_names import base_of

SAME_PLACE_M = 500
"""Places of one name nearer to each other than this are one place."""

MUCH_BETTER_KNOWN = 6
"""With its type left out, a name means the street that has so many times the records of any other of that name."""

ABOUT = 12
"""A house number comes close to a known one if they differ by no more than this."""


class Found(NamedTuple):
    """A place that fits what was named, how well known it is, and how far off the nearest known house number is."""

    location: Location
    key: str
    records: int
    gap: int = 0


def nearest_numbers(found: list[Found]) -> list[Found]:
    """The places whose known numbers come about as near as the nearest, and those beside the very number: where one was
    known, another was right in a quarter of the texts to learn from. A far better known street is taken to have a
    number that it comes close to."""
    best = min((each.gap for each in found), default=0)
    limit = max(ABOUT, 3 * best)
    nearest = [each for each in found if each.gap <= limit]
    rivals = max((each.records for each in nearest), default=0)
    known = [each for each in found if each.gap <= ABOUT and each.records >= MUCH_BETTER_KNOWN * rivals]
    return known or nearest


def distinct(found: list[Found]) -> list[Found]:
    """The places without those that are another one again: of the same name and close to it."""
    kept: list[Found] = []
    for each in found:
        place = each.location
        if all(
            distance_m(place, other.location) > SAME_PLACE_M
            or base_of(place.street or "") != base_of(other.location.street or "")
            for other in kept
        ):
            kept.append(each)
    return kept


def fits(place: Location, mention: Location) -> bool:
    """Whether a place lies in the neighborhood and the ZIP that were said."""
    area = mention.neighborhood is None or place.neighborhood == mention.neighborhood or _touches(place, mention)
    code = mention.zip is None or place.zip is None or place.zip == mention.zip
    return area and code


_LARGER = {
    "South Boston Waterfront": "South Boston",
    "Longwood": "Fenway",
    "Mission Hill": "Roxbury",
    "Bay Village": "Back Bay",
    "Leather District": "Chinatown",
    "Chinatown": "Downtown",
    "Allston": "Brighton",
}
"""Neighborhoods that people also call by the name of a larger one beside them."""


def _touches(place: Location, mention: Location) -> bool:
    said, here = mention.neighborhood, place.neighborhood
    return _LARGER.get(here or "") == said or _LARGER.get(said or "") == here


def line(name: str, area: str | None) -> str:
    """The line to show: the name, and the neighborhood where it is known."""
    return f"{name}, {area}" if area else name


def placed(mention: Location, spot: Spot, named: dict[str, str]) -> Location:
    """What was named, put on a spot."""
    here = {"lat": spot.lat, "long": spot.long, "neighborhood": spot.neighborhood, "zip": spot.zip or mention.zip}
    return mention.model_copy(update={**here, **named, "confidence": spot.confidence})


def at_corner(mention: Location, corner: Corner, street: str, cross: str) -> Location:
    """What was named, put on a corner."""
    named = {"value": line(f"{street} & {cross}", corner.neighborhood), "street": street, "cross": cross}
    here = {"lat": corner.lat, "long": corner.long, "neighborhood": corner.neighborhood}
    return mention.model_copy(update={**named, **here, "confidence": 0.95})


def at_place(mention: Location, place: Place) -> Location:
    """What was named, put where a named place lies."""
    area = place.neighborhood or mention.neighborhood
    return mention.model_copy(
        update={
            "value": line(place.name, area),
            "place": place.name,
            "lat": place.lat,
            "long": place.long,
            "neighborhood": area,
            "confidence": 0.8 if place.lat is not None else 0.4,
        }
    )


def with_its_place(found: Location) -> Location:
    """An address or corner that shows the named place it was told with: "Ronan Park, 92 Mount Ida Rd, Dorchester"."""
    if found.place is None or found.value.startswith(found.place):
        return found
    return found.model_copy(update={"value": f"{found.place}, {found.value}"})
