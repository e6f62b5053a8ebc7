"""The address nearest to where a resident stands, in words that they can check before they send them."""

import asyncio
import math
from typing import Annotated

from fastapi import APIRouter, Query, Request

from channels.auth import refuse_foreign
from tools.gazetteer import Gazetteer

FARTHEST_M = 300
"""Beyond this no address is near: a harbour, a large park, another town."""

METRES_OF_A_DEGREE = 111_320
router = APIRouter(include_in_schema=False)


def nearest_address(gazetteer: Gazetteer, lat: float, long: float) -> str | None:
    """The nearest known address as one would write it; None if none is near."""
    shrink = math.cos(math.radians(lat))
    best, words = float(FARTHEST_M), None
    for key, known in gazetteer.addresses.items():
        for each in known:
            away = math.hypot(each.lat - lat, (each.long - long) * shrink) * METRES_OF_A_DEGREE
            if away < best:
                best, words = away, f"{each.number} {gazetteer.streets.get(key, key)}, {each.neighborhood}"
    return words


@router.get("/near")
async def near(
    request: Request,
    lat: Annotated[float, Query(ge=-90, le=90)],
    long: Annotated[float, Query(ge=-180, le=180)],
) -> dict[str, str | None]:
    """The address nearest to a place. Nothing of it is kept."""
    refuse_foreign(request)
    gazetteer = request.app.state.gazetteer
    if gazetteer is None:
        return {"words": None}
    return {"words": await asyncio.to_thread(nearest_address, gazetteer, lat, long)}
