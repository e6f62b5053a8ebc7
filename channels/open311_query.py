"""Reads what an Open311 client asks of the list of cases, and holds it to the rules: 90 days, 1,000 cases a page."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from channels.open311_answers import Open311Error
from channels.text import storable
from tools.case import Status
from tools.case_listing import Wanted
from tools.case_number import find_case_number
from tools.value import Value

SPAN = timedelta(days=90)
MOST = 1_000
DEEPEST = 10_000_000
STATUSES = {"open": (Status.OPEN,), "closed": (Status.CLOSED, Status.TRANSITIONED)}


class Listing(Value):
    """A page of cases that is asked for."""

    wanted: Wanted
    number: int
    size: int
    extensions: bool


def read_query(given: Mapping[str, str], codes: Mapping[str, str], now: datetime) -> Listing:
    """What is asked for. `codes` are the public services by every code that we know. Raises Open311Error.

    An empty value is none. Without dates it is the last 90 days; with one, the 90 days from or up to it. Numbers of
    cases override every other filter.
    """
    asked = {name: value.strip() for name, value in given.items() if value.strip()}
    ids = tuple(find_case_number(each) or each for each in _listed(asked.get("service_request_id", "")))
    if len(ids) > MOST:
        raise Open311Error(400, f"At most {MOST} numbers can be asked for at once.")
    size = _number(asked, "page_size", _number(asked, "per_page", MOST, most=MOST), most=MOST)
    number, extended = _number(asked, "page", 1, most=DEEPEST), asked.get("extensions", "").casefold() in ("true", "1")
    everything = tuple(sorted(set(codes.values())))
    wanted = Wanted(case_ids=ids, services=everything) if ids else _filtered(asked, codes, everything, now)
    return Listing(wanted=wanted, number=number, size=size, extensions=extended)


def _filtered(asked: Mapping[str, str], codes: Mapping[str, str], everything: tuple[str, ...], now: datetime) -> Wanted:
    services = _listed(asked.get("service_code", ""))
    if unknown := [each for each in services if each not in codes]:
        raise Open311Error(404, *(f"There is no service_code {storable(each[:80])!r}." for each in unknown[:5]))
    updated = _span(asked, "updated_after", "updated_before", now)
    opened = _span(asked, "start_date", "end_date", now)
    if opened == (None, None) and updated == (None, None):
        opened = (now - SPAN, None)
    return Wanted(
        services=tuple(codes[each] for each in services) or everything,
        statuses=_statuses(_listed(asked.get("status", ""))),
        opened_from=opened[0],
        opened_to=opened[1],
        updated_from=updated[0],
        updated_to=updated[1],
    )


def _statuses(given: list[str]) -> tuple[Status, ...]:
    if wrong := [each for each in given if each not in STATUSES]:
        raise Open311Error(400, f"status takes open, closed or both, not {storable(wrong[0][:80])!r}.")
    return tuple(status for each in given for status in STATUSES[each])


def _span(asked: Mapping[str, str], first: str, last: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    begin, end = _moment(asked, first), _moment(asked, last)
    if begin is None and end is None:
        return None, None
    begin = begin or (end or now) - SPAN
    end = end or begin + SPAN
    if end < begin:
        raise Open311Error(400, f"{last} lies before {first}.")
    if end - begin > SPAN:
        raise Open311Error(400, f"{first} and {last} may lie at most 90 days apart. Please ask for less at once.")
    return begin, end


def _moment(asked: Mapping[str, str], name: str) -> datetime | None:
    if name not in asked:
        return None
    try:
        at = datetime.fromisoformat(asked[name].replace(" ", "+"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Open311Error(400, f"{name} takes a time such as 2026-03-10T09:00:00Z.") from error


def _number(asked: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    value = asked.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) < 1:
        raise Open311Error(400, f"{name} takes a whole number from 1.")
    return min(int(value), most)


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
