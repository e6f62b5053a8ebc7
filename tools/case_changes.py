"""The port to what happened to cases, in order, since a mark: how we hear of what the departments do."""

from datetime import datetime
from typing import Protocol

from pydantic import Field as Limits

from tools.case import Change
from tools.value import Value


class CaseChange(Value):
    """One thing that happened to a case. `change_id` names it for ever; `at` is aware UTC."""

    change_id: str
    case_id: str
    change: Change
    at: datetime
    detail: dict[str, str] = Limits(default_factory=dict)


class Changes(Value):
    """What happened since a mark, oldest first, and the mark to ask with next time."""

    changes: tuple[CaseChange, ...]
    mark: str


class CaseChanges(Protocol):
    """Tells what happened. A change may be told twice, and none is left out."""

    async def changes(self, mark: str | None, *, most: int = 200) -> Changes:
        """What happened since the mark; without one, nothing, and the mark of now. Raises CRMError."""
        ...
