"""Reads the lists of an Open311 endpoint to their end: page by page, and in windows that it allows.

Its clock may be hours from ours, so lists are asked a day further on both sides.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tools.case import Case
from tools.clock import Clock
from tools.open311_documents import read_cases
from tools.open311_filed import Filed, FiledRecord
from tools.open311_web import Open311Web
from tools.value import Value

SPAN = timedelta(days=89)
"""Lists reach back at most 90 days at once."""

ANY_SKEW = timedelta(days=1)
"""So far the times of an endpoint may be from ours."""

SKEW = timedelta(hours=1)
"""So far a case without a text may be from the time of its post by the endpoint's own clock, to be taken for it."""

PAGE = 100
MOST_PAGES = 50
Ours = Mapping[str, str]
"""Our service codes by the endpoint's."""


class CameIn(Value):
    """What came in since a post: the case that carries its mark, and those that show no text and are not ours."""

    marked: Case | None
    silent: tuple[Case, ...]


class Open311Lists:
    """The lists of one endpoint."""

    def __init__(self, web: Open311Web, record: FiledRecord, clock: Clock) -> None:
        self._web, self._record, self._clock = web, record, clock

    async def since(self, sent: Filed, ours: Ours, *only: tuple[str, str]) -> CameIn:
        """What came in since a post. Raises CRMError."""
        bounds = [("start_date", stamp(sent.sent - ANY_SKEW)), ("end_date", stamp(self._clock() + ANY_SKEW))]
        listed = await self._pages([*only, *bounds], ours)
        marked = next((each for each in listed if sent.mark in each.description), None)
        known = await self._record.ours(tuple(each.case_id for each in listed))
        first, last = (at + self._web.ahead for at in (sent.sent - SKEW, self._clock() + SKEW))
        silent = (each for each in listed if not each.description and each.case_id not in known)
        return CameIn(marked=marked, silent=tuple(each for each in silent if first <= each.opened <= last))

    async def open_since(self, code: str, since: datetime, ours: Ours) -> tuple[Case, ...]:
        """Open cases of a service opened since then. Raises CRMError."""
        found: dict[str, Case] = {}
        end = self._clock() + ANY_SKEW
        while end > since:
            begin = max(since, end - SPAN)
            bounds = [("start_date", stamp(begin)), ("end_date", stamp(end))]
            listed = await self._pages([("service_code", code), ("status", "open"), *bounds], ours)
            found |= {case.case_id: case for case in listed if case.opened >= since}
            end = begin
        return tuple(found.values())

    async def _pages(self, query: list[tuple[str, str]], ours: Ours) -> tuple[Case, ...]:
        """Every page of a list. A server that does not know pages gives the same again, which ends it."""
        seen: dict[str, Case] = {}
        for page in range(1, MOST_PAGES + 1):
            paging = [("page", str(page)), ("page_size", str(PAGE)), ("per_page", str(PAGE))]
            listed = read_cases(await self._web.get("requests", [*query, *paging]), ours)
            fresh = {case.case_id: case for case in listed if case.case_id not in seen}
            seen |= fresh
            if not fresh or len(listed) < PAGE:
                break
        return tuple(seen.values())


def stamp(at: datetime) -> str:
    """A time as Open311 writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
