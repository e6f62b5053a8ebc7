"""A small map around a place, drawn on the server from our own table of district cells (about 100 m each)."""

from dataclasses import dataclass
from math import cos, radians

from tools.districts import QUEUES, load_districts
from tools.location import Location

ROWS, COLUMNS = 12, 20
"""Cells to each side of the middle: about 1.3 km up and down, 1.6 km across."""

CELL = 8.0
"""Height of a cell in the drawing."""


@dataclass(frozen=True)
class Strip:
    """Cells of one district side by side; `shade` tells districts apart."""

    x: float
    y: float
    width: float
    shade: int


@dataclass(frozen=True)
class Pin:
    """A place on the map."""

    x: float
    y: float
    name: str
    label: str


@dataclass(frozen=True)
class Map:
    """A drawing: strips of districts, and pins."""

    width: float
    height: float
    cell: float
    strips: tuple[Strip, ...]
    pins: tuple[Pin, ...]
    told: str


def map_of(location: Location | None) -> Map | None:
    """The map of a place or of the candidates for it; None if nothing is on the map."""
    places = [] if location is None else list(location.candidates or (location,))
    points = [(each, each.lat, each.long) for each in places if each.lat is not None and each.long is not None]
    if not points:
        return None
    middle = points[0]
    lat, long = float(middle[1] or 0), float(middle[2] or 0)
    wide = CELL * cos(radians(lat))
    top, left = round(lat * 1000) + ROWS, round(long * 1000) - COLUMNS
    cells = load_districts().around(lat, long, rows=ROWS, columns=COLUMNS)
    shades = {name: place for place, name in enumerate(sorted(set(cells.values())))}
    strips = tuple(
        Strip(x=(begin - left) * wide, y=(top - row) * CELL, width=length * wide, shade=shades[district] % 4)
        for row, begin, length, district in _runs(cells)
    )
    pins = tuple(
        Pin(
            x=(float(east or 0) * 1000 - left + 0.5) * wide,
            y=(top - float(north or 0) * 1000 + 0.5) * CELL,
            name=each.value,
            label=str(number) if len(points) > 1 else "",
        )
        for number, (each, north, east) in enumerate(points, start=1)
    )
    width, height = (2 * COLUMNS + 1) * wide, (2 * ROWS + 1) * CELL
    inside = tuple(pin for pin in pins if 0 <= pin.x <= width and 0 <= pin.y <= height)
    names = ", ".join(QUEUES.get(name, name).partition(": ")[2] or name for name in shades)
    return Map(width, height, CELL, strips, inside, f"{middle[0].value}; around it the districts {names or 'unknown'}")


def _runs(cells: dict[tuple[int, int], str]) -> list[tuple[int, int, int, str]]:
    """Cells of one district beside each other, as row, first column, length and district."""
    runs: list[tuple[int, int, int, str]] = []
    for (row, column), district in sorted(cells.items()):
        if runs and runs[-1][0] == row and runs[-1][1] + runs[-1][2] == column and runs[-1][3] == district:
            runs[-1] = (row, runs[-1][1], runs[-1][2] + 1, district)
        else:
            runs.append((row, column, 1, district))
    return runs
