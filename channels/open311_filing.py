"""Files what an Open311 client posts: the same safety, routing and duplicates as any report, and one case per post.

The post itself is the confirmation. It is kept before the case system is asked, so a time-out loses nothing: then the
client gets a token, and the case is filed later under the same key.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from assistant.assistant import Assistant
from assistant.drafting import answers, new_case
from assistant.editing import EditRefused, edited
from assistant.message import Channel
from assistant.owners import referral
from assistant.reading import Asked, Request
from assistant.repeats import with_repeat
from assistant.switched_off import takes_cases
from channels.open311_answers import Open311Error
from channels.open311_form import Form
from tools.case import Case
from tools.crm import CaseNotFound, CRMError, CRMRejected, CRMUnavailable
from tools.districts import load_districts
from tools.draft import Draft, Field, FieldValue, Jurisdiction, Kind, ServiceChoice, Source
from tools.location import Location, Span
from tools.open311_posts import Post, Posts
from tools.routing import effects_of
from tools.service import AttributeType, LocationKind, Service

AGAIN_SECONDS = 30.0
NOT_ANSWERING = "The case system does not answer just now. Send the same again in a minute: it becomes one case only."

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Filing:
    """Turns a form into one case."""

    assistant: Assistant
    posts: Posts

    async def file(self, form: Form, service: Service, *, client: str) -> tuple[Post, str | None]:
        """The post, with the number of its case if it has one by now, and a notice for the client's user.

        Raises Open311Error for danger, a matter of another agency, and whatever is missing or does not fit.
        """
        if (parent := form.get("duplicate_parent_service_request_id")) is not None:
            return await self._joined(parent, form, client), "It was added to the case that was reported before."
        draft = await self._draft(form, service)
        case = new_case(draft, (form.get("description") or "",), channel="open311", phone=None)
        case = case.model_copy(update={"reporter": form.reporter(), "attributes": answers(draft) | _media(form)})
        case = await with_repeat(case, self.assistant.ports)
        print_ = _fingerprint(form, service, client)
        post = await self.posts.keep(case, fingerprint=print_, client=client, now=self.assistant.ports.clock())
        return await self.again(post), _notice(draft, service)

    async def again(self, post: Post) -> Post:
        """The post with its number, if the case system takes it now. Raises Open311Error if it refuses it."""
        if post.case_id is not None or post.case is None:
            return post
        try:
            await takes_cases(self.assistant.ports.off)
            case = await self.assistant.ports.crm.create(post.case, key=post.key)
        except CRMRejected as error:
            await self.posts.drop(post)
            raise Open311Error(400, "The case system refuses this request.") from error
        except CRMError as error:
            log.warning("A posted case waits.", extra={"event": "open311_waits", "error": type(error).__name__})
            return post
        await self.posts.settle(post, case.case_id)
        return post.model_copy(update={"case_id": case.case_id, "case": None})

    @asynccontextmanager
    async def filing_later(self) -> AsyncIterator[None]:
        """While this lasts, posted cases that wait are filed as soon as the case system takes them."""
        filing = asyncio.create_task(self._keep_filing())
        try:
            yield
        finally:
            filing.cancel()
            with suppress(asyncio.CancelledError):
                await filing

    async def _keep_filing(self) -> None:
        """File what waits, again and again, for as long as the server runs."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                await self.file_waiting()
            except DBAPIError as error:
                log.warning("Waiting cases cannot be read.", extra={"event": "open311_waits", "error": str(error.code)})

    async def file_waiting(self) -> None:
        """Try once more to file what waits, the oldest first."""
        for post in await self.posts.waiting():
            try:
                await self.again(post)
            except Open311Error:
                log.warning("A waiting case was refused.", extra={"event": "open311_refused"})

    async def _joined(self, parent: str, form: Form, client: str) -> Post:
        """The post as a further report of a case. Raises Open311Error if there is no such open case."""
        words = form.get("description") or ""
        self._check_safety(words, {}, None)
        key = f"open311:join:{hashlib.sha256(f'{client}|{parent}|{sorted(form.fields.items())}'.encode()).hexdigest()}"
        try:
            case = await self._public(parent)
            await takes_cases(self.assistant.ports.off)
            await self.assistant.ports.crm.add_report(case.case_id, words=words, reporter=form.reporter(), key=key)
        except CaseNotFound as error:
            raise Open311Error(404, "There is no case of that number to add this to.") from error
        except CRMRejected as error:
            raise Open311Error(400, "That case is closed. Please report this as a new one.") from error
        except CRMUnavailable as error:
            raise Open311Error(503, NOT_ANSWERING, retry_after=60) from error
        return Post(token="", case_id=case.case_id)

    async def _public(self, case_id: str) -> Case:
        case = await self.assistant.ports.crm.get(case_id)
        service = self.assistant.ports.catalogue.services.get(case.service)
        if service is None or not service.public:
            raise CaseNotFound(case_id)
        return case

    async def _draft(self, form: Form, service: Service) -> Draft:
        ports, words = self.assistant.ports, form.get("description") or ""
        given = form.values(service)
        written = [str(given[each.code]) for each in service.attributes if each.code in given and _free(each.type)]
        self._check_safety("\n".join((words, *written)), given, service)
        reading = await ports.engine.read(words or service.name(), Asked(now=ports.clock()))
        said = next((each for each in reading.requests if each.kind is Kind.REPORT), None)
        place = await self._place(form)
        request = Request(
            kind=Kind.REPORT,
            words=Span.of(words, 0, len(words)),
            service=ServiceChoice(code=service.code, name=service.name(), confidence=1.0),
            location=place,
            jurisdiction=said.jurisdiction if said is not None and words else Jurisdiction(city=True),
        )
        agency = ports.catalogue.agencies.get(request.jurisdiction.agency or "")
        if not request.jurisdiction.city and agency is not None and agency.referral_service is None:
            raise Open311Error(400, referral(agency, ports.wording, language="en"))
        draft = ports.drafter.start(request, language=reading.language, engine=reading.engine, now=ports.clock())
        draft = self._with_answers(draft, given, service)
        if draft.location is None and service.location_kind is not LocationKind.NONE:
            raise Open311Error(400, "A place is needed: lat and long, or address_string.")
        self._check_complete(draft, form)
        return await ports.drafter.with_duplicates(draft, words, now=ports.clock())

    def _with_answers(self, draft: Draft, given: Mapping[str, FieldValue], service: Service) -> Draft:
        """The draft with the client's answers; where the matter goes to another agency, they are kept as they are."""
        ports = self.assistant.ports
        if draft.service is not None and draft.service.code != service.code:
            kept = {code: Field(value=value, confidence=1.0, source=Source.SAID) for code, value in given.items()}
            return draft.model_copy(update={"fields": draft.fields | kept})
        placed = draft.model_copy(update={"location": draft.location or Location(value="")})
        try:
            done = edited(placed, dict(given), ports.drafter, place=None, now=ports.clock())
        except EditRefused as error:
            raise Open311Error(400, str(error)) from error
        return done if draft.location is not None else done.model_copy(update={"location": None})

    def _check_safety(self, words: str, given: Mapping[str, FieldValue], service: Service | None) -> None:
        """Raises Open311Error for danger: it never becomes a ticket."""
        ports = self.assistant.ports
        screened = ports.screen(words, Channel.WEB)
        if screened.safety is not None:
            name = "crisis" if screened.safety == "988" else ports.wording.hazard(screened.rule)
            raise Open311Error(400, ports.wording.say(name, "en"), code=screened.safety)
        effects = effects_of(service, dict(given)) if service is not None else ()
        if any(effect.safety for _, effect in effects):
            raise Open311Error(400, ports.wording.say("emergency", "en"), code="911")

    def _check_complete(self, draft: Draft, form: Form) -> None:
        """Raises Open311Error that names everything required that was not sent."""
        service = self.assistant.ports.catalogue.services[draft.service.code] if draft.service else None
        faults = [
            f"attribute[{code}] is required: {attribute.ask['en']}"
            for code in draft.missing
            if service is not None and (attribute := service.attribute(code)) is not None
        ]
        reporter = form.reporter()
        if (
            service is not None
            and not service.anonymous_allowed
            and not (reporter and (reporter.phone or reporter.email))
        ):
            faults.append("phone or email is required for this service.")
        if faults:
            raise Open311Error(400, *faults)

    async def _place(self, form: Form) -> Location | None:
        """The place that was given, in the form most exact. Raises Open311Error for one outside the city or open."""
        point, words = form.point(), form.get("address_string")
        read = await self._read(words) if words is not None else None
        if point is not None:
            here = {"lat": point[0], "long": point[1], "confidence": 0.9, "candidates": ()}
            shown = read or Location(value=f"{point[0]:.5f}, {point[1]:.5f}")
            place = shown.model_copy(update=here)
            if load_districts().of(place.model_copy(update={"neighborhood": None})) is None:
                raise Open311Error(400, "lat and long lie outside the city.")
            return place
        if read is None:
            if form.get("address_id") is not None:
                raise Open311Error(400, "address_id is not known here. Please send lat and long, or address_string.")
            return None
        found = self.assistant.ports.drafter.geocoder.find(read)
        if found.candidates:
            choices = "; ".join(each.value for each in found.candidates)
            raise Open311Error(400, f"address_string fits several places: {choices}. Please send one of them.")
        return found

    async def _read(self, words: str) -> Location:
        reading = await self.assistant.ports.engine.read(words[:500], Asked(asking_for="location"))
        place = reading.location or Location(value=words[:500])
        return place.model_copy(update={"evidence": None})


def _free(kind: AttributeType) -> bool:
    return kind in (AttributeType.STRING, AttributeType.TEXT)


def _media(form: Form) -> dict[str, FieldValue]:
    """The picture's address. Raises Open311Error for what is no address of the web."""
    address = form.get("media_url")
    if address is None:
        return {}
    if not address.startswith(("https://", "http://")) or len(address) > 2_000:
        raise Open311Error(400, "media_url takes the address of a picture on the web.")
    return {"media_url": address}


def _notice(draft: Draft, service: Service) -> str | None:
    if draft.service is not None and draft.service.code != service.code:
        return f"It was filed as {draft.service.name}."
    if draft.duplicates:
        first = draft.duplicates[0]
        return f"An open case may be the same matter: {first.case_id} ({first.why})."
    return None


def _fingerprint(form: Form, service: Service, client: str) -> str:
    """Tells one post of a client from another; the key itself and the order of the fields do not matter."""
    fields = {name: value for name, value in form.fields.items() if name not in ("api_key", "service_code")}
    whole = [client, service.code, sorted(fields.items()), sorted(form.answers.items())]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()
