"""Distances on the ground, good to a metre within one city."""

from math import cos, hypot, radians

from tools.location import Location

METRES_PER_DEGREE = 111_195.0
"""Metres per degree of latitude on a sphere of 6,371 km."""


def distance_m(one: Location, other: Location) -> float:
    """Metres between two places, by the equirectangular approximation. Infinite if either has no point."""
    if one.lat is None or one.long is None or other.lat is None or other.long is None:
        return float("inf")
    return metres(one.lat, one.long, other.lat, other.long)


def metres(lat: float, long: float, other_lat: float, other_long: float) -> float:
    """Metres between two points given in degrees."""
    across = (other_long - long) * cos(radians((lat + other_lat) / 2))
    return METRES_PER_DEGREE * hypot(other_lat - lat, across)
