"""A test server that speaks the City's live sources: status items and the collection-day service, with their faults.

`/api/…` is healthy, `/faults/<fault>/api/…` has a fault. `python -m evals.city_server` serves it on a port for a look.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from evals.loopback import on_loopback
from tools.clock import Clock, city_time, system_clock

AREA = "/api/areas/Boston/services/310"
STATUS = "/api/v1/status_items"
DRIP_SECONDS, NEVER_SECONDS = 0.2, 60.0
COLLECTED_ON = 2
"""At every address the server knows, trash and recycling are collected on Wednesdays, yard waste every other week."""


class Fault(StrEnum):
    """What can be wrong with a live source."""

    TIMEOUT = "timeout"
    SLOW_DRIP = "slow_drip"
    ERROR_500 = "error_500"
    NOT_FOUND = "not_found"
    HTML = "html"
    GARBAGE = "garbage"
    WRONG_SHAPE = "wrong_shape"
    BROKEN_ITEMS = "broken_items"
    CUT = "cut"
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    YESTERDAY = "yesterday"
    OLD_COPY = "old_copy"
    EMPTY = "empty"


Body = Callable[[Fault | None], object]
ON = {
    "en": "A snow emergency is in effect from 8 a.m. Cars on main streets are towed.",
    "es": "Hay una emergencia de nieve desde las 8 a. m. Los autos en calles principales se llevan con grúa.",
}
ITEMS: dict[str, dict[str, str]] = {
    "Street sweeping": {
        "en": "Street sweeping is canceled today because of the weather. More: https://d8-dev2.boston.gov/node/1",
        "es": "El barrido de calles está suspendido hoy por el tiempo.",
        "pt-br": "A varrição das ruas está suspensa hoje por causa do tempo.",
        "zh-hans": "由于天气原因，今天暂停清扫街道。",
    },
    "Trash and recycling": {"en": "Trash and recycling are picked up on a <b>normal</b> schedule."},
    "City Hall": {
        "en": "City Hall is open today. See https://www.boston.gov/city-hall or https://evil.example.com/pay."
    },
    "Parking meters": {"en": "Meters are in effect today."},
    "Tow lot": {"en": "The tow lot is open until 10:30 p.m.", "fr": "La fourrière est ouverte jusqu'à 22 h 30."},
    "COVID-19 testing sites": {"en": "There are testing sites."},
}


class CityServer:
    """The server's state: what the City says, of which day, and how often it was asked."""

    def __init__(self, clock: Clock, *, snow: bool = False) -> None:
        self._clock, self.snow = clock, snow
        self.asked: Counter[str] = Counter()

    @property
    def app(self) -> Starlette:
        """The ASGI application."""
        routes = []
        for prefix in ("", "/faults/{fault}"):
            routes += [
                Route(f"{prefix}{STATUS}", self._status),
                Route(f"{prefix}{AREA}/address-suggest", self._places),
                Route(f"{prefix}/api/places/{{place}}/services/310/events", self._events),
            ]
        return Starlette(routes=routes)

    async def _status(self, request: Request) -> Response:
        self.asked["status"] += 1
        return await _spoiled(request, self._items)

    async def _places(self, request: Request) -> Response:
        self.asked["places"] += 1
        address = request.query_params.get("q", "")
        known = address[:1].isdigit() and "nowhere" not in address.casefold()
        suggested = [{"place_id": f"P-{len(address)}", "name": f"{address}, Boston", "type": "parcel"}] if known else []
        return await _spoiled(request, lambda _fault: suggested)

    async def _events(self, request: Request) -> Response:
        self.asked["events"] += 1
        first = date.fromisoformat(request.query_params["after"])
        last = date.fromisoformat(request.query_params["before"])
        return await _spoiled(request, lambda _fault: {"events": _collected(first, last), "zones": {}})

    def _items(self, fault: Fault | None) -> object:
        if fault is Fault.WRONG_SHAPE:
            return {"items": "none"}
        today = city_time(self._clock()).replace(hour=0, minute=0, second=1, microsecond=0)
        stamped = today - timedelta(days=1) if fault is Fault.YESTERDAY else today
        told = ITEMS | ({"Snow emergency": ON} if self.snow else {})
        rows = [_item(number, title, body, stamped) for number, (title, body) in enumerate(told.items(), 1)]
        if fault is Fault.BROKEN_ITEMS:
            return [row | {"updated_at": "yesterday, maybe"} for row in rows]
        return [] if fault is Fault.EMPTY else rows


def _item(number: int, title: str, body: Mapping[str, str], at: datetime) -> dict[str, object]:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S%z")
    return {
        "id": str(number),
        "enabled": "True",
        "title": {"en": title},
        "body": dict(body),
        "priority": str(number),
        "alert": str(title == "Snow emergency"),
        "published_at": "2020-01-07T14:43:17-0500",
        "updated_at": stamp,
    }


def _collected(first: date, last: date) -> list[dict[str, object]]:
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    events: list[dict[str, object]] = []
    for number, day in enumerate(each for each in days if each.weekday() == COLLECTED_ON):
        names = ["garbage", "recycling", *(["yardwaste"] if number % 2 == 0 else [])]
        flags = [{"name": name, "subject": name.capitalize(), "event_type": "pickup"} for name in names]
        events.append({"id": number, "day": day.isoformat(), "zone_id": 1, "flags": flags})
    return events


async def _spoiled(request: Request, body: Body) -> Response:
    """What the server answers with the fault of the path."""
    named = request.path_params.get("fault")
    fault = Fault(named) if named else None
    match fault:
        case Fault.TIMEOUT:
            await asyncio.sleep(NEVER_SECONDS)
        case Fault.ERROR_500:
            return PlainTextResponse("The website encountered an unexpected error.", status_code=500)
        case Fault.NOT_FOUND:
            return JSONResponse({"message": "No route found"}, status_code=404)
        case Fault.HTML:
            return HTMLResponse("<!doctype html><title>Boston.gov</title><p>We'll be right back.</p>")
        case Fault.GARBAGE:
            return Response('[{"id": "1", "enab', media_type="application/json")
        case Fault.REDIRECT:
            return RedirectResponse("/api/v1/status_items")
        case Fault.TOO_LARGE:
            return Response("[" + " " * 1_000_000 + "]", media_type="application/json")
        case Fault.SLOW_DRIP | Fault.CUT:
            text = json.dumps(body(fault), ensure_ascii=False)
            return StreamingResponse(_dripping(text, fault), media_type="application/json")
        case _:
            pass
    headers = {"Age": "7200"} if fault is Fault.OLD_COPY else None
    return JSONResponse(body(fault), headers=headers)


async def _dripping(text: str, fault: Fault) -> AsyncIterator[bytes]:
    for place in range(0, len(text), 16):
        if fault is Fault.CUT and place > len(text) // 2:
            raise ConnectionResetError("The connection is cut on purpose.")
        if fault is Fault.SLOW_DRIP:
            await asyncio.sleep(DRIP_SECONDS)
        yield text[place : place + 16].encode()


async def _serve(port: int) -> None:
    server = CityServer(system_clock, snow=True)
    async with on_loopback(server.app, port=port):
        await asyncio.Event().wait()


def main() -> None:
    """Serve until Ctrl+C."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=8312)
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
