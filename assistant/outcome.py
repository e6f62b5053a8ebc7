"""How a request of a turn can end; the order is the order of weight."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """Every way a request can end, the weightiest first. A turn's `outcome` is the first of these it holds."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    OPTED_OUT = "opted_out"
    REFUSED = "refused"
    FAILED = "failed"
    CASE_OPENED = "case_opened"
    CASE_QUEUED = "case_queued"
    ADDED_TO_CASE = "added_to_case"
    CASE_CHANGED = "case_changed"
    HANDED_OFF = "handed_off"
    READ_BACK = "read_back"
    ASKED = "asked"
    STATUS_GIVEN = "status_given"
    REFERRED = "referred"
    ANSWERED = "answered"
    NOT_KNOWN = "not_known"
    ACKNOWLEDGED = "acknowledged"


_WEIGHT = {outcome: place for place, outcome in enumerate(Outcome)}


def weightiest(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome a turn is known by. Raises ValueError for a turn without any."""
    return min(outcomes, key=_WEIGHT.__getitem__)
