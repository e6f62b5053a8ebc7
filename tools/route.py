"""Who does the work, by when, and which rule decided it."""

from datetime import datetime
from typing import Literal

from tools.value import Value


class Target(Value):
    """The time the city aims at."""

    days: float
    unit: Literal["days", "business_days"]


class Route(Value):
    """Where a draft goes. `rule` is the id of the rule that decided it; `due` is aware UTC."""

    department: str
    team: str
    system: Literal["creatio", "legacy"]
    priority: Literal["emergency_same_day", "standard", "scheduled"]
    target: Target | None = None
    usually_within_days: float | None = None
    due: datetime | None = None
    rule: str
