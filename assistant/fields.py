"""Reads the values a service asks for from what a resident wrote, each with the exact words that support it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from rapidfuzz import fuzz

from assistant.access_time import access_time
from assistant.choices import YES_NO, mentions, nearest_choice, numbered
from assistant.field_rules import read_by_rules
from assistant.form import Slot, read_form
from assistant.gloss import Said, glossed
from assistant.numbers import IN_WORDS, number_of
from assistant.plain import plainly
from assistant.vehicle import make_model_color, plate
from assistant.when import read_when
from tools.clock import city_time, system_clock
from tools.draft import Field, FieldValue, Source
from tools.location import Span
from tools.service import Attribute, AttributeType, Service

_ANIMALS = re.compile(
    r"\b(raccoon|squirrel|skunk|o?possum|rats?|mouse|mice|birds?|pigeons?|seagull|goose|geese|ducks?|turkeys?|hawk"
    r"|owl|bats?|coyotes?|fox|deer|rabbits?|"
    r"cats?|kittens?|dogs?|puppy|puppies|pit ?bulls?|roosters?|chickens?|snakes?|turtle|groundhog|woodchuck|gato|gata"
    r"|bees?|wasps?|hornets?|yellow ?jackets?|abejas?|avispas?"
    r"|perros?|mapache|ardilla|"
    r"rata|ratas|paloma|zorrillo|cachorro|chyen|chat|rat|zwazo|rakoun|ekirey|guaxinim|esquilo|gamba|pombo|cao|caes"
    r"|passaro|chien|ecureuil|raton laveur|mouette|oiseau|pigeon"
    r"|con (?:cho|meo|chuot|soc|chim|ga|ran|doi|gau meo|nai))\b"
    r"|\b((?:кош|собак|крыс|мыш|птиц|голуб|белк|енот|скунс|опоссум)\w*|(?:ال)?(?:قطة|قط|كلب|فار|جرذ|طائر|حمامة|سنجاب|راكون)"
    r"|(?:bisad|eey|jiir|shimbir|dabagaalle)\w*|gatu|katxor|ratu|pasu|ponba)\b"
    r"|(松鼠|浣熊|老鼠|猫|貓|狗|鸽子|鴿子|鸟|鳥|臭鼬|鹿|蛇|蝙蝠|蜜蜂|黄蜂|黃蜂|鸡|雞|海鸥|海鷗)"
)
_POLE = re.compile(
    r"\bpole\s*(?:number|no\.?|#|num\.?)?\s*[:#]?\s*(\d{2,6}(?:[-/]\d+)?[a-z]?)\b|#\s?(\d{3,6})\b", re.IGNORECASE
)
_IN_WORDS = re.compile(rf"(?<!\w){IN_WORDS}(?!\w)")
_DATED = {
    "ate": re.compile(r"\b(?:ate|eat|eating|had (?:dinner|lunch|breakfast)|dinner|lunch|ordered|comi|comimos|cene)\b"),
    "sick": re.compile(
        r"\b(?:sick|ill|vomit\w*|threw up|throwing up|diarrhea|symptoms|enferm\w*|intoxic\w*|vomit\w*)\b"
    ),
    "game_date": re.compile(r"\b(?:game|match|tournament|practice|partido|juego|torneo)\b"),
}
"""What a date must follow, where a service asks for dates of different things."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NO_AND_ONE_WORD = re.compile(r"no ([a-z]{3,})")
_POLITE_AFTER_NO = frozenset("sir maam thanks gracias senor senora sorry none never nothing nobody nada nunca".split())


@dataclass(frozen=True)
class Message:
    """A text with its plain form, its slots, its known words in English, and the time it was written at."""

    text: str
    plain: str
    slots: tuple[Slot, ...]
    english: tuple[Said, ...]
    language: str
    now: datetime | None


def read_fields(
    text: str,
    service: Service,
    *,
    asked_for: str | None = None,
    language: str = "en",
    now: datetime | None = None,
) -> dict[str, Field]:
    """The values of a service's questions that a text holds. The one that was asked may be answered freely. `now` turns
    "since Tuesday" into a date."""
    said = Message(text, plainly(text), read_form(text), glossed(text, language), language, now)
    found: dict[str, Field] = {}
    for attribute in service.attributes:
        asked = attribute.code == asked_for
        if asked and _is_about_something_else(attribute, said.plain):
            continue
        field = _from_slots(attribute, said) or _special(attribute, said, asked=asked)
        field = field or _chosen(attribute, said, asked=asked) or _by_rules(attribute, said, asked=asked)
        if field is None and asked:
            field = _answered(attribute, said)
        if field is not None:
            found[attribute.code] = field
    return found


