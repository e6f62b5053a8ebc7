"""What a draft needs next: the one thing to ask, or the read-back when nothing is missing."""

from assistant.conversation import Work
from tools.draft import Draft
from tools.location import Location
from tools.service import Catalogue, LocationKind, Service

SURE_ENOUGH = 0.45
"""Below this confidence the assistant asks which service is meant (set on development data, see docs/decisions.md)."""


def next_thing(work: Work, catalogue: Catalogue) -> str:
    """What to ask for now, in the words of `asking_for`. `confirmation` means: read the draft back.

    A case that is already open is offered as soon as the place is known: joining it spares all further questions.
    """
    draft = work.draft
    if work.choices or draft.service is None:
        return "service"
    if draft.location is not None and draft.location.candidates:
        return "location_choice"
    open_ends = [code for code in missing(draft, catalogue) if code not in work.declined]
    if open_ends[:1] == ["location"]:
        return "location"
    if draft.duplicates and not work.separate:
        return "duplicate"
    return open_ends[0] if open_ends else "confirmation"


def missing(draft: Draft, catalogue: Catalogue) -> tuple[str, ...]:
    """What the service requires and the draft does not have, in the order to ask for it."""
    if draft.service is None:
        return ("service",)
    service = catalogue.services[draft.service.code]
    location = ("location",) if needs_location(service) and not precise(draft.location) else ()
    required = tuple(code for code in required_attributes(draft, service) if code not in draft.fields)
    contact = () if service.anonymous_allowed or reachable(draft) else ("contact",)
    return location + required + contact


def required_attributes(draft: Draft, service: Service) -> tuple[str, ...]:
    """The questions that must be answered: the service's own, and those that the answers so far bring up."""
    own = {attribute.code for attribute in service.attributes if attribute.required}
    brought_up = {
        code
        for attribute in service.attributes
        for effect in attribute.effects
        if attribute.code in draft.fields and draft.fields[attribute.code].value in effect.answers
        for code in effect.required
    }
    return tuple(attribute.code for attribute in service.attributes if attribute.code in own | brought_up)


def precise(location: Location | None) -> bool:
    """Whether a crew could find the place: an address, a corner, a named place, or a point on the map."""
    if location is None:
        return False
    address = location.street and (location.number or location.cross)
    return bool(address or location.place or location.lat is not None or location.candidates)


def needs_location(service: Service) -> bool:
    """Whether a case of this service is about a place."""
    return service.location_kind is not LocationKind.NONE


def reachable(draft: Draft) -> bool:
    """Whether the draft says how to reach the resident."""
    return draft.contact.phone is not None or draft.contact.email is not None
