"""The city's address service (Boston's SAM) behind the geocoder: asked only for what the gazetteer does not know.

It speaks the geocoding interface of ArcGIS Server (`…/GeocodeServer/findAddressCandidates`). What it answers is taken
only if it is the address that was named, in this city, and one place; otherwise the gazetteer's word stands.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic import Field as Limits

from tools.distance import metres
from tools.gazetteer import Gazetteer
from tools.geocode import EmbeddedGeocoder, leading_number
from tools.geocode_found import SAME_PLACE_M, fits, line
from tools.live import LiveGarbled, LiveUnavailable
from tools.live_fetch import FAILED_SECONDS, fetch_json
from tools.location import Location
from tools.street_names import base_of, street_key

BEST_KNOWN = 0.9
LEAST_SCORE = 90.0
"""Below this the service is guessing: another number, or a street that sounds alike."""

MOST_CANDIDATES = 5
MOST_KEPT = 5_000
FARTHEST_M = 6_000
"""No house in the city lies farther from the middle of the nearest neighborhood."""


class _Point(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    x: float
    y: float


class _Candidate(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    address: str
    location: _Point
    score: float = Limits(ge=0, le=100)
    attributes: dict[str, object] = {}

    def told(self, *names: str) -> str:
        """The first of these attributes that is filled."""
        by_name = {name.casefold(): value for name, value in self.attributes.items()}
        return next((str(found).strip() for name in names if (found := by_name.get(name.casefold()))), "")


_CANDIDATES = TypeAdapter(list[_Candidate])


@dataclass(frozen=True)
class AddressService:
    """The service at its address, asked for at most so many seconds."""

    url: str
    seconds: float

    async def ask(self, address: str) -> list[_Candidate]:
        """The service's candidates for a line, best first. Raises LiveUnavailable."""
        params = {
            "SingleLine": address,
            "outFields": "*",
            "outSR": "4326",
            "maxLocations": str(MOST_CANDIDATES),
            "f": "json",
        }
        told = await fetch_json(f"{self.url.rstrip('/')}/findAddressCandidates", seconds=self.seconds, params=params)
        if not isinstance(told, dict) or "candidates" not in told:
            raise LiveGarbled("The address service answered something that is no list of candidates.")
        try:
            return _CANDIDATES.validate_python(told["candidates"])
        except ValidationError as error:
            raise LiveGarbled("The address service answered candidates that make no sense.") from error


@dataclass(eq=False)
class ServiceGeocoder:
    """Implements `tools.geocode.Geocoder`: the gazetteer decides wherever it knows a point or a choice; only where it
    knows neither, what the service said of that very address. The gazetteer alone is never made worse."""

    embedded: EmbeddedGeocoder
    service: AddressService
    ticks: Callable[[], float] = time.monotonic
    _known: OrderedDict[str, Location | None] = field(default_factory=OrderedDict)
    _left_alone_until: float = 0.0

    @property
    def gazetteer(self) -> Gazetteer:
        """The streets of the city."""
        return self.embedded.gazetteer

    def find(self, mention: Location) -> Location:
        """The same place with point, neighborhood and ZIP; with `candidates` if one name fits several places."""
        found = self.embedded.find(mention)
        if found.lat is not None or found.candidates:
            return found
        known = self._known.get(_asked(mention) or "")
        if known is None:
            return found
        kept = {"unit": mention.unit, "evidence": mention.evidence, "place": mention.place}
        return known.model_copy(update=kept)

    async def prepare(self, mention: Location) -> bool:
        """Ask for an address that the gazetteer does not know, once; whether `find` knows it now. Never raises."""
        asked, found = _asked(mention), self.embedded.find(mention)
        if asked is None or found.lat is not None or found.candidates:
            return False
        if asked not in self._known:
            if self.ticks() < self._left_alone_until:
                return False
            try:
                self._keep(asked, self._chosen(mention, await self.service.ask(asked)))
            except LiveUnavailable:
                self._left_alone_until = self.ticks() + FAILED_SECONDS
                return False
        return self._known[asked] is not None

    def _chosen(self, mention: Location, candidates: list[_Candidate]) -> Location | None:
        """The one place that is the address named; None if there is none or more than one."""
        placed = [each for each in (self._placed(mention, candidate) for candidate in candidates) if each is not None]
        apart = [each for each in placed[1:] if _metres(placed[0], each) > SAME_PLACE_M]
        return placed[0] if placed and not apart else None

    def _placed(self, mention: Location, candidate: _Candidate) -> Location | None:
        number, _, street = candidate.address.partition(",")[0].strip().partition(" ")
        same = leading_number(number) == leading_number(mention.number or "")
        if candidate.score < LEAST_SCORE or not same or not _same_street(street, mention.street or ""):
            return None
        area = self._area(candidate)
        if area is None:
            return None
        named = self.gazetteer.streets.get(street_key(street), mention.street)
        found = Location(
            value=line(f"{mention.number} {named}", area),
            number=mention.number,
            street=named,
            neighborhood=area,
            zip=candidate.told("Postal", "ZIP", "ZIP_CODE")[:5] or mention.zip,
            lat=round(candidate.location.y, 5),
            long=round(candidate.location.x, 5),
            confidence=BEST_KNOWN,
        )
        return found if fits(found, mention) else None

    def _area(self, candidate: _Candidate) -> str | None:
        """The neighborhood that a candidate lies in; None if it is in another town, or nowhere near this one."""
        town = candidate.told("City", "MAILING_NEIGHBORHOOD") or candidate.address.partition(",")[2].partition(",")[0]
        areas = {name.casefold(): name for name in self.gazetteer.middles}
        said = candidate.told("Nbrhd", "Neighborhood").casefold() or town.strip().casefold()
        if said not in areas and town.strip().casefold() != "boston":
            return None
        point = (candidate.location.y, candidate.location.x)
        away, nearest = min((metres(*point, *middle), name) for name, middle in self.gazetteer.middles.items())
        return areas.get(said, nearest) if away <= FARTHEST_M else None

    def _keep(self, asked: str, found: Location | None) -> None:
        self._known[asked] = found
        if len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)


def _asked(mention: Location) -> str | None:
    """The line to ask for; None without a house number and a street."""
    if not mention.number or not mention.street:
        return None
    return f"{mention.number} {mention.street}, {mention.neighborhood or 'Boston'}, MA {mention.zip or ''}".strip()


def _same_street(told: str, named: str) -> bool:
    """Whether two names are one street's; a type that was left out may be any."""
    one, other = street_key(told), street_key(named)
    return one == other or (bool(other) and base_of(other) == other and base_of(one) == other)


def _metres(one: Location, other: Location) -> float:
    return metres(one.lat or 0.0, one.long or 0.0, other.lat or 0.0, other.long or 0.0)
