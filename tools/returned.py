"""The port to cases that a department sent back because they are not its own: nobody works on them until they are given
to another team."""

from typing import Protocol, runtime_checkable

from tools.case import Case, CaseEvent, Change
from tools.value import Value


@runtime_checkable
class ReturnedCases(Protocol):
    """A case system that says which cases were sent back."""

    async def returned(self, *, most: int = 200) -> tuple[Case, ...]:
        """Open cases that were sent back and not given to anybody since, the longest waiting first; not always with
        their histories. Raises CRMError."""
        ...


class SentBack(Value):
    """Who sent a case back and why; the reason is empty where the case system does not keep one."""

    department: str
    team: str
    reason: str


def sent_back(case: Case, reason: str) -> dict[str, str]:
    """What the history keeps of a case that is sent back now."""
    team, department = (case.route.team, case.route.department) if case.route else ("", "")
    return {"from": team, "department": department, "reason": reason}


def as_service(service: str | None, case: Case) -> dict[str, str]:
    """What the history keeps of a service that was corrected."""
    return {"service": service, "was_service": case.service} if service and service != case.service else {}


def who_sent_back(case: Case) -> SentBack:
    """Who holds a case that waits, and the newest reason that was given."""
    given = _returns(case)
    route = case.route
    return SentBack(
        department=route.department if route else "",
        team=route.team if route else "",
        reason=given[-1].detail.get("reason", "") if given else "",
    )


def had_it(case: Case) -> frozenset[str]:
    """Every team that sent the case back: none of them is suggested again."""
    teams = {each.detail.get("from", "") for each in _returns(case)}
    return frozenset(teams | {who_sent_back(case).team})


def _returns(case: Case) -> list[CaseEvent]:
    return [each for each in case.history if each.change is Change.RETURNED]
