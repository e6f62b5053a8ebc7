"""Turns what a model read into a Reading, believing nothing that does not stand in the message or the catalogue.

What decides or acts is never the model's: a yes, a choice that joins a case, starting over, the place on the map, how
to reach somebody and the case number come from our own readers.
"""

from dataclasses import dataclass

from assistant.contact import read_contact
from assistant.jurisdiction import read_jurisdiction
from assistant.openai_fields import Quoted, read_values
from assistant.openai_wire import WireReading, WireReply, WireRequest
from assistant.place import PlaceReader
from assistant.reading import Asked, Consent, Reading, Repair, Request, Support
from tools.case_number import find_case_number
from tools.draft import Alternative, Contact, Field, Kind, ServiceChoice
from tools.location import Location, Span
from tools.service import Catalogue

UNSUPPORTED = 0.44
"""The most confidence a service has whose words do not stand in the message: below it the resident is asked."""

SUREST = 0.95
PARTS = frozenset({"location", "service", "contact"})
OUR_REPAIRS = frozenset({Repair.START_OVER})
"""What only our own reader may hear, because work is lost by it."""

WRITING = frozenset({"confirmation", "duplicate"})
"""Asked for one of these, an answer may write to the CRM: only our own reader hears it."""

SURE_OF_LANGUAGE = 0.9
"""From this confidence on our own reader's language holds."""


@dataclass(frozen=True, eq=False)
class Verifier:
    """Checks readings of a model against the message, the catalogue and the map."""

    catalogue: Catalogue
    places: PlaceReader

    def reading(self, wire: WireReading, message: Quoted, asked: Asked, own: Reading) -> Reading:
        """What may be believed of a model's reading; `own` is what our readers make of the same message."""
        text = message.text
        reply = wire.reply if asked.asking_for else None
        alone = len(wire.requests) == 1
        return Reading(
            language=_language(wire, own, asked),
            language_confidence=max(own.language_confidence, 0.8),
            requests=tuple(self._request(each, message, own, alone=alone) for each in wire.requests),
            consent=own.consent or (Consent.NO if reply and reply.says == "no" else None),
            repair=own.repair or _repair(reply),
            choice=own.choice or _choice(reply, asked),
            corrects=own.corrects or self._corrects(reply, asked),
            location=self._answered_place(reply, message, asked) or own.location,
            fields=own.fields | self._answered_fields(reply, message, asked),
            contact=read_contact(text, asked=asked.asking_for == "contact"),
            thanks=wire.thanks or own.thanks,
            engine="openai",
        )

    def _request(self, wire: WireRequest, message: Quoted, own: Reading, *, alone: bool) -> Request:
        text = message.text
        words = message.find(wire.quote) or Span.of(text, 0, len(text))
        kind = Kind(wire.kind)
        asks_who = wire.asks_who_reported or any(each.asks_who for each in own.requests)
        case_id = find_case_number(words.quote) or (find_case_number(text) if alone else None)
        if kind is not Kind.REPORT:
            return Request(kind=kind, words=words, case_id=case_id, asks_who=asks_who)
        service = self._service(wire, message, own, words)
        known = self.catalogue.services.get(service.code) if service else None
        location = self._place(wire.place, words, message, alone=alone)
        because = message.find(wire.because)
        outside = self.places.outside_city(words.quote)
        code = service.code if service else None
        return Request(
            kind=kind,
            words=words,
            service=service,
            why=(Support(code=service.code, span=because),) if service and because else (),
            location=location,
            fields=read_values(wire.fields, known, message) if known else {},
            contact=_moved_contact(read_contact(words.quote), words.start),
            jurisdiction=read_jurisdiction(words.quote, location, self.catalogue, service=code, outside=outside),
        )

    def _service(self, wire: WireRequest, message: Quoted, own: Reading, words: Span) -> ServiceChoice | None:
        ours = _our_choice(own, words)
        known = self.catalogue.services.get(wire.service or "")
        if known is None:
            return ours
        most = SUREST if message.find(wire.because) else UNSUPPORTED
        also = (*wire.alternatives, *(_codes(ours) if ours else ()))
        codes = [code for code in dict.fromkeys(also) if code in self.catalogue.services and code != known.code]
        sure = round(min(max(wire.sure, 0.0), most), 4)
        shares = [round(max(sure * 0.3 - 0.1 * place, 0.01), 4) for place in range(2)]
        others = tuple(
            Alternative(code=code, name=self.catalogue.services[code].name(), confidence=share)
            for code, share in zip(codes, shares, strict=False)
        )
        return ServiceChoice(code=known.code, name=known.name(), confidence=sure, alternatives=others)

    def _place(self, quote: str | None, words: Span, message: Quoted, *, alone: bool) -> Location | None:
        """The place on the map: read by our reader from the request, or from the words a model points at."""
        wide = self._located(words)
        if wide is not None and wide.lat is not None:
            return wide
        span = message.find(quote)
        near = self._located(span, expecting=True) if span else None
        return near or wide or (None if alone else self.places.read(message.text))

    def _located(self, span: Span, *, expecting: bool = False) -> Location | None:
        location = self.places.read(span.quote, expecting=expecting)
        if location is None or location.evidence is None:
            return location
        evidence = location.evidence.shifted(span.start)
        candidates = tuple(each.model_copy(update={"evidence": evidence}) for each in location.candidates)
        return location.model_copy(update={"evidence": evidence, "candidates": candidates})

    def _answered_place(self, reply: WireReply | None, message: Quoted, asked: Asked) -> Location | None:
        if reply is None or asked.asking_for not in ("location", "location_choice", "confirmation"):
            return None
        span = message.find(reply.place)
        near = self._located(span, expecting=True) if span else None
        return near if near is not None and near.lat is not None else None

    def _answered_fields(self, reply: WireReply | None, message: Quoted, asked: Asked) -> dict[str, Field]:
        service = self.catalogue.services.get(asked.service or "")
        return read_values(reply.fields, service, message) if reply and service else {}

    def _corrects(self, reply: WireReply | None, asked: Asked) -> tuple[str, ...]:
        service = self.catalogue.services.get(asked.service or "")
        known = PARTS | ({each.code for each in service.attributes} if service else set())
        return tuple(code for code in reply.corrects if code in known) if reply else ()


