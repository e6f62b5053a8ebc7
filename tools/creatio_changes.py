"""What staff closed in Creatio, since a mark. Who has a case there and when work is planned is not told: Creatio keeps
only how a case stands, not how it came there."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tools.case import Case, Change, Status
from tools.case_changes import CaseChange, Changes
from tools.clock import Clock
from tools.creatio_names import CreatioNames
from tools.creatio_rows import as_case, expand
from tools.creatio_web import CreatioWeb

TOLD_AGAIN = timedelta(minutes=5)
"""Closings so long before the mark are told again: rows appear late, and clocks differ."""

MOST = 1_000


class CreatioChanges:
    """Implements `tools.case_changes.CaseChanges`. `ours` are our service codes by Creatio's."""

    def __init__(self, web: CreatioWeb, names: CreatioNames, ours: Mapping[str, str], clock: Clock) -> None:
        self._web = web
        self._names = names
        self._ours = ours
        self._clock = clock

    async def changes(self, mark: str | None, *, most: int = 200) -> Changes:
        """What was closed since the mark; without one, nothing, and the mark of now by Creatio's own clock. Raises
        CRMError."""
        if mark is None:
            await self._web.rows("CaseStatus", select="Id", top="1")
            return Changes(changes=(), mark=_moment(self._web.server_time or self._clock()))
        since = datetime.fromisoformat(mark) - TOLD_AGAIN
        rows = await self._web.rows(
            "Case",
            filter=f"Status/IsFinal eq true and ClosureDate ge {_moment(since)}",
            expand=expand(self._names),
            orderby="ClosureDate",
            top=str(max(most, MOST)),
        )
        found = tuple(map(_closed, (as_case(row, self._names, self._ours) for row in rows)))
        newest = max([mark, *(_moment(each.at) for each in found)])
        return Changes(changes=found, mark=newest)


def _closed(case: Case) -> CaseChange:
    """The closing, by a name that later changes of the case leave alone."""
    at = case.closed or case.updated
    change = Change.TRANSITIONED if case.status is Status.TRANSITIONED else Change.CLOSED
    return CaseChange(
        change_id=f"closed:{_moment(at)}",
        case_id=case.case_id,
        change=change,
        at=at,
        detail={"reason": case.closure_reason or ""},
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
