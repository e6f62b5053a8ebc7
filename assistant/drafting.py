"""Turns a request into a draft: places it, routes it, and says what is missing and what it may repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from assistant.denials import without_denials
from assistant.disclosures import without_status
from assistant.fields import read_fields
from assistant.jurisdiction import read_jurisdiction
from assistant.next_thing import missing, precise
from assistant.reading import Request
from tools.case import NewCase, Reporter
from tools.crm import CRM, CRMError
from tools.draft import Draft, Duplicate, Field, FieldValue, Jurisdiction, Kind, ServiceChoice, Source
from tools.duplicates import find_duplicates
from tools.geocode import Geocoder
from tools.location import Location, Span
from tools.pickups import PICKUP_DAY, day_of
from tools.route import Route
from tools.service import AttributeType, Catalogue, Service

Router = Callable[[Service, dict[str, FieldValue], Location | None, datetime], Route]
"""Decides where a case of a service goes, given the answers, the place and the time."""


ANSWERED_BY_THE_PLACE = frozenset(
    {
        "park",
        "intersection",
        "offender_address",
        "site",
        "segment",
        "cemetery",
        "exact_spot",
        "where",
        "unit",
        "lot",
        "limits",
    }
)
"""Questions of the catalogue that ask for the place in other words."""

ANSWERED_BY_THE_WORDS = frozenset({"request", "details", "what", "problem", "idea"})
"""Open questions that ask for the matter itself: the resident's own words answer them."""

ENOUGH_WORDS = 4


@dataclass(frozen=True)
class Drafter:
    """Makes drafts and keeps their derived parts true: place on the map, jurisdiction, route, missing, duplicates."""

    catalogue: Catalogue
    geocoder: Geocoder
    route: Router
    crm: CRM
    outside: Callable[[str], str | None] = lambda _words: None
    """The other municipality that words place a matter in, if they do."""

    def start(self, request: Request, *, language: str, engine: str, now: datetime) -> Draft:
        """A new draft from a request, complete but for duplicates."""
        report = request.kind is Kind.REPORT
        service = self._referred(request.service, request.jurisdiction) if report else None
        draft = Draft(
            draft_id=uuid4().hex,
            language=language,
            engine="openai" if engine == "openai" else "embedded",
            kind=request.kind,
            service=service,
            location=request.location,
            fields=self._own_words(service, request.words) | request.fields,
            contact=request.contact,
            jurisdiction=request.jurisdiction,
        )
        return self.complete(draft, now=now)

    def _own_words(self, service: ServiceChoice | None, words: Span) -> dict[str, Field]:
        """The resident's words as the answer to the service's open question, if they say enough."""
        if service is None or len(words.quote.split()) < ENOUGH_WORDS:
            return {}
        said = Field(value=words.quote, confidence=0.7, source=Source.SAID, evidence=words)
        return {
            each.code: said
            for each in self.catalogue.services[service.code].attributes
            if each.type is AttributeType.TEXT and each.code in ANSWERED_BY_THE_WORDS
        }

    def with_own_words(self, draft: Draft, words: tuple[str, ...]) -> Draft:
        """The draft with the resident's words as the answer to the open question of a service chosen meanwhile."""
        said = " ".join(words)
        if draft.service is None or len(said.split()) < ENOUGH_WORDS:
            return draft
        codes = [
            each.code
            for each in self.catalogue.services[draft.service.code].attributes
            if each.type is AttributeType.TEXT and each.code in ANSWERED_BY_THE_WORDS and each.code not in draft.fields
        ]
        field = Field(value=said, confidence=0.6, source=Source.INFERRED)
        return draft.model_copy(update={"fields": draft.fields | dict.fromkeys(codes, field)})

    def complete(self, draft: Draft, *, now: datetime) -> Draft:
        """The same draft with its place looked up and its derived parts brought up to date; as it is where it is for
        another city."""
        if self._elsewhere(draft.jurisdiction):
            return draft
        placed = draft.model_copy(update={"location": self._placed(draft.location)})
        routed = self._with_what_the_place_answers(self._with_what_the_answers_change(placed))
        return routed.model_copy(update={"missing": missing(routed, self.catalogue), "route": self._route(routed, now)})

    async def looked_up(self, draft: Draft, *, now: datetime) -> Draft:
        """The draft with its place asked of the city's address service, if there is one and it is not found here."""
        if draft.location is None or draft.location.found or self._elsewhere(draft.jurisdiction):
            return draft
        return self.complete(draft, now=now) if await self.geocoder.prepare(draft.location) else draft

    def claimed(self, draft: Draft, words: str, *, now: datetime) -> Draft:
        """The draft as somebody else's matter, if the place or the words that came since say so: a place told later
        decides as one told at once."""
        if not draft.jurisdiction.city:
            return draft
        code = draft.service.code if draft.service else None
        whose = read_jurisdiction(
            without_denials(words), draft.location, self.catalogue, service=code, outside=self.outside(words)
        )
        if whose.city:
            return draft
        service = self._referred(draft.service, whose)
        theirs = draft.model_copy(update={"jurisdiction": whose, "service": service})
        if service is None or service == draft.service:
            return self.complete(theirs, now=now)
        asked = self.catalogue.services[service.code]
        fields = theirs.fields | read_fields(words, asked, language=draft.language, now=now)
        return self.complete(theirs.model_copy(update={"fields": fields}), now=now)

    def of_the_day(self, draft: Draft, *, now: datetime) -> Draft:
        """The draft routed anew if its service moved to the other case system since it was begun."""
        route = self._route(draft, now)
        moved = draft.route is not None and route is not None and route.system != draft.route.system
        return draft.model_copy(update={"route": route}) if moved else draft

    async def with_duplicates(self, draft: Draft, words: str, *, now: datetime) -> Draft:
        """The draft with open cases that may be the same matter; without any if the CRM cannot say."""
        if draft.service is None or draft.location is None or not draft.location.found:
            return draft.model_copy(update={"duplicates": ()})
        service = self.catalogue.services[draft.service.code]
        try:
            duplicates: tuple[Duplicate, ...] = await find_duplicates(
                self.crm, service, draft.location, words, answers(draft), now=now
            )
        except CRMError:
            duplicates = ()
        return draft.model_copy(update={"duplicates": duplicates})

    def choose_service(self, draft: Draft, code: str, *, confidence: float, now: datetime) -> Draft:
        """The draft under another service; answers that the new one does not ask for are dropped."""
        service = self.catalogue.services[code]
        asked = {attribute.code for attribute in service.attributes}
        chosen = ServiceChoice(code=code, name=service.name(), confidence=confidence)
        kept = {name: field for name, field in draft.fields.items() if name in asked}
        return self.complete(draft.model_copy(update={"kind": Kind.REPORT, "service": chosen, "fields": kept}), now=now)

    def _placed(self, location: Location | None) -> Location | None:
        if location is None or location.found or location.candidates:
            return location
        return self.geocoder.find(location)

    def _elsewhere(self, jurisdiction: Jurisdiction) -> bool:
        """Whether no case of ours can come of a matter: it has no queue here, so nothing is looked up or asked."""
        agency = self.catalogue.agencies.get(jurisdiction.agency or "")
        return not jurisdiction.city and agency is not None and agency.referral_service is None

    def _referred(self, service: ServiceChoice | None, jurisdiction: Jurisdiction) -> ServiceChoice | None:
        agency = self.catalogue.agencies.get(jurisdiction.agency or "")
        if jurisdiction.city or agency is None or agency.referral_service is None:
            return service
        if service is not None and service.code == agency.referral_service:
            return service
        referral = self.catalogue.services[agency.referral_service]
        others = service.alternatives if service is not None else ()
        confidence = service.confidence if service is not None else 0.5
        return ServiceChoice(code=referral.code, name=referral.name(), confidence=confidence, alternatives=others)

    def _with_what_the_answers_change(self, draft: Draft) -> Draft:
        if draft.service is None:
            return draft
        service = self.catalogue.services[draft.service.code]
        for attribute in service.attributes:
            said = draft.fields.get(attribute.code)
            for effect in attribute.effects:
                if said is None or not _says(said, effect.answers) or effect.service in (None, service.code):
                    continue
                other = self.catalogue.services[effect.service or service.code]
                moved = draft.service.model_copy(update={"code": other.code, "name": other.name()})
                return draft.model_copy(update={"service": moved})
        return draft

    def _with_what_the_place_answers(self, draft: Draft) -> Draft:
        """Questions that the place itself answers ("Which park is it?") are answered by it."""
        place = draft.location
        if draft.service is None or place is None or not precise(place):
            return draft
        known = self.catalogue.services[draft.service.code].attributes
        codes = [
            each.code for each in known if each.type is AttributeType.STRING and each.code in ANSWERED_BY_THE_PLACE
        ]
        open_codes = [
            code for code in codes if code not in draft.fields and not (code == "unit" and place.unit is None)
        ]
        if not open_codes:
            return draft
        values = {code: place.unit or "" if code == "unit" else place.value for code in open_codes}
        added = {code: Field(value=value, confidence=0.9, source=Source.LOOKED_UP) for code, value in values.items()}
        return draft.model_copy(update={"fields": draft.fields | added})

    def _route(self, draft: Draft, now: datetime) -> Route | None:
        if draft.service is None:
            return None
        return self.route(self.catalogue.services[draft.service.code], answers(draft), draft.location, now)


