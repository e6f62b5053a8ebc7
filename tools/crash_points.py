"""Named instants at which a process can be made to die or to freeze, for tests of durability; off unless armed."""

import os
import signal
from dataclasses import dataclass
from enum import StrEnum


class Point(StrEnum):
    """Where a process may be hit, in the order in which a text passes by."""

    IN_INSERT = "in_insert"
    AFTER_INSERT = "after_insert"
    AFTER_LEASE = "after_lease"
    AFTER_READ = "after_read"
    BEFORE_CASE = "before_case"
    AFTER_CASE = "after_case"
    AFTER_GRAPH = "after_graph"
    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT = "after_commit"
    BEFORE_RELEASE = "before_release"
    IN_CLAIM = "in_claim"
    BEFORE_SEND = "before_send"
    AFTER_SEND = "after_send"
    AFTER_TAKEN = "after_taken"


@dataclass
class Blow:
    """What happens at a point, after it was passed so many times."""

    passes: int
    freezes: bool


_armed: dict[Point, Blow] = {}


def planned(told: str) -> dict[Point, Blow]:
    """Reads `after_lease`, `before_commit:3` (the third time) or `before_commit:3:freeze`, with commas between several.
    Raises ValueError."""
    plan: dict[Point, Blow] = {}
    for each in filter(None, (part.strip() for part in told.split(","))):
        name, count, how = (*each.split(":"), "", "")[:3]
        if name not in list(Point) or how not in ("", "kill", "freeze"):
            raise ValueError(f"{each!r} is none of {', '.join(Point)}")
        plan[Point(name)] = Blow(passes=int(count or 1), freezes=how == "freeze")
    return plan


def arm(told: str) -> None:
    """Let this process be hit as told; nothing told, nothing happens. Raises ValueError."""
    _armed.clear()
    _armed.update(planned(told))


def reached(point: Point) -> None:
    """Die, or freeze until somebody lets us go on, if this point was armed and it is its turn."""
    if _armed and (blow := _armed.get(point)):
        blow.passes -= 1
        if blow.passes == 0:
            os.kill(os.getpid(), signal.SIGSTOP if blow.freezes else signal.SIGKILL)