def _language(wire: WireReading, own: Reading, asked: Asked) -> str:
    """Our reader's language where it is sure or somebody chose one; else the model's, which knows more words."""
    settled = asked.language_chosen or own.language_confidence >= SURE_OF_LANGUAGE or own.language == asked.language
    return own.language if settled else wire.language


def _repair(reply: WireReply | None) -> Repair | None:
    says = reply.says if reply else None
    heard = Repair(says) if says in {each.value for each in Repair} else None
    return None if heard in OUR_REPAIRS else heard


def _choice(reply: WireReply | None, asked: Asked) -> int | None:
    if reply is None or reply.choice is None or asked.asking_for in WRITING:
        return None
    return reply.choice if 1 <= reply.choice <= len(asked.options) else None


def _our_choice(own: Reading, words: Span) -> ServiceChoice | None:
    """What our reader takes these words for: the service of the report that shares most of them."""
    reports = [each for each in own.requests if each.service is not None]
    best = max(reports, key=lambda each: _shared(each.words, words), default=None)
    return best.service if best is not None and _shared(best.words, words) > 0 else None


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _codes(choice: ServiceChoice) -> tuple[str, ...]:
    return (choice.code, *(each.code for each in choice.alternatives))


def _moved_contact(contact: Contact, offset: int) -> Contact:
    moved = {
        name: given.model_copy(update={"evidence": given.evidence.shifted(offset)})
        for name in ("name", "phone", "email")
        if (given := getattr(contact, name)) is not None and given.evidence is not None
    }
    return contact.model_copy(update=moved)
