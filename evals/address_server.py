"""A test server that speaks the address service of a city as ArcGIS Server does, strictly, with its faults.

`/…/GeocodeServer/findAddressCandidates` is healthy, the same below `/faults/<fault>` is not.
"""

import asyncio
from collections.abc import Mapping
from enum import StrEnum

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tools.value import Value

LOCATOR = "/arcgis/rest/services/SAMLocator/GeocodeServer"
NEVER_SECONDS = 60.0


class Fault(StrEnum):
    """What can be wrong with the service or what it says."""

    SLOW = "slow"
    ERROR_500 = "500"
    ERROR_IN_200 = "error_in_200"
    HTML = "html"
    GARBAGE = "garbage"
    EMPTY = "empty"
    WRONG_CITY = "wrong_city"
    WRONG_NUMBER = "wrong_number"
    WRONG_STREET = "wrong_street"
    FAR_AWAY = "far_away"
    TWO_PLACES = "two_places"
    NO_POINT = "no_point"
    UNSURE = "unsure"


class Known(Value):
    """An address that the service knows."""

    address: str
    neighborhood: str
    postal: str
    long: float
    lat: float


class AddressServer:
    """The service: what it knows by the beginning of a line, and how often it was asked."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self.known, self.asked = known, list[str]()

    @property
    def app(self) -> Starlette:
        """The ASGI application."""
        path = f"{LOCATOR}/findAddressCandidates"
        return Starlette(routes=[Route(path, self._find), Route(f"/faults/{{fault}}{path}", self._find)])

    async def _find(self, request: Request) -> Response:
        given, fault = request.query_params, request.path_params.get("fault", "")
        if given.get("f") != "json":
            return HTMLResponse("<html><body>Find Address Candidates</body></html>")
        if not given.get("SingleLine") or given.get("outSR") != "4326":
            return JSONResponse(failure(400, "Unable to complete operation."))
        self.asked.append(given["SingleLine"])
        match fault:
            case Fault.SLOW:
                await asyncio.sleep(NEVER_SECONDS)
            case Fault.ERROR_500:
                return Response("Internal Server Error", 500)
            case Fault.ERROR_IN_200:
                return JSONResponse(failure(498, "Invalid token."))
            case Fault.HTML:
                return HTMLResponse("<html><body>Service is stopped</body></html>")
            case Fault.GARBAGE:
                return JSONResponse({"candidates": [{"address": 7, "location": "here", "score": "high"}]})
        found = next((known for line, known in self.known.items() if given["SingleLine"].startswith(line)), None)
        rows = [] if found is None or fault == Fault.EMPTY else _spoiled(found, fault)
        return JSONResponse({"spatialReference": {"wkid": 4326, "latestWkid": 4326}, "candidates": rows})


def failure(code: int, message: str) -> dict[str, object]:
    """An error as ArcGIS tells it: in the body of a 200."""
    return {"error": {"code": code, "message": message, "details": []}}


def _spoiled(known: Known, fault: str) -> list[dict[str, object]]:
    """The candidates, as the fault has them."""
    number, _, street = known.address.partition(" ")
    match fault:
        case Fault.WRONG_CITY:
            return [_row(known, city="Quincy")]
        case Fault.WRONG_NUMBER:
            return [_row(known, address=f"{int(number) + 40} {street}")]
        case Fault.WRONG_STREET:
            return [_row(known, address=f"{number} Blue Hill Ave")]
        case Fault.FAR_AWAY:
            return [_row(known, lat=known.lat + 2)]
        case Fault.TWO_PLACES:
            return [_row(known), _row(known, lat=known.lat + 0.02)]
        case Fault.NO_POINT:
            return [_row(known) | {"location": {"x": "NaN", "y": "NaN"}}]
        case Fault.UNSURE:
            return [_row(known, score=71.2)]
    return [_row(known)]


def _row(
    known: Known, *, address: str = "", city: str = "Boston", lat: float | None = None, score: float = 100
) -> dict[str, object]:
    line = f"{address or known.address}, {city}, {known.postal}"
    told = {"Loc_name": "SAM", "Score": score, "Match_addr": line, "City": city, "Postal": known.postal, "Ref_ID": 4711}
    area = {"Nbrhd": known.neighborhood} if city == "Boston" else {}
    point = {"x": known.long, "y": known.lat if lat is None else lat}
    return {"address": line, "location": point, "score": score, "attributes": told | area}
