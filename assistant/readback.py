"""The read-back: a draft in the resident's language, with what the city promises in honest words."""

from assistant.wording import Wording
from tools.draft import Draft, FieldValue, Source
from tools.route import Route
from tools.service import Attribute, Catalogue


def read_back(draft: Draft, catalogue: Catalogue, wording: Wording, *, language: str) -> str:
    """What would be filed: service, place, details and target, and how to send or change it."""
    if draft.service is None:
        return ""
    service = catalogue.services[draft.service.code]
    lines = [
        wording.say("read_back_service", language, service=service.name(language)),
        wording.say("read_back_place", language, place=draft.location.value) if draft.location else "",
        _details(draft, catalogue, wording, language=language),
        promise(draft.route, wording, language=language),
        wording.say("confirm", language),
    ]
    return "\n".join(line for line in lines if line)


def _details(draft: Draft, catalogue: Catalogue, wording: Wording, *, language: str) -> str:
    if draft.service is None or not draft.fields:
        return ""
    attributes = catalogue.services[draft.service.code].attributes
    said = [
        detail(attribute, field.value, language)
        for attribute in attributes
        if (field := draft.fields.get(attribute.code)) is not None and field.source is not Source.LOOKED_UP
    ]
    return wording.say("read_back_details", language, details="; ".join(said)) if said else ""


def detail(attribute: Attribute, value: FieldValue, language: str) -> str:
    """One answer as a phrase: a yes or no with its question, anything else by its own words."""
    values = value if isinstance(value, tuple) else (str(value),)
    names = [choice_name(attribute, each, language) for each in values]
    told = ", ".join(names)
    if value in ("yes", "no", "not_sure") or isinstance(value, bool | int | float):
        return f"{attribute.ask.get(language, attribute.ask['en'])} {told}"
    return told


def choice_name(attribute: Attribute, key: str, language: str) -> str:
    """The words shown for a choice in a language, in English where we have none, else the key itself."""
    for choice in attribute.choices:
        if choice.key == key:
            return (choice.names.get(language) or choice.names.get("en") or (key,))[0]
    return key


def promise(route: Route | None, wording: Wording, *, language: str) -> str:
    """What may be said of the time: the target, and how long it usually takes when that is known to be longer."""
    if route is None or route.target is None:
        return ""
    target = wording.duration(route.target.days, route.target.unit, language)
    usual = route.usually_within_days
    if usual is None or usual <= route.target.days:
        return wording.say("promise", language, target=target)
    return wording.say("promise_and_usual", language, target=target, usual=wording.duration(usual, "days", language))