def _by_rules(attribute: Attribute, said: Message, *, asked: bool) -> Field | None:
    """What the rules find; an answer that would send the matter elsewhere, or to 911, is asked for all the same."""
    field = read_by_rules(attribute, said.text, said.plain)
    if field is None or asked:
        return field
    weighty = {answer for effect in attribute.effects if effect.service or effect.safety for answer in effect.answers}
    return None if field.value in weighty else field


def _special(attribute: Attribute, said: Message, *, asked: bool) -> Field | None:
    """What has a reader of its own: vehicles, animals, dates, times at which somebody may come."""
    if attribute.type is AttributeType.DATETIME or attribute.code == "since":
        return _dated(attribute, said)
    if attribute.code == "access_time":
        return access_time(said.text, said.plain, asked=asked)
    if attribute.code == "days_there":
        return _days_there(said)
    reader = _READERS.get(attribute.code)
    return reader(said.text, said.plain) if reader and not attribute.choices else None


def _dated(attribute: Attribute, said: Message) -> Field | None:
    """A date, where several are asked for the one after the words that name its matter."""
    cue = _DATED.get(attribute.code)
    match = cue.search(said.plain) if cue else None
    if cue and match is None:
        return None
    start = match.end() if match else 0
    field = read_when(said.text[start:], said.plain[start:], said.now)
    return field.model_copy(update={"evidence": field.evidence.shifted(start)}) if field and field.evidence else None


def _days_there(said: Message) -> Field | None:
    """For how many days something has stood there, counted back from now."""
    now = said.now or system_clock()
    field = read_when(said.text, said.plain, now)
    if field is None or field.evidence is None:
        return None
    try:
        began = date.fromisoformat(str(field.value))
    except ValueError:
        return None
    return field.model_copy(update={"value": (city_time(now).date() - began).days})


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


_READERS: dict[str, Callable[[str, str], Field | None]] = {
    "make_model_color": lambda text, _: make_model_color(text),
    "plate": lambda text, _: plate(text),
    "vehicle_plate": lambda text, _: plate(text),
    "pole_number": _match_field(_POLE),
    "animal": _match_field(_ANIMALS),
}


def _from_slots(attribute: Attribute, said: Message) -> Field | None:
    for slot in said.slots:
        if not _asks_for(attribute, slot.label):
            continue
        if attribute.choices:
            key = nearest_choice(attribute, plainly(slot.value), said.language)
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


def _chosen(attribute: Attribute, said: Message, *, asked: bool) -> Field | None:
    """The choice whose words stand in the text; yes and no only in answer to their question."""
    if not attribute.choices or (not asked and {choice.key for choice in attribute.choices} <= YES_NO):
        return None
    found: list[tuple[int, int, str]] = []
    for choice in attribute.choices:
        for start, end in mentions(choice, said.plain, said.english, said.language, asked=asked):
            found.append((start, end, choice.key))
    if not found:
        return None
    if attribute.type is AttributeType.MULTI:
        keys = tuple(dict.fromkeys(key for _, _, key in sorted(found)))
        start, end = min(found)[0], max(end for _, end, _ in found)
        return _span_field(said.text, start, end, value=keys)
    longest = max(found, key=lambda each: (each[1] - each[0], -each[0]))
    return _span_field(said.text, longest[0], longest[1], value=longest[2], sure=0.9 if asked else 0.75)


def _is_about_something_else(attribute: Attribute, plain: str) -> bool:
    """Whether a "no heat" cannot be a no to the question, which says nothing of heat."""
    match = _NO_AND_ONE_WORD.fullmatch(plain.strip(" .!"))
    if match is None or not {choice.key for choice in attribute.choices} <= YES_NO:
        return False
    asked_about = " ".join(plainly(question) for question in attribute.ask.values())
    return match[1] not in _POLITE_AFTER_NO and match[1] not in asked_about


def _answered(attribute: Attribute, said: Message) -> Field | None:
    """A free answer to the question that was asked."""
    text, plain = said.text, said.plain
    stripped = text.strip()
    if not stripped:
        return None
    start = text.index(stripped)
    end = start + len(stripped)
    match attribute.type:
        case AttributeType.SINGLE | AttributeType.MULTI:
            key = numbered(attribute, plain) or nearest_choice(attribute, plain, said.language)
            return _span_field(text, start, end, value=_as_type(attribute, key), sure=0.7) if key else None
        case AttributeType.NUMBER:
            return _number(text, plain)
    return _span_field(text, start, end, sure=0.85)


def _as_type(attribute: Attribute, key: str) -> FieldValue:
    return (key,) if attribute.type is AttributeType.MULTI else key


def _number(text: str, plain: str) -> Field | None:
    if match := _NUMBER.search(plain):
        value = float(match[0])
        return _span_field(text, *match.span(), value=int(value) if value.is_integer() else value, sure=0.9)
    for match in _IN_WORDS.finditer(plain):
        if (said := number_of(match[0])) is not None:
            return _span_field(text, *match.span(), value=said, sure=0.85)
    return None
