"""The port to what crews do for a case, in the system that plans their work."""

from typing import Protocol

from tools.case import CaseEvent


class WorkProgress(Protocol):
    """Tells what crews did for a case."""

    async def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """Lines of the case's history. Raises CRMError."""
        ...
