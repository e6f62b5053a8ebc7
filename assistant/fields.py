"""Reads the values a service asks for from what a resident wrote, each with the exact words that support it."""

import re
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import fuzz, process

from assistant.form import Slot, read_form
from assistant.plain import plainly
from assistant.vehicle import make_model_color, plate
from tools.draft import Field, FieldValue, Source
from tools.location import Span
from tools.service import Attribute, AttributeType, Choice, Service

YES_NO = frozenset({"yes", "no", "not_sure", "unsure"})
TOO_PLAIN = frozenset(
    "one two out off no yes other city house car dog found lost new full big public private down street road in front"
    " day night"
    " open general cover small a lot ice snow tree park water light sign building gas question"
    " huge massive enormous grande enorme".split()
)
"""Words that stand for a choice only when they answer the question itself."""

_NOW = re.compile(
    r"\b(right now|currently|still (there|here)|is parked|are parked|at the moment|as we speak|parked (in|on|at|here)"
    r"|sigue ahi|ahora mismo|hay un carro|esta parqueado)\b"
)
_ANIMALS = re.compile(
    r"\b(raccoon|squirrel|skunk|o?possum|rats?|mouse|mice|birds?|pigeons?|seagull|goose|geese|ducks?|turkeys?|hawk"
    r"|owl|bats?|coyotes?|fox|deer|rabbits?|"
    r"cats?|kittens?|dogs?|puppy|puppies|pit ?bulls?|roosters?|chickens?|snakes?|turtle|groundhog|woodchuck|gato|gata"
    r"|perros?|mapache|ardilla|"
    r"rata|ratas|paloma|zorrillo|cachorro|chyen|chat|rat)\b"
)
_SINCE = re.compile(
    r"\b(?:since|for|desde|hace|desde hace)\s+((?:the |last |over |about |almost |more than |a |an |two |three |four "
    r"|five |\d+ )*"
    r"(?:days?|weeks?|months?|years?|hours?|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|this morning|last night|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|dias?|semanas?|mes(?:es)?"
    r"|ayer|anos?)[\w ]{0,12}?)(?=[.,;!?\n]|$| and| but| y )"
)
_DAYS = re.compile(
    r"\b(\d+|a|an|one|two|three|four|five|six|un|una|dos|tres)\s+(day|week|month|year|dia|semana|mes|ano)"
)
_COUNT = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "un": 1,
    "una": 1,
    "dos": 2,
    "tres": 3,
}
_UNIT_DAYS = {"day": 1, "dia": 1, "week": 7, "semana": 7, "month": 30, "mes": 30, "year": 365, "ano": 365}
_POLE = re.compile(
    r"\bpole\s*(?:number|no\.?|#|num\.?)?\s*[:#]?\s*(\d{2,6}(?:[-/]\d+)?[a-z]?)\b|#\s?(\d{3,6})\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NEGATED = re.compile(
    r"\b(?:no|not|without|isnt|isn't|arent|aren't|sin|ningun|ninguna|pa gen|sem)\s(?:any |the |a |an |el |la )?$"
)
"""What stands before a choice that is said not to be so ("no wires")."""

_NO_AND_ONE_WORD = re.compile(r"no ([a-z]{3,})")
_POLITE_AFTER_NO = frozenset("sir maam thanks gracias senor senora sorry none never nothing nobody nada nunca".split())
_WORDS_AS_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "uno": 1,
    "una": 1,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
    "seis": 6,
}
_DROPPED = re.compile(
    r"\b(?:dropped|lost|drop|fell|cayeron|cayo|se me cayo)\s+(?:my|the|a|mis|mi|las|el"
    r"|la)?\s*([a-z]{3,20}(?: [a-z]{3,12})?)\b"
)


def read_fields(text: str, service: Service, *, asked_for: str | None = None) -> dict[str, Field]:
    """The values of a service's questions that a text holds. The one that was asked may be answered freely."""
    plain = plainly(text)
    slots = read_form(text)
    found: dict[str, Field] = {}
    for attribute in service.attributes:
        asked = attribute.code == asked_for
        if asked and _is_about_something_else(attribute, plain):
            continue
        field = _from_slots(attribute, slots) or _special(attribute.code, text, plain)
        field = field or _chosen(attribute, text, plain, asked=asked)
        if field is None and asked:
            field = _answered(attribute, text, plain)
        if field is not None:
            found[attribute.code] = field
    return found


def _special(code: str, text: str, plain: str) -> Field | None:
    reader = _READERS.get(code)
    return reader(text, plain) if reader else None


def _span_field(text: str, start: int, end: int, *, value: FieldValue | None = None, sure: float = 0.8) -> Field:
    span = Span.of(text, start, end)
    return Field(value=span.quote if value is None else value, confidence=sure, source=Source.SAID, evidence=span)


def _match_field(pattern: re.Pattern[str]) -> Callable[[str, str], Field | None]:
    def read(text: str, plain: str) -> Field | None:
        match = pattern.search(plain)
        if match is None:
            return None
        group = next((place for place in range(1, (match.re.groups or 0) + 1) if match[place]), 0)
        return _span_field(text, *match.span(group))

    return read


def _now(text: str, plain: str) -> Field | None:
    match = _NOW.search(plain)
    return _span_field(text, *match.span(), value="yes", sure=0.6) if match else None


