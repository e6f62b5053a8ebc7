"""A city's Open311 endpoint as the case system: cases are filed, read and found there.

Open311 can neither change a case, nor add to one, nor find one by phone: those are refused, or find nothing. Its posts
have no key, so `FiledRecord` keeps ours: a key whose post has no known end is looked for before it is sent again, by
the mark that its text carries, or by the place where an endpoint does not show texts. Its clock may be hours off.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from tools.case import Case, NewCase, Reporter
from tools.clock import Clock
from tools.crm import CaseNotFound, CRMRejected, CRMUnavailable, LoginRefused, NotReached
from tools.distance import distance_m
from tools.draft import FieldValue
from tools.location import Location
from tools.open311_documents import (
    RemoteQuestion,
    RemoteService,
    map_services,
    read_accepted,
    read_case,
    read_definition,
    read_services,
    rows_of,
)
from tools.open311_filed import Filed, FiledRecord
from tools.open311_form import fields_of
from tools.open311_lists import Open311Lists, stamp
from tools.open311_web import NotThere, Open311Web, TooManyCalls
from tools.service import Catalogue

SAME_PLACE_M = 5.0
TOKEN = "token:"  # noqa: S105 - how a number that is still to come is written, no secret


class Open311CRM:
    """Implements `tools.crm.CRM` over one endpoint.

    A post without a known end is not sent again before `settle_seconds` have passed. A token is asked for its number
    `polls` times, `poll_seconds` apart; then the case is known as `token:…` until the city numbers it.
    """

    def __init__(
        self,
        web: Open311Web,
        record: FiledRecord,
        catalogue: Catalogue,
        clock: Clock,
        *,
        settle_seconds: float = 60.0,
        polls: int = 3,
        poll_seconds: float = 1.0,
        fresh: timedelta = timedelta(hours=6),
    ) -> None:
        self._web, self._record, self._catalogue, self._clock = web, record, catalogue, clock
        self._lists = Open311Lists(web, record, clock)
        self._settle, self._polls, self._poll_seconds = timedelta(seconds=settle_seconds), polls, poll_seconds
        self._fresh = fresh
        self._listed: tuple[datetime, tuple[RemoteService, ...]] | None = None
        self._asked: dict[str, tuple[datetime, tuple[RemoteQuestion, ...]]] = {}
        self._sending: dict[str, asyncio.Lock] = {}

    async def services(self) -> tuple[RemoteService, ...]:
        """The endpoint's services, remembered for some hours."""
        if self._listed is None or self._clock() - self._listed[0] > self._fresh:
            self._listed = (self._clock(), read_services(await self._web.get("services")))
        return self._listed[1]

    async def questions(self, code: str) -> tuple[RemoteQuestion, ...]:
        """The questions of one of its services, remembered for some hours; none where it does not define them."""
        known = self._asked.get(code)
        if known is None or self._clock() - known[0] > self._fresh:
            try:
                found = read_definition(await self._web.get(f"services/{quote(code, safe='')}"))
            except NotThere:
                found = ()
            known = self._asked[code] = (self._clock(), found)
        return known[1]

    async def create(self, case: NewCase, *, key: str) -> Case:
        """File a case. The same key always gives the same case. Raises CRMRejected for a service it does not take."""
        lock = self._sending.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                return await self._create(case, key)
        finally:
            if not lock.locked():
                self._sending.pop(key, None)

    async def _create(self, case: NewCase, key: str) -> Case:
        code = (await self._codes()).get(case.service)
        if code is None:
            raise CRMRejected(f"The Open311 endpoint takes no cases of the service {case.service!r}.")
        asks = next(each.asks for each in await self.services() if each.code == code)
        questions = await self.questions(code) if asks else ()
        known = await self._record.begin(key, self._clock())
        if known is not None and (filed := await self._filed_before(known, case, code, key)) is not None:
            return filed
        mark = self._record.mark(key)
        try:
            answer = read_accepted(await self._web.post("requests", fields_of(case, code, questions, mark=mark)))
        except NotThere as error:
            await self._record.taken_back(key)
            raise CRMRejected(f"The Open311 endpoint does not know the service {code!r}.") from error
        except (CRMRejected, LoginRefused, NotReached, TooManyCalls):  # it was not taken
            await self._record.taken_back(key)
            raise
        await self._record.settle(key, case_id=answer.case_id, token=answer.token)
        if answer.case_id is not None:
            return await self._read_or(answer.case_id, case)
        return await self._numbered(answer.token or "", case, key)

    async def _filed_before(self, known: Filed, case: NewCase, code: str, key: str) -> Case | None:
        """The case of a key that was sent before; None if it never arrived. Raises CRMUnavailable too early to know."""
        if known.case_id is not None:
            return await self._read_or(known.case_id, case)
        if known.token is not None:
            return await self._numbered(known.token, case, key)
        found = await self._search(known, case, code)
        if found is not None:
            await self._record.settle(key, case_id=found.case_id)
            return found
        if self._clock() - known.sent < self._settle:
            raise CRMUnavailable("It is not known yet whether the Open311 endpoint took the request.")
        return None

    async def by_key(self, key: str) -> Case | None:
        """The case that a key gave already; one whose post has no known end is looked for. Raises CRMUnavailable while
        that cannot be told."""
        known = await self._record.known(key)
        if known is None:
            return None
        if known.case_id is not None or known.token is not None:
            return await self.get(known.case_id or f"{TOKEN}{known.token}")
        looked = await self._lists.since(known, await self._ours())
        if looked.marked is not None:
            await self._record.settle(key, case_id=looked.marked.case_id)
            return looked.marked
        if looked.silent or self._clock() - known.sent < self._settle:
            raise CRMUnavailable("It is not known whether the Open311 endpoint took the request.")
        return None

    async def _search(self, known: Filed, case: NewCase, code: str) -> Case | None:
        """The one case that can be what was sent: by its mark, else the only one of then, there and that service."""
        looked = await self._lists.since(known, await self._ours(), ("service_code", code))
        if looked.marked is not None:
            return looked.marked
        alike = [each for each in looked.silent if _same_place(each.location, case.location)]
        return alike[0] if len(alike) == 1 else None

    async def _numbered(self, token: str, case: NewCase, key: str) -> Case:
        for turn in range(self._polls):
            if turn:
                await asyncio.sleep(self._poll_seconds)
            number = await self._number_of(token)
            if number is not None:
                await self._record.settle(key, case_id=number)
                return await self._read_or(number, case)
        return _as_sent(f"{TOKEN}{token}", case, self._clock())

    async def _number_of(self, token: str) -> str | None:
        try:
            rows = rows_of(await self._web.get(f"tokens/{quote(token, safe='')}"))
        except NotThere:
            return None
        number = rows[0].get("service_request_id") if rows else None
        return str(number) if number else None

    async def _read_or(self, case_id: str, case: NewCase) -> Case:
        """The case as the endpoint shows it, or as it was sent while it does not show it yet."""
        try:
            return await self.get(case_id)
        except (CaseNotFound, CRMUnavailable):
            return _as_sent(case_id, case, self._clock())

    async def get(self, case_id: str) -> Case:
        """The case. Raises CaseNotFound; CRMUnavailable for one that has no number yet."""
        waits = case_id.startswith(TOKEN)
        number = await self._number_of(case_id.removeprefix(TOKEN)) if waits else case_id
        if number is None:
            raise CRMUnavailable("The city has not numbered this request yet.")
        try:
            rows = rows_of(await self._web.get(f"requests/{quote(number, safe='')}"))
        except NotThere as error:
            raise CaseNotFound(case_id) from error
        if not rows:
            raise CaseNotFound(case_id)
        return read_case(rows[0], await self._ours())

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of a service opened since then and within the radius, nearest first."""
        code = (await self._codes()).get(service)
        if code is None or not location.found:
            return ()
        found = [
            (distance_m(location, case.location), case)
            for case in await self._lists.open_since(code, since, await self._ours())
            if case.location is not None
        ]
        nearest = sorted((each for each in found if each[0] <= radius_m), key=lambda pair: pair[0])
        return tuple(case for _, case in nearest)

    async def reported_by(self, phone: str) -> tuple[Case, ...]:
        """Nothing: Open311 does not tell who reported, and neither do we keep it."""
        del phone
        return ()

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Raises CaseNotFound, else CRMRejected: Open311 cannot add to a case."""
        del words, reporter, key
        raise await self._refusal(case_id)

    async def assign(
        self, case_id: str, *, department: str, team: str, reason: str, service: str | None = None, key: str
    ) -> Case:
        """Raises CaseNotFound, else CRMRejected: Open311 cannot assign a case."""
        del department, team, reason, service, key
        raise await self._refusal(case_id)

    async def amend(
        self,
        case_id: str,
        *,
        location: Location | None = None,
        attributes: dict[str, FieldValue] | None = None,
        words: str | None = None,
        key: str,
    ) -> Case:
        """Raises CaseNotFound, else CRMRejected: Open311 cannot change a case."""
        del location, attributes, words, key
        raise await self._refusal(case_id)

    async def withdraw(self, case_id: str, *, reason: str, key: str) -> Case:
        """Raises CaseNotFound, else CRMRejected: Open311 cannot close a case."""
        del reason, key
        raise await self._refusal(case_id)

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Raises CaseNotFound, else CRMRejected: Open311 cannot open a case again."""
        del reason, key
        raise await self._refusal(case_id)

    async def _refusal(self, case_id: str) -> CRMRejected:
        await self.get(case_id)
        return CRMRejected(f"The case {case_id!r} is kept by a system that takes new cases only.")

    async def _codes(self) -> Mapping[str, str]:
        return map_services(await self.services(), self._catalogue)

    async def _ours(self) -> Mapping[str, str]:
        return {theirs: ours for ours, theirs in (await self._codes()).items()}


def _as_sent(case_id: str, case: NewCase, now: datetime) -> Case:
    return read_case(
        {
            "service_request_id": case_id,
            "status": "open",
            "service_code": case.service,
            "requested_datetime": stamp(now),
        },
        {},
    ).model_copy(update={"location": case.location, "description": case.description, "route": case.route})


def _same_place(one: Location | None, other: Location | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.value == other.value or distance_m(one, other) <= SAME_PLACE_M
