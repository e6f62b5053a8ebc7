"""Points on a street: at a house number, between two known ones, and where two streets come close to each other."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from tools.distance import metres
from tools.gazetteer import Address, Gazetteer

CLOSE_NUMBERS = 40
"""A number that is not known lies near a known one if they differ by no more than this."""

INTERPOLATED = 200
"""Between two known numbers that differ by no more than this, a number's point is measured off between theirs."""

STRAIGHT_M = 500
"""Known numbers farther apart than this may have a bend between them; then the nearer one's point is taken."""

COMING_CLOSE_M = 120
"""Two streets whose known houses lie within this distance are taken to meet about there."""

SHORT_M = 120
"""A street is short if none of its known houses lies farther from its middle."""

KNOWN_HOUSES = 3
"""With fewer known houses, nothing tells how long a street is."""

SMALL = ("pl", "ct", "ter", "aly", "path", "cir", "park", "sq", "row", "way", "ln")
"""Types of streets that are short unless something known of them lies far off."""

CELL = 0.0012
"""The side of a search cell in degrees: a little more than COMING_CLOSE_M, north to south."""


class Spot(NamedTuple):
    """A point for what was named. `gap` is how far the nearest known house number is off; 0 for a known one."""

    lat: float
    long: float
    neighborhood: str
    zip: str
    gap: int
    confidence: float


def spots_of_number(gazetteer: Gazetteer, key: str, number: int) -> list[Spot]:
    """Where a house number may be, one spot for each neighborhood that its street runs through."""
    spots = []
    for stretch in gazetteer.stretches.get(key, []):
        known = gazetteer.beside(key, number, stretch.neighborhood)
        spot = _spot(known, number) if known else None
        if spot is not None:
            spots.append(spot)
    return spots


def _spot(known: list[Address], number: int) -> Spot | None:
    nearest = min(known, key=lambda each: abs(each.number - number))
    gap = abs(nearest.number - number)
    if len(known) == 2:
        low, high = known
        apart = metres(low.lat, low.long, high.lat, high.long)
        if high.number - low.number <= INTERPOLATED and apart <= STRAIGHT_M:
            part = (number - low.number) / (high.number - low.number)
            lat, long = low.lat + part * (high.lat - low.lat), low.long + part * (high.long - low.long)
            point = round(lat, 5), round(long, 5)
            return Spot(*point, nearest.neighborhood, nearest.zip, gap, round(max(0.6, 0.95 - gap * 0.006), 2))
    if gap > CLOSE_NUMBERS:
        return None
    return Spot(nearest.lat, nearest.long, nearest.neighborhood, nearest.zip, gap, round(0.97 - gap * 0.01, 2))


def middle_of_short_street(gazetteer: Gazetteer, key: str) -> Spot | None:
    """The middle of a street so short that its name alone tells where: an alley, a court, a small place."""
    stretches = gazetteer.stretches.get(key, [])
    if len(stretches) != 1:
        return None
    middle = stretches[0]
    houses = [(each.lat, each.long) for each in gazetteer.addresses.get(key, [])]
    corners = [
        (each.lat, each.long) for other in gazetteer.crossing.get(key, ()) for each in gazetteer.corner(key, other)
    ]
    far = max((metres(*point, middle.lat, middle.long) for point in houses + corners), default=0.0)
    small = bool(corners) and key.split()[-1] in SMALL
    if far > SHORT_M or (len(houses) < KNOWN_HOUSES and "alley" not in key and not small):
        return None
    return Spot(middle.lat, middle.long, middle.neighborhood, middle.zip, 0, 0.6)


@lru_cache(maxsize=4_000)
def where_streets_come_close(gazetteer: Gazetteer, one: str, other: str) -> Spot | None:
    """About where two streets meet that have no corner on record, by their nearest known houses; None if far apart."""
    cells = _cells(gazetteer, one)
    best: tuple[float, Address, Address] | None = None
    for address in gazetteer.addresses.get(other, []):
        row, column = _cell(address)
        for up in (-1, 0, 1):
            for right in (-1, 0, 1):
                for near in cells.get((row + up, column + right), ()):
                    apart = metres(near.lat, near.long, address.lat, address.long)
                    if apart <= COMING_CLOSE_M and (best is None or apart < best[0]):
                        best = apart, near, address
    if best is None:
        return None
    _, near, address = best
    point = round((near.lat + address.lat) / 2, 5), round((near.long + address.long) / 2, 5)
    return Spot(*point, near.neighborhood, near.zip, 0, 0.6)


@lru_cache(maxsize=2_000)
def _cells(gazetteer: Gazetteer, key: str) -> dict[tuple[int, int], list[Address]]:
    """The known houses of a street by search cell."""
    cells: dict[tuple[int, int], list[Address]] = defaultdict(list)
    for address in gazetteer.addresses.get(key, []):
        cells[_cell(address)].append(address)
    return dict(cells)


def _cell(address: Address) -> tuple[int, int]:
    return int(address.lat / CELL), int(address.long / CELL)
