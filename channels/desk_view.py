"""What the desk shows of a draft: words with their evidence, fields with confidence in words, questions, places."""

from dataclasses import dataclass, field

from assistant.asking import Asker
from assistant.booking import free_days, rules_of, too_many_homes
from assistant.conversation import Work
from assistant.pickup_days import day_in_words
from assistant.ports import Ports
from assistant.readback import choice_name
from channels.desk_map import Map, map_of
from knowledge.article import Found, SearchUnavailable
from tools.case import Repeat
from tools.clock import city_time
from tools.crm import CRMError
from tools.draft import Draft, FieldValue, SingleDraft
from tools.location import Span
from tools.repeats import repeat_at
from tools.service import Attribute, AttributeType

SURE, LIKELY = 0.8, 0.5
ALTERNATIVES = 3
DAYS = 5


@dataclass(frozen=True)
class Piece:
    """A part of the caller's words; `supports` names the field that it supports."""

    text: str
    supports: str = ""


@dataclass(frozen=True)
class Row:
    """One question of the service, with what was understood."""

    code: str
    ask: str
    type: str
    required: bool
    values: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    sure: str = ""
    quote: str = ""
    source: str = ""


@dataclass(frozen=True)
class View:
    """Everything of one draft that the page shows."""

    draft: Draft
    pieces: tuple[Piece, ...]
    rows: tuple[Row, ...] = ()
    questions: tuple[str, ...] = ()
    articles: tuple[Found, ...] = ()
    map: Map | None = None
    repeat: Repeat | None = None
    days: tuple[tuple[str, str], ...] = ()
    booked: bool = False
    too_big: bool = False
    target: str = ""
    service_sure: str = ""
    service_why: str = ""
    place_sure: str = ""
    contacts: tuple[tuple[str, str, str], ...] = field(default=())


def sure(confidence: float) -> str:
    """A confidence in words."""
    return "sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "a guess"


async def view_of(draft: Draft, text: str, ports: Ports, *, assisted: bool) -> View:
    """The view of a draft. Articles and repeats are left out where they cannot be had or are not wanted."""
    service = ports.catalogue.services[draft.service.code] if draft.service else None
    return View(
        draft=draft,
        pieces=pieces(text, spans(draft)),
        rows=tuple(_row(each, draft) for each in service.attributes) if service else (),
        questions=_questions(draft, ports),
        articles=_articles(draft, text, ports) if assisted else (),
        map=map_of(draft.location),
        days=await _days(draft, ports),
        booked=rules_of(draft) is not None,
        too_big=too_many_homes(draft),
        repeat=await _repeat(draft, ports) if assisted else None,
        target=_target(draft),
        service_sure=sure(draft.service.confidence) if draft.service else "",
        service_why=service.summary if service else "",
        place_sure=sure(draft.location.confidence) if draft.location else "",
        contacts=_contacts(draft),
    )


def spans(draft: SingleDraft) -> list[tuple[Span, str]]:
    """The words that support each part of a draft."""
    found = [(draft.location.evidence, "location")] if draft.location and draft.location.evidence else []
    found += [(each.evidence, code) for code, each in draft.fields.items() if each.evidence]
    contact = draft.contact
    told = ((contact.name, "name"), (contact.phone, "phone"), (contact.email, "email"))
    return found + [(each.evidence, f"contact-{name}") for each, name in told if each and each.evidence]


def pieces(text: str, supported: list[tuple[Span, str]]) -> tuple[Piece, ...]:
    """The text cut where evidence begins and ends. Of two spans that overlap, the shorter one is marked."""
    taken: list[tuple[Span, str]] = []
    for span, name in sorted(supported, key=lambda each: each[0].end - each[0].start):
        if span.end <= len(text) and all(span.end <= other.start or other.end <= span.start for other, _ in taken):
            taken.append((span, name))
    cut: list[Piece] = []
    at = 0
    for span, name in sorted(taken, key=lambda each: each[0].start):
        cut += [Piece(text[at : span.start]), Piece(text[span.start : span.end], name)]
        at = span.end
    return tuple(piece for piece in (*cut, Piece(text[at:])) if piece.text)


def _row(attribute: Attribute, draft: Draft) -> Row:
    said = draft.fields.get(attribute.code)
    choices = tuple((each.key, choice_name(attribute, each.key, "en")) for each in attribute.choices)
    plain = Row(
        code=attribute.code,
        ask=attribute.ask["en"],
        type=_type(attribute),
        required=attribute.required,
        choices=choices,
    )
    if said is None:
        return plain
    return Row(
        **{name: getattr(plain, name) for name in ("code", "ask", "type", "required", "choices")},
        values=strings(said.value),
        sure=sure(said.confidence),
        quote=said.evidence.quote if said.evidence else "",
        source=said.source.value.replace("_", " "),
    )


def _type(attribute: Attribute) -> str:
    match attribute.type:
        case AttributeType.MULTI:
            return "many"
        case AttributeType.SINGLE:
            return "one"
        case AttributeType.NUMBER:
            return "number"
        case AttributeType.TEXT:
            return "text"
        case _:
            return "line"


def strings(value: FieldValue) -> tuple[str, ...]:
    """A value as a form holds it."""
    if isinstance(value, tuple):
        return value
    return (f"{value:g}" if isinstance(value, float) else str(value),)


def _questions(draft: Draft, ports: Ports) -> tuple[str, ...]:
    """What is still to be asked, in order, worded to be read aloud in the caller's language."""
    asker = Asker(ports.catalogue, ports.wording, draft.language)
    work = Work(draft=draft, words=("",))
    known = [code for code in draft.missing if code == "service" or draft.service is not None]
    choice = ["location_choice"] if draft.location and draft.location.candidates else []
    open_ends = choice + [code for code in known if not (choice and code == "location")]
    return tuple(asker.ask(code, work).text for code in open_ends)


def _articles(draft: Draft, text: str, ports: Ports) -> tuple[Found, ...]:
    try:
        found = ports.library.search(text[:500], language=draft.language, limit=6)
    except SearchUnavailable:
        return ()
    first: dict[str, Found] = {}
    for each in found:
        first.setdefault(each.passage.article, each)
    return tuple(first.values())[:3]


async def _days(draft: Draft, ports: Ports) -> tuple[tuple[str, str], ...]:
    """The free days of a pick-up, as they are kept and as they are read aloud in the caller's language."""
    days = await free_days(draft, ports, now=ports.clock(), most=DAYS)
    return tuple((day.isoformat(), day_in_words(day, ports.wording, language=draft.language)) for day in days)


async def _repeat(draft: Draft, ports: Ports) -> Repeat | None:
    """How often this was reported here within a year, this report included."""
    if draft.service is None:
        return None
    service = ports.catalogue.services[draft.service.code]
    try:
        return await repeat_at(ports.crm, service, draft.location, now=ports.clock())
    except CRMError:
        return None


def _target(draft: Draft) -> str:
    """When it will be done, as honestly as we know."""
    route = draft.route
    if route is None:
        return ""
    if route.due is not None:
        told = f"The City aims at {city_time(route.due):%A, %B %d}."
    else:
        told = "The City gives no date for this."
    usual = route.usually_within_days
    return told + (f" It usually takes up to {usual:g} days." if usual else "")


def _contacts(draft: Draft) -> tuple[tuple[str, str, str], ...]:
    told = (("name", draft.contact.name), ("phone", draft.contact.phone), ("email", draft.contact.email))
    return tuple((name, str(each.value), sure(each.confidence)) for name, each in told if each is not None)
