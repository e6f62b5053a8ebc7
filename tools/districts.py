"""The Public Works district of a place, from a table derived from the city's case records."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from tools.distance import metres
from tools.location import Location

FILE = Path(__file__).parent / "boston" / "gazetteer" / "districts.csv"
REACH_M = 700
"""How far away the nearest record may lie for its district to count."""

QUEUES = {
    "1A": "PWDx_District 1A: Charlestown",
    "1B": "PWDx_District 1B: North End",
    "1C": "PWDx_District 1C: Downtown",
    "02": "PWDx_District 02: Jamaica Plain",
    "03": "PWDx_District 03: North Dorchester",
    "04": "PWDx_District 04: Allston/Brighton",
    "05": "PWDx_District 05: South Boston",
    "06": "PWDx_District 06: West Roxbury and Roslindale",
    "07": "PWDx_District 07: South Dorchester",
    "08": "PWDx_District 08: Hyde Park",
    "09": "PWDx_District 09: East Boston",
    "10A": "PWDx_District 10A: Roxbury",
    "10B": "PWDx_District 10B: Roxbury",
}
"""The queue of each district, as the case records name it."""

BY_NEIGHBORHOOD = {
    "Charlestown": "1A", "North End": "1B", "West End": "1B", "Beacon Hill": "1B", "Downtown": "1C", "Back Bay": "1C",
    "South End": "1C", "Chinatown": "1C", "Bay Village": "1C", "Leather District": "1C", "Jamaica Plain": "02",
    "Allston": "04", "Brighton": "04", "South Boston": "05", "South Boston Waterfront": "05", "West Roxbury": "06",
    "Roslindale": "06", "Mattapan": "07", "Hyde Park": "08", "East Boston": "09", "Fenway": "10A", "Longwood": "10A",
    "Mission Hill": "10A", "Roxbury": "10B", "Dorchester": "07",
}  # fmt: skip
"""The district most of a neighborhood belongs to, for a place without a point."""


class Districts:
    """Looks a point up in cells of a thousandth of a degree (about 100 m)."""

    def __init__(self, cells: Mapping[tuple[int, int], str]) -> None:
        self._cells = cells

    def of(self, location: Location | None) -> str | None:
        """The district of a place, or None when nothing tells."""
        if location is None:
            return None
        if location.lat is not None and location.long is not None:
            return self._nearest(location.lat, location.long) or BY_NEIGHBORHOOD.get(location.neighborhood or "")
        return BY_NEIGHBORHOOD.get(location.neighborhood or "")

    def around(self, lat: float, long: float, *, rows: int, columns: int) -> dict[tuple[int, int], str]:
        """The known cells near a point, by thousandths of a degree."""
        row, column = round(lat * 1000), round(long * 1000)
        near = ((row + up, column + right) for up in range(-rows, rows + 1) for right in range(-columns, columns + 1))
        return {cell: self._cells[cell] for cell in near if cell in self._cells}

    def _nearest(self, lat: float, long: float) -> str | None:
        row, column = round(lat * 1000), round(long * 1000)
        for ring in range(8):
            around = [
                (metres(lat, long, (row + up) / 1000, (column + right) / 1000), district)
                for up in range(-ring, ring + 1)
                for right in range(-ring, ring + 1)
                if max(abs(up), abs(right)) == ring and (district := self._cells.get((row + up, column + right)))
            ]
            if around:
                distance, district = min(around)
                return district if distance <= REACH_M else None
        return None


@lru_cache
def load_districts(path: Path = FILE) -> Districts:
    """The table of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Districts(
        {(round(float(row["lat"]) * 1000), round(float(row["long"]) * 1000)): row["district"] for row in rows}
    )
