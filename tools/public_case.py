"""What of a case is public: the place by the names of the map, the end by the codes of the City; nobody's words."""

from tools.case import Case
from tools.location import Location
from tools.service import Catalogue, LocationKind, Service


def public_address(place: Location | None, service: Service) -> str | None:
    """The place by the names of the map, without a unit; what only a resident's words name is known by neighborhood."""
    if place is None:
        return None
    if not place.found:
        return place.neighborhood
    street = f"{place.street} & {place.cross}" if place.street and place.cross else place.street
    line = " ".join(part for part in (place.number, street) if part)
    named = place.place if service.location_kind is not LocationKind.BUILDING_UNIT else None
    return ", ".join(part for part in (line or named, place.neighborhood) if part) or None


def public_reason(case: Case, catalogue: Catalogue) -> str | None:
    """The closing code, if it is one of the City's: a reason in anybody's own words is not public."""
    return case.closure_reason if case.closure_reason in catalogue.closure_codes else None
