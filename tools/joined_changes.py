"""What happened in several case systems, as if it were one: each keeps a mark of its own."""

import json
from collections.abc import Mapping

from tools.case_changes import CaseChange, CaseChanges, Changes
from tools.crm import CRMError


class JoinedChanges:
    """Implements `tools.case_changes.CaseChanges` over several. Names of changes stay as they are, so that a system
    that joins another tells nothing anew; with the number of the case they are one of a kind."""

    def __init__(self, systems: Mapping[str, CaseChanges]) -> None:
        self._systems = systems

    async def changes(self, mark: str | None, *, most: int = 200) -> Changes:
        """What happened in those that answer; the others are asked from their old mark next time. Raises CRMError if
        none answers."""
        marks: dict[str, str] = json.loads(mark) if mark else {}
        told: list[CaseChange] = []
        failures: list[CRMError] = []
        for name, system in self._systems.items():
            try:
                found = await system.changes(marks.get(name), most=most)
            except CRMError as error:
                failures.append(error)
                continue
            marks[name] = found.mark
            told += found.changes
        if len(failures) == len(self._systems):
            raise failures[0]
        return Changes(changes=tuple(told), mark=json.dumps(marks, sort_keys=True))