def _says(field: Field, wanted: tuple[str, ...]) -> bool:
    values = field.value if isinstance(field.value, tuple) else (field.value,)
    return any(value in wanted for value in values)


def answers(draft: Draft) -> dict[str, FieldValue]:
    """The values of a draft's fields by attribute code."""
    values = {code: field.value for code, field in draft.fields.items()}
    return {code: without_status(told) if isinstance(told, str) else told for code, told in values.items()}


def reporter(draft: Draft, phone: str | None) -> Reporter | None:
    """Who reports: what they gave, or the number that their text message came from."""
    contact = draft.contact
    given = Reporter(
        name=str(contact.name.value) if contact.name else None,
        phone=str(contact.phone.value) if contact.phone else phone,
        email=str(contact.email.value) if contact.email else None,
    )
    return given if given != Reporter() else None


def new_case(draft: Draft, words: tuple[str, ...], *, channel: str, phone: str | None) -> NewCase:
    """What to send to the CRM. Raises ValueError for a draft without service or route."""
    if draft.service is None or draft.route is None:
        raise ValueError(f"The draft {draft.draft_id!r} has no service yet, so it cannot be filed.")
    return NewCase(
        service=draft.service.code,
        description=without_status("\n".join(words)),
        language=draft.language,
        location=draft.location,
        attributes=answers(draft),
        route=draft.route,
        reporter=reporter(draft, phone),
        channel=channel,
        day=day_of(str(draft.fields[PICKUP_DAY].value)) if PICKUP_DAY in draft.fields else None,
    )
