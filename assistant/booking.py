"""Books the day of a pick-up: the read-back names the first free day and others, and a resident may name another.

The day is confirmed with the rest of the draft and booked when the case is opened. Where the case system offers no days
the case is a request, and the read-back says so.
"""

from datetime import date, datetime

from assistant.conversation import Work
from assistant.day_question import read_day_question
from assistant.merge import Merged
from assistant.message import QuickReply
from assistant.next_thing import next_thing
from assistant.pickup_days import day_in_words, named_day
from assistant.ports import Ports
from assistant.progress import Progress
from assistant.wording import Wording
from tools.case import Case
from tools.clock import city_time
from tools.crm import CRMError
from tools.draft import Draft, Field, Source
from tools.pickups import PICKUP_DAY, PickUpRules, PickUps, load_pickups, planned_day, wished_day
from tools.value import Value

OFFERED = 3
LONGEST_CHOICE = 10
"""In more words than this a day is part of a story, not a choice."""


class Named(Value):
    """What a reply to the read-back says of the day: the draft with it, or the day that is not free."""

    merged: Merged
    not_free: date | None = None


def rules_of(draft: Draft) -> PickUpRules | None:
    """The rules of the draft's service, if it is booked."""
    return load_pickups().get(draft.service.code) if draft.service else None


def too_many_homes(draft: Draft) -> bool:
    """Whether the City does not collect from a building of this size."""
    rules = rules_of(draft)
    said = draft.fields.get(rules.homes) if rules else None
    return rules is not None and said is not None and _count(said) > rules.most_homes


def _count(said: Field) -> float:
    return float(said.value) if isinstance(said.value, int | float) else 0.0


async def with_days(merged: Merged, work: Work, turn: Progress, ports: Ports) -> Work:
    """The draft with the free days and the first of them, or the one that was named, once nothing else is missing."""
    draft = work.draft
    if rules_of(draft) is None or next_thing(work, ports.catalogue) != "confirmation":
        return work
    if work.days is not None and not {"service", "location"} & set(merged.changed):
        return work
    days = await free_days(draft, ports, now=turn.now)
    if not days:
        fields = {code: field for code, field in draft.fields.items() if code != PICKUP_DAY}
        return work.model_copy(update={"days": (), "draft": draft.model_copy(update={"fields": fields})})
    kept = draft.fields.get(PICKUP_DAY)
    wished = date.fromisoformat(str(kept.value)) if kept else _named(" ".join(work.words), days, turn)
    return _on(work.model_copy(update={"days": days}), wished if wished in days else days[0])


async def free_days(draft: Draft, ports: Ports, *, now: datetime, most: int = OFFERED) -> tuple[date, ...]:
    """The free days of the system that takes the case; none for a service that is not booked, or if it cannot say."""
    crm = ports.crm
    if draft.service is None or draft.route is None or rules_of(draft) is None or not isinstance(crm, PickUps):
        return ()
    today = city_time(now).date()
    try:
        return await crm.free_days(
            draft.service.code, draft.location, system=draft.route.system, today=today, most=most
        )
    except CRMError:
        return ()


def with_named_day(merged: Merged, work: Work, turn: Progress) -> Named:
    """What a reply to the read-back says of the day. `work` is the draft before the reply."""
    named = turn.reading.corrects if turn.reading else ()
    elsewhere = {"location", "contact"} & set(merged.changed) or "service" in named
    day = None if elsewhere else chosen_day(turn, work)
    if day is None or not work.days:
        return Named(merged=merged)
    if day not in work.days:
        return Named(merged=Merged(work=work, understood=True), not_free=day)
    changed = _on(work, day).model_copy(update={"revision": work.revision + 1})
    return Named(merged=Merged(work=changed, changed=(PICKUP_DAY,), understood=True))


def chosen_day(turn: Progress, work: Work | None) -> date | None:
    """The day that a reply to the read-back of a pick-up names; None for a reply about anything else, such as a
    question about a day."""
    asked = turn.conversation.asked.asking_for
    if work is None or not work.days or asked != "confirmation" or len(turn.text.split()) > LONGEST_CHOICE:
        return None
    if read_day_question(turn.text, today=city_time(turn.now).date()) is not None:
        return None
    return _named(turn.text, work.days, turn)


def _named(text: str, days: tuple[date, ...], turn: Progress) -> date | None:
    return named_day(text, days, today=city_time(turn.now).date(), language=turn.language)


def _on(work: Work, day: date) -> Work:
    field = Field(value=day.isoformat(), confidence=1.0, source=Source.LOOKED_UP)
    return work.model_copy(
        update={"draft": work.draft.model_copy(update={"fields": work.draft.fields | {PICKUP_DAY: field}})}
    )


def offered_in_words(work: Work, wording: Wording, *, language: str) -> str:
    """The line of the read-back about the day; nothing for a service that is not booked."""
    if rules_of(work.draft) is None or work.days is None:
        return ""
    chosen = work.draft.fields.get(PICKUP_DAY)
    if chosen is None:
        return wording.say("pickup_request", language)
    day = date.fromisoformat(str(chosen.value))
    others = [day_in_words(each, wording, language=language) for each in work.days if each != day]
    line = wording.say("pickup_day", language, day=day_in_words(day, wording, language=language))
    also = wording.say("pickup_others", language, days="; ".join(others)) if others else ""
    return " ".join(part for part in (line, also) if part)


def other_days(work: Work, wording: Wording, *, language: str) -> tuple[QuickReply, ...]:
    """The other free days as buttons."""
    chosen = work.draft.fields.get(PICKUP_DAY)
    days = [day for day in work.days or () if chosen is None or day.isoformat() != chosen.value]
    told = [day_in_words(day, wording, language=language) for day in days]
    return tuple(QuickReply(label=each, send=each) for each in told)


def booked_in_words(case: Case, wording: Wording, *, language: str) -> str:
    """What became of the confirmed day, by the case itself: booked, or taken by somebody else meanwhile."""
    wished, planned = wished_day(case), planned_day(case)
    if wished is None:
        return ""
    if planned != wished:
        return wording.say("pickup_taken", language)
    return wording.say("pickup_booked", language, day=day_in_words(wished, wording, language=language))
