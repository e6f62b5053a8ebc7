"""Moves a booked pick-up to another day: which case is meant, which days are free, which of them a message names."""

import re
from datetime import date

from assistant.own_cases import own_cases
from assistant.pickup_days import day_in_words, named_day
from assistant.plain import plainly
from assistant.ports import Ports
from assistant.progress import Progress
from assistant.wording import Wording
from tools.case import Case, Status
from tools.clock import city_time
from tools.crm import CRMError, CRMRejected
from tools.pickups import PickUps, load_pickups, planned_day

MOST_DAYS = 30
OFFERED = 3
_PICKUP = re.compile(
    r"\b(?:pick-?ups?|pick up|collection|appointment|booking|cita|recogida|coleta|ranmase|ramassage|collecte)\b"
    r"|预约|預約|上门|上門|вывоз|lich hen|موعد"
)


def speaks_of_pickup(text: str) -> bool:
    """Whether a message names a pick-up."""
    return _PICKUP.search(plainly(text)) is not None


async def booked_case(turn: Progress, ports: Ports) -> str | None:
    """The newest open case of theirs that is a pick-up; None if there is none, or the case system does not answer."""
    try:
        own = await own_cases(turn, ports)
    except CRMError:
        return None
    booked = [case for case in own if case.service in load_pickups() and case.status is Status.OPEN]
    return booked[0].case_id if booked else None


async def days_for(case: Case, turn: Progress, ports: Ports) -> tuple[date, ...]:
    """The other days that the pick-up of a case may be moved to; none where the system offers none, or once its day has
    come. Raises CRMError."""
    today, planned = city_time(turn.now).date(), planned_day(case)
    if not isinstance(ports.crm, PickUps) or case.service not in load_pickups() or (planned and planned <= today):
        return ()
    system = case.route.system if case.route else "legacy"
    free = await ports.crm.free_days(case.service, case.location, system=system, today=today, most=MOST_DAYS)
    return tuple(day for day in free if day != planned)


def day_named(turn: Progress, days: tuple[date, ...]) -> date | None:
    """The day that a message names, free or not."""
    return named_day(turn.text, days, today=city_time(turn.now).date(), language=turn.language)


def in_words(days: tuple[date, ...], wording: Wording, *, language: str) -> tuple[str, ...]:
    """The first of them, each with its weekday."""
    return tuple(day_in_words(day, wording, language=language) for day in days[:OFFERED])


async def moved_to(day: str, case_id: str, key: str, ports: Ports) -> Case:
    """The case with its pick-up on the other day. Raises CRMError."""
    if not isinstance(ports.crm, PickUps):
        raise CRMRejected("The case system books no days.")
    return await ports.crm.rebook(case_id, date.fromisoformat(day), key=key)
