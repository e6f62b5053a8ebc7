"""The embedded engine: reads and words language with no network and no model server.

A reply is read in the light of what was asked: yes and no, choices, repairs, values and places stand in the Reading
itself. A new matter stands in `requests`, even in the middle of a draft; a short text that only answers is no request.
The dialogue decides what belongs to the draft under way.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from assistant.consent import ReplyReader, ReplyReading
from assistant.contact import read_contact
from assistant.denials import without_denials
from assistant.fields import read_fields
from assistant.jurisdiction import read_jurisdiction
from assistant.language import LanguageReader
from assistant.place import PlaceReader
from assistant.placing import says_only_where
from assistant.reading import Asked, Reading, Repair, Request, Support
from assistant.requests import PartOfMessage, RequestReader
from assistant.services import Ranking
from knowledge.answer import choose_sentences
from knowledge.article import Passage
from knowledge.tongues import Tongues
from knowledge.vectors import Encoder
from tools.draft import Alternative, Contact, Field, Kind, ServiceChoice
from tools.location import Location
from tools.service import Catalogue

READ = 4_000
"""Characters of a message that are read; the screen refuses longer ones before an engine sees them."""

DETAIL = 1_500
"""Characters in which fields and contacts are looked for: the work grows faster than the text, and the target for a
reading is 50 milliseconds whatever is sent."""

PADDING = " \t\r\n,-"
"""What may stand before a message or a piece of one and says nothing."""

SHORT_ANSWER = 7
"""Up to so many words, a message that answers what was asked is nothing but that answer."""


class Told(NamedTuple):
    """A whole message, its language, and when it was written."""

    text: str
    language: str
    now: datetime | None


@dataclass(frozen=True, eq=False)
class EmbeddedEngine:
    """Implements `assistant.engine.Engine` with small parts, each measured by itself."""

    catalogue: Catalogue
    languages: LanguageReader
    requests: RequestReader
    replies: ReplyReader
    places: PlaceReader
    encoder: Encoder
    tongues: Tongues
    name: str = "embedded"

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message in the light of what was asked. Always gives a Reading, whatever the text."""
        text = message[:READ]
        detected = self.languages.detect(text, previous=asked.language, chosen=asked.language_chosen)
        reply = self.replies.read(text, asked)
        location = self._location(text, asked, reply)
        fields = self._fields(text, asked, detected.language, location)
        contact = read_contact(text[:DETAIL], asked=asked.asking_for == "contact")
        reached = asked.asking_for == "contact" and contact != Contact()
        answered = bool(location or fields or reached)
        requests = self._requests(text, detected.language, asked, reply, answered=answered)
        return Reading(
            language=detected.language,
            language_confidence=detected.confidence,
            requests=requests,
            consent=reply.consent,
            repair=reply.repair,
            choice=reply.choice,
            corrects=reply.corrects,
            location=location,
            fields=fields,
            contact=contact,
            thanks=reply.thanks,
        )

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """The sentences of these passages that answer a question, at most so many."""
        return choose_sentences(
            question, passages, encoder=self.encoder, limit=sentences, language=language, tongues=self.tongues
        )

    def _location(self, text: str, asked: Asked, reply: ReplyReading) -> Location | None:
        expecting = asked.asking_for in ("location", "location_choice")
        if reply.choice is not None and not expecting:
            return None
        correcting = asked.asking_for == "confirmation" and reply.repair is Repair.CORRECTION
        return _place(self.places, text, expecting=expecting or correcting)

    def _fields(self, text: str, asked: Asked, language: str, location: Location | None) -> dict[str, Field]:
        """The values of the service asked about; a place said instead of one of its choices is none of them."""
        service = self.catalogue.services.get(asked.service or "")
        if service is None:
            return {}
        fields = read_fields(text[:DETAIL], service, asked_for=asked.asking_for, language=language, now=asked.now)
        asked_for = fields.get(asked.asking_for or "")
        if asked_for is not None and asked_for.value == "other" and says_only_where(text, location):
            del fields[asked.asking_for or ""]
        return fields

    def _requests(
        self, text: str, language: str, asked: Asked, reply: ReplyReading, *, answered: bool
    ) -> tuple[Request, ...]:
        if not text.strip():
            return ()
        parts = self.requests.read(text, language=language)
        if asked.asking_for == "service":
            parts = tuple(_as_report(part) for part in parts)
        told = Told(text, language, asked.now)
        if reply.person:
            person = parts[0].model_copy(update={"kind": Kind.PERSON})
            return (self._request(told, person),)
        if reply.greets:
            return (self._request(told, parts[0].model_copy(update={"kind": Kind.OTHER})),)
        if asked.asking_for is not None and self._only_answers(text, asked, reply, parts, answered=answered):
            return ()
        return tuple(self._request(told, part, alone=len(parts) == 1) for part in parts)

    def _only_answers(
        self, text: str, asked: Asked, reply: ReplyReading, parts: tuple[PartOfMessage, ...], *, answered: bool
    ) -> bool:
        """Whether the message does nothing but answer what was asked."""
        words = len(text.split())
        first = parts[0]
        if asked.asking_for in ("service", "case_number"):
            return reply.choice is not None or reply.repair is not None
        if reply.choice is not None or reply.repair in (
            Repair.SKIP,
            Repair.START_OVER,
            Repair.REPEAT,
            Repair.DONT_KNOW,
        ):
            return True
        if asked.asking_for == "confirmation" and reply.repair is Repair.CORRECTION and first.kind is Kind.REPORT:
            return False
        if first.kind in (Kind.QUESTION, Kind.STATUS) and first.confidence > 0.5 and words >= 3:
            return False
        if reply.consent is not None and words <= SHORT_ANSWER:
            return True
        return answered and (words <= SHORT_ANSWER or first.kind is not Kind.REPORT or first.confidence < 0.8)

    def _request(self, told: Told, part: PartOfMessage, *, alone: bool = True) -> Request:
        words = part.words.quote
        if part.kind is not Kind.REPORT:
            return Request(
                kind=part.kind,
                words=part.words,
                case_id=part.case_id,
                asks_who=part.asks_who,
                joke=part.joke,
                asks=part.asks if part.kind is Kind.QUESTION else 0.0,
                contact=Contact(),
            )
        here = _place(self.places, words)
        location = here.shifted(part.words.start) if here else None if alone else _place(self.places, told.text)
        service = None if says_only_where(words, here) else self._service(part.ranking)
        known = self.catalogue.services.get(service.code) if service else None
        fields = read_fields(words[:DETAIL], known, language=told.language, now=told.now) if known else {}
        return Request(
            kind=Kind.REPORT,
            words=part.words,
            service=service,
            why=tuple(
                Support(code=each.code, span=span.shifted(part.words.start))
                for each in part.ranking.choices
                for span in each.supports
            ),
            clarify=part.ranking.clarify,
            location=location,
            fields={code: _shifted(field, part.words.start) for code, field in fields.items()},
            contact=_shifted_contact(read_contact(words[:DETAIL]), part.words.start),
            asks=part.asks,
            jurisdiction=read_jurisdiction(
                without_denials(words[:DETAIL]),
                location,
                self.catalogue,
                service=service.code if service else None,
                outside=self.places.outside_city(words),
            ),
        )

    def _service(self, ranking: Ranking) -> ServiceChoice | None:
        if not ranking.choices:
            return None
        first, *others = ranking.choices
        alternatives = tuple(
            Alternative(code=each.code, name=self.catalogue.services[each.code].name(), confidence=each.confidence)
            for each in others
        )
        name = self.catalogue.services[first.code].name()
        return ServiceChoice(code=first.code, name=name, confidence=first.confidence, alternatives=alternatives)


def _as_report(part: PartOfMessage) -> PartOfMessage:
    """Asked which service is meant, any words about a matter are about a report."""
    return (
        part.model_copy(update={"kind": Kind.REPORT}) if part.kind in (Kind.OTHER, Kind.FEEDBACK, Kind.STATUS) else part
    )


def _place(places: PlaceReader, text: str, *, expecting: bool = False) -> Location | None:
    """The place a text names."""
    said = text.lstrip(PADDING)
    place = _place_said(places, said.rstrip(), expecting=expecting)
    return place.shifted(len(text) - len(said)) if place else None


@lru_cache(maxsize=16)
def _place_said(places: PlaceReader, said: str, *, expecting: bool) -> Location | None:
    """Remembered, for a message that is one request is read as a whole and as that request."""
    return places.read(said, expecting=expecting)


def _shifted(field: Field, offset: int) -> Field:
    return field.model_copy(update={"evidence": field.evidence.shifted(offset)}) if field.evidence else field


def _shifted_contact(contact: Contact, offset: int) -> Contact:
    given = {name: _shifted(field, offset) for name in ("name", "phone", "email") if (field := getattr(contact, name))}
    return contact.model_copy(update=given)
