"""The port to the city's case system, and what can go wrong there.

    CRMError
    ├── CaseNotFound        no case has this id
    ├── CRMUnavailable      it cannot be reached, or it does not know whether the write happened: try again, same key
    │   ├── NotReached      no connection came to be: nothing was sent
    │   └── LoginRefused    it does not take our name or key: nothing was taken, and cases wait until that is corrected
    ├── CRMRejected         it refuses what was sent: trying again will not help
    └── CRMGarbled          it answered something that makes no sense

Reads are free. Every write carries an idempotency key: the same key always gives the same case.
"""

from datetime import datetime
from typing import Protocol

from tools.case import Case, NewCase, Reporter
from tools.draft import FieldValue
from tools.location import Location


class CRMError(Exception):
    """Something went wrong at the CRM."""


class CaseNotFound(CRMError):
    """No case has this id."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"No case has the number {case_id!r}.")
        self.case_id = case_id


class CRMUnavailable(CRMError):
    """The CRM cannot be reached, or it is not known whether the write happened. The same key may be tried again."""


class NotReached(CRMUnavailable):
    """No connection with the CRM came to be, so nothing was sent."""


class LoginRefused(CRMUnavailable):
    """The CRM does not take our name and secret. Nothing is lost: a case waits until somebody has corrected them."""


class CRMRejected(CRMError):
    """The CRM refuses what was sent; trying again will not help."""


class CRMGarbled(CRMError):
    """The CRM answered something that makes no sense."""


class CRM(Protocol):
    """The city's case system, whichever it is."""

    async def create(self, case: NewCase, *, key: str) -> Case:
        """Open a case. The same key always gives the same case."""
        ...

    async def get(self, case_id: str) -> Case:
        """The case with its history, oldest first. Raises CaseNotFound."""
        ...

    async def near(self, service: str, location: Location, *, radius_m: float, since: datetime) -> tuple[Case, ...]:
        """Open cases of a service opened since then and within the radius, nearest first; none without a point."""
        ...

    async def reported_by(self, phone: str) -> tuple[Case, ...]:
        """Cases reported with this phone number (E.164), newest first. The caller must hold proof of the number."""
        ...

    async def add_report(self, case_id: str, *, words: str, reporter: Reporter | None, key: str) -> Case:
        """Add a further report to an open case. Raises CaseNotFound; CRMRejected if it is closed."""
        ...

    async def assign(
        self, case_id: str, *, department: str, team: str, reason: str, service: str | None = None, key: str
    ) -> Case:
        """Give the case to a team, as another `service` where it was taken for the wrong one; the old team stays in the
        history, and a case that was sent back is no longer so. Raises CaseNotFound."""
        ...

    async def amend(
        self,
        case_id: str,
        *,
        location: Location | None = None,
        attributes: dict[str, FieldValue] | None = None,
        words: str | None = None,
        key: str,
    ) -> Case:
        """Correct or complete an open case; given attributes are merged in. Raises CaseNotFound, CRMRejected."""
        ...

    async def withdraw(self, case_id: str, *, reason: str, key: str) -> Case:
        """Close a case at its reporter's wish. Raises CaseNotFound, CRMRejected if it is closed already."""
        ...

    async def reopen(self, case_id: str, *, reason: str, key: str) -> Case:
        """Open a closed case again. Raises CaseNotFound, CRMRejected if it is open, or if this cannot be done here."""
        ...
