"""Words what happened to a case as one plain text: what still holds, nothing overtaken, and what "closed" means."""

from datetime import date

from assistant.news import Item
from assistant.news_rows import NUMBER
from assistant.status import state_in_words
from assistant.wording import Wording
from tools.case import Case, Change
from tools.service import Catalogue

TURNS = frozenset((Change.CLOSED.value, Change.TRANSITIONED.value, Change.REOPENED.value))
"""After one of these, what came before it is no news any more."""


def news_text(
    case: Case, items: tuple[Item, ...], catalogue: Catalogue, wording: Wording, *, language: str, first: bool
) -> str:
    """The text; "" if nothing of it is worth a text. `first` adds how to get no more of them."""
    service = catalogue.services.get(case.service)
    name = service.name(language) if service else case.service
    if any(item.kind == NUMBER for item in items):
        return wording.say("text_number", language, case=case.case_id, service=name)
    lines = [line for item in _holding(items) if (line := _line(item, case, catalogue, wording, language))]
    if not lines:
        return ""
    head = wording.say("news_head", language, case=case.case_id, service=name)
    mute = [wording.say("news_mute", language)] if first else []
    return "\n".join([head, *dict.fromkeys(lines), *mute])


def _holding(items: tuple[Item, ...]) -> list[Item]:
    """From the last turn of events on, the latest of each kind, in order."""
    at = next((place for place in reversed(range(len(items))) if items[place].kind in TURNS), 0)
    latest = {item.kind: item for item in items[at:]}
    return [item for item in items[at:] if latest[item.kind] is item]


def _line(item: Item, case: Case, catalogue: Catalogue, wording: Wording, language: str) -> str:
    match Change(item.kind):
        case Change.CREATED:
            return wording.say("news_created", language)
        case Change.ASSIGNED:
            team = _department(item.detail.get("department", ""), case, catalogue)
            return wording.say("news_assigned", language, team=team) if team else ""
        case Change.SCHEDULED:
            day = _day(item.detail.get("day", ""))
            return wording.say("news_scheduled", language, date=wording.date(day, language)) if day else ""
        case Change.REOPENED:
            return wording.say("news_reopened", language)
        case _:
            return state_in_words(case, catalogue, wording, language)


def _department(code: str, case: Case, catalogue: Catalogue) -> str:
    """The department's name as the City says it; a code of ours is no word for residents."""
    own = catalogue.services.get(case.service)
    candidates = ([own] if own else []) + list(catalogue.services.values())
    return next((each.department_name for each in candidates if each.department == code), "")


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