def _days(text: str, plain: str) -> Field | None:
    match = _DAYS.search(plain)
    if match is None:
        return None
    count = _COUNT.get(match[1]) or int(match[1])
    return _span_field(text, *match.span(), value=count * _UNIT_DAYS[match[2]])


_READERS: dict[str, Callable[[str, str], Field | None]] = {
    "make_model_color": lambda text, _: make_model_color(text),
    "plate": lambda text, _: plate(text),
    "vehicle_plate": lambda text, _: plate(text),
    "pole_number": _match_field(_POLE),
    "animal": _match_field(_ANIMALS),
    "since": _match_field(_SINCE),
    "item": _match_field(_DROPPED),
    "days_there": _days,
    "there_now": _now,
    "now": _now,
}


def _from_slots(attribute: Attribute, slots: tuple[Slot, ...]) -> Field | None:
    for slot in slots:
        if not _asks_for(attribute, slot.label):
            continue
        if attribute.choices:
            key = _nearest_choice(attribute, plainly(slot.value))
            if key is not None:
                return Field(value=_as_type(attribute, key), confidence=0.9, source=Source.SAID, evidence=slot.span)
            continue
        return Field(value=slot.value, confidence=0.9, source=Source.SAID, evidence=slot.span)
    return None


@lru_cache(maxsize=4_000)
def _likeness(one: str, other: str) -> float:
    return float(fuzz.token_set_ratio(one, other))


def _asks_for(attribute: Attribute, label: str) -> bool:
    plain = label.casefold()
    named = attribute.code.replace("_", " ")
    return named in plain or _likeness(plain, attribute.ask["en"].casefold()) >= 86 or _likeness(plain, named) >= 92


def _chosen(attribute: Attribute, text: str, plain: str, *, asked: bool) -> Field | None:
    """The choice whose words stand in the text; yes and no only in answer to their question."""
    if not attribute.choices or (not asked and {choice.key for choice in attribute.choices} <= YES_NO):
        return None
    found: list[tuple[int, int, str]] = []
    for choice in attribute.choices:
        for start, end in _mentions(choice, plain, asked=asked):
            found.append((start, end, choice.key))
    if not found:
        return None
    if attribute.type is AttributeType.MULTI:
        keys = tuple(dict.fromkeys(key for _, _, key in sorted(found)))
        start, end = min(found)[0], max(end for _, end, _ in found)
        return _span_field(text, start, end, value=keys)
    longest = max(found, key=lambda each: (each[1] - each[0], -each[0]))
    return _span_field(text, longest[0], longest[1], value=longest[2], sure=0.9 if asked else 0.75)


def _is_about_something_else(attribute: Attribute, plain: str) -> bool:
    """Whether a "no heat" cannot be a no to the question, which says nothing of heat."""
    match = _NO_AND_ONE_WORD.fullmatch(plain.strip(" .!"))
    if match is None or not {choice.key for choice in attribute.choices} <= YES_NO:
        return False
    asked_about = " ".join(plainly(question) for question in attribute.ask.values())
    return match[1] not in _POLITE_AFTER_NO and match[1] not in asked_about


def _mentions(choice: Choice, plain: str, *, asked: bool) -> list[tuple[int, int]]:
    found = []
    for words in choice.names.values():
        for word in words:
            said = plainly(word)
            if not asked and (said in TOO_PLAIN or len(said) < 4):
                continue
            match = re.search(rf"(?<!\w){re.escape(said)}(?:e?s)?(?!\w)", plain)
            if match and not _NEGATED.search(plain[: match.start()]):
                found.append(match.span())
    return found


def _answered(attribute: Attribute, text: str, plain: str) -> Field | None:
    """A free answer to the question that was asked."""
    stripped = text.strip()
    if not stripped:
        return None
    start = text.index(stripped)
    end = start + len(stripped)
    match attribute.type:
        case AttributeType.SINGLE | AttributeType.MULTI:
            key = _numbered(attribute, plain) or _nearest_choice(attribute, plain)
            return _span_field(text, start, end, value=_as_type(attribute, key), sure=0.7) if key else None
        case AttributeType.NUMBER:
            return _number(text, plain)
    return _span_field(text, start, end, sure=0.85)


def _numbered(attribute: Attribute, plain: str) -> str | None:
    match = re.fullmatch(r"\s*#?(\d{1,2})[.)]?\s*", plain)
    place = int(match[1]) if match else 0
    return attribute.choices[place - 1].key if 1 <= place <= len(attribute.choices) else None


def _nearest_choice(attribute: Attribute, plain: str) -> str | None:
    """The choice that a short answer is likest to, allowing for misspelling."""
    names = {
        plainly(word): choice.key for choice in attribute.choices for words in choice.names.values() for word in words
    }
    close = process.extractOne(plain.strip(" .!?"), names.keys(), scorer=fuzz.WRatio, score_cutoff=84)
    if close is None and "other" in {choice.key for choice in attribute.choices} and len(plain.split()) >= 2:
        return "other"
    return names[close[0]] if close else None


def _as_type(attribute: Attribute, key: str) -> FieldValue:
    return (key,) if attribute.type is AttributeType.MULTI else key


def _number(text: str, plain: str) -> Field | None:
    if match := _NUMBER.search(plain):
        value = float(match[0])
        return _span_field(text, *match.span(), value=int(value) if value.is_integer() else value, sure=0.9)
    for word, value_ in _WORDS_AS_NUMBERS.items():
        if match := re.search(rf"\b{word}\b", plain):
            return _span_field(text, *match.span(), value=value_, sure=0.85)
    return None
