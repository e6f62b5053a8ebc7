"""The read-back: a draft in the resident's language, with what the city promises in honest words."""

import re
from collections.abc import Sequence

from assistant.wording import Wording
from tools.draft import Draft, Field, FieldValue, Source
from tools.location import Location
from tools.route import Route, Target
from tools.service import Attribute, AttributeType, Catalogue

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
QUOTED = 70
"""Characters of a resident's own words that a read-back repeats."""


def read_back(
    draft: Draft, catalogue: Catalogue, wording: Wording, *, language: str, more: Sequence[str] = (), day: str = ""
) -> str:
    """What would be filed: service, place, details, what was said `more`, what is said of a `day`, target, and how to
    send or change it."""
    if draft.service is None:
        return ""
    service = catalogue.services[draft.service.code]
    lines = [
        wording.say("read_back_service", language, service=service.name(language)),
        wording.say("read_back_place", language, place=place_in_words(draft.location)) if draft.location else "",
        _details(draft, catalogue, wording, language=language),
        *(wording.say("read_back_more", language, words=shortened(words)) for words in more),
        day,
        promise(draft.route, wording, language=language),
        wording.say("confirm", language),
    ]
    return "\n".join(line for line in lines if line)


def read_back_briefly(draft: Draft, catalogue: Catalogue, wording: Wording, *, language: str, day: str = "") -> str:
    """The read-back once more after something else was talked about: that it is not sent, what and where, and how to
    send it."""
    if draft.service is None:
        return ""
    name = catalogue.services[draft.service.code].name(language)
    about = ", ".join(part for part in (name, place_in_words(draft.location) if draft.location else "") if part)
    lines = (wording.say("read_back_again", language, about=about), day, wording.say("confirm", language))
    return "\n".join(line for line in lines if line)


def place_in_words(place: Location) -> str:
    """The place as it is read back: its name, with the apartment behind the street where one was said."""
    if place.unit is None or place.street is None or place.unit in place.value.split():
        return place.value
    return place.value.replace(place.street, f"{place.street} #{place.unit}", 1)


def _details(draft: Draft, catalogue: Catalogue, wording: Wording, *, language: str) -> str:
    if draft.service is None or not draft.fields:
        return ""
    attributes = catalogue.services[draft.service.code].attributes
    said = [
        detail(attribute, _dated(field), language)
        for attribute in attributes
        if (field := draft.fields.get(attribute.code)) is not None and field.source is not Source.LOOKED_UP
    ]
    between = "。" if language.startswith("zh") else ". "
    return wording.say("read_back_details", language, details=between.join(said)) if said else ""


def _dated(field: Field) -> FieldValue:
    """A value to show: a date that was told in words stands behind them."""
    if field.evidence is None or not isinstance(field.value, str) or not _DATE.fullmatch(field.value):
        return field.value
    return field.value if field.evidence.quote == field.value else f"{field.evidence.quote} ({field.value})"


def detail(attribute: Attribute, value: FieldValue, language: str) -> str:
    """One answer as a sentence without its full stop: a yes, a no or a number with its question, anything else by its
    own words."""
    values = value if isinstance(value, tuple) else (str(value),)
    told = ", ".join(choice_name(attribute, each, language) for each in values)
    if attribute.type is AttributeType.TEXT:
        return f'"{shortened(told)}"'
    told = told[:1].upper() + told[1:]
    if value in ("yes", "no", "not_sure") or isinstance(value, bool | int | float):
        return f"{attribute.ask.get(language, attribute.ask['en'])} {told}"
    return told


def shortened(words: str) -> str:
    """A resident's own words, cut at a word when they are long. Links are left out: nobody shall get one from us that
    is not the City's; the case itself keeps them."""
    words = " ".join(_LINK.sub("(link)", words).split()).rstrip(".")
    return words if len(words) <= QUOTED else f"{words[:QUOTED].rsplit(' ', 1)[0]}…"


def choice_name(attribute: Attribute, key: str, language: str) -> str:
    """The words shown for a choice in a language, in English where we have none, else the key itself."""
    for choice in attribute.choices:
        if choice.key == key:
            return (choice.names.get(language) or choice.names.get("en") or (key,))[0]
    return key


def promise(route: Route | None, wording: Wording, *, language: str) -> str:
    """What may be said of the time: the target, and when nine in ten are closed if that is later."""
    if route is None or route.target is None:
        return ""
    target = wording.duration(route.target.days, route.target.unit, language)
    usual = route.usually_within_days
    if usual is None or round(usual) <= calendar_days(route.target):
        return wording.say("promise", language, target=target)
    return wording.say("promise_and_usual", language, target=target, usual=wording.duration(usual, "days", language))


def calendar_days(target: Target) -> float:
    """About how many calendar days a target means: five business days take a week."""
    return target.days * 7 / 5 if target.unit == "business_days" else target.days
