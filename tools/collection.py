"""The port to the collection-day service: on which days what is collected at an address; and its adapter.

The adapter speaks the service behind the City's Trash Day app: an address is looked up under
`…/areas/<area>/services/<number>/address-suggest`, its days under `…/places/<place>/services/<number>/events`.
AddressUnknown (a LiveUnavailable) says that the service does not know the address.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tools.clock import Clock
from tools.live import LiveGarbled, LiveUnavailable
from tools.live_fetch import HELD_SECONDS, Held, fetch_json
from tools.status_items import SECONDS
from tools.value import Value


class Kind(StrEnum):
    """What is collected, in the order in which it is told."""

    TRASH = "trash"
    RECYCLING = "recycling"
    YARD_WASTE = "yard_waste"
    FOOD_WASTE = "food_waste"


class CollectionDay(Value):
    """A day on which something is collected."""

    day: date
    kinds: tuple[Kind, ...]


class Collections(Value):
    """The days of an address as the service gave them at a moment."""

    at: datetime
    days: tuple[CollectionDay, ...]


class AddressUnknown(LiveUnavailable):
    """The service does not know the address."""


class CollectionService(Protocol):
    """Knows on which days what is collected at an address."""

    async def days(self, number: str, street: str, *, first: date, last: date) -> Collections:
        """The days from first to last. Raises LiveUnavailable, AddressUnknown among it."""
        ...


class AddressWrong(ValueError):
    """The address of the service that was set cannot be used."""


_BASE = re.compile(r"(https?://.+)/areas/[\w.-]+/services/([\w.-]+?)/?")
_NAMES = (
    (Kind.YARD_WASTE, re.compile(r"yard|leaf|leaves|garden", re.IGNORECASE)),
    (Kind.FOOD_WASTE, re.compile(r"food|compost|organic", re.IGNORECASE)),
    (Kind.RECYCLING, re.compile(r"recycl", re.IGNORECASE)),
    (Kind.TRASH, re.compile(r"trash|garbage|waste|refuse", re.IGNORECASE)),
)


class _Suggested(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    place_id: str
    name: str = ""


class _Flag(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = ""
    subject: str | None = None
    event_type: str | None = None


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    day: date
    flags: tuple[_Flag, ...] = ()


class _Events(BaseModel):
    model_config = ConfigDict(extra="ignore")

    events: tuple[_Event, ...]


_SUGGESTED = TypeAdapter(tuple[_Suggested, ...])


class TrashDayService:
    """Implements `CollectionService` over HTTP. `url` ends in `/areas/<area>/services/<number>`, else AddressWrong."""

    def __init__(self, url: str, clock: Clock, *, seconds: float = SECONDS, held_seconds: float = HELD_SECONDS) -> None:
        match = _BASE.fullmatch(url)
        if match is None:
            raise AddressWrong(f"{url!r} does not end in /areas/<area>/services/<number>")
        self._area, self._root, self._service = url.rstrip("/"), match[1], match[2]
        self._clock, self._seconds = clock, seconds
        self._places: Held[str] = Held(held_seconds=24 * 3600)
        self._days: Held[Collections] = Held(held_seconds=held_seconds)

    async def days(self, number: str, street: str, *, first: date, last: date) -> Collections:
        """The days from first to last. Raises LiveUnavailable, AddressUnknown among it."""
        address = f"{number} {street}"

        async def fetch() -> Collections:
            place = await self._places.get(address, lambda: self._place(number, address))
            return await self._events(place, first, last)

        return await self._days.get(f"{address}|{first}|{last}", fetch)

    async def _place(self, number: str, address: str) -> str:
        url = f"{self._area}/address-suggest"
        rows = await fetch_json(url, seconds=self._seconds, params={"q": address, "locale": "en"})
        try:
            found = _SUGGESTED.validate_python(rows)
        except ValidationError as error:
            raise LiveGarbled("The collection service's places cannot be read.") from error
        same = [each for each in found if not each.name or each.name.split()[0].casefold() == number.casefold()]
        if not same:
            raise AddressUnknown("The collection service does not know the address.")
        return same[0].place_id

    async def _events(self, place: str, first: date, last: date) -> Collections:
        if not re.fullmatch(r"[\w-]{1,80}", place):
            raise LiveGarbled("The collection service named no usable place.")
        url = f"{self._root}/places/{place}/services/{self._service}/events"
        span = {"after": first.isoformat(), "before": last.isoformat(), "nomerge": "1", "locale": "en"}
        rows = await fetch_json(url, seconds=self._seconds, params=span)
        try:
            events = _Events.model_validate(rows).events
        except ValidationError as error:
            raise LiveGarbled("The collection service's days cannot be read.") from error
        days = tuple(each for each in _collected(events) if first <= each.day <= last)
        return Collections(at=self._clock(), days=days)


def _collected(events: tuple[_Event, ...]) -> Iterator[CollectionDay]:
    """Each day once, in order, with what is collected on it."""
    by_day: dict[date, set[Kind]] = {}
    for event in sorted(events, key=lambda each: each.day):
        kinds = {kind for flag in event.flags if flag.event_type in (None, "pickup") for kind in _kinds(flag)}
        if kinds:
            by_day.setdefault(event.day, set()).update(kinds)
    for day, kinds in by_day.items():
        yield CollectionDay(day=day, kinds=tuple(kind for kind in Kind if kind in kinds))


def _kinds(flag: _Flag) -> Iterator[Kind]:
    words = f"{flag.name} {flag.subject or ''}"
    found = next((kind for kind, pattern in _NAMES if pattern.search(words)), None)
    if found is not None:
        yield found
