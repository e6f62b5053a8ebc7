"""Brings what a resident replied into the draft under way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rapidfuzz import fuzz, process

from assistant.conversation import Work
from assistant.drafting import Drafter
from assistant.placing import chosen_place, combined, corner_of, knows_more, says_only_where
from assistant.reading import Asked, Consent, Reading, Repair
from assistant.saying_more import adds_words, opens_as_more
from tools.draft import Contact, Draft, Field, Kind, Source
from tools.location import Location
from tools.service import Attribute, AttributeType
from tools.value import Value

LIKELY = 0.3
"""Below this confidence a reply to "which is it?" speaks for no service."""

NAMED = 0.02
"""A correction that still speaks for the service it corrects names the right one beside it, however faintly."""

FREE = (AttributeType.STRING, AttributeType.TEXT)
"""Questions that any words may answer."""

SHORT = 2
"""A yes of no more words says nothing else."""

UNSURE_KEYS = ("not_sure", "unknown", "dont_know")
"""Choice keys that stand for not knowing, where a service offers one."""


class Wish(StrEnum):
    """What the resident wants done with the draft as a whole."""

    FILE = "file"
    JOIN = "join"
    CHANGE = "change"
    DROP = "drop"


class Merged(Value):
    """The draft after a reply: `changed` names what got a value, `understood` whether it answered what was asked."""

    work: Work
    changed: tuple[str, ...] = ()
    understood: bool = False
    wish: Wish | None = None


@dataclass(frozen=True)
class Merger:
    """Merges one reply. `text` is the resident's message, `now` aware UTC."""

    drafter: Drafter
    reading: Reading
    asked: Asked
    text: str
    now: datetime

    def merge(self, work: Work) -> Merged:
        """The draft with everything the reply says about it."""
        if self.reading.repair is Repair.START_OVER:
            return Merged(work=work, understood=True, wish=Wish.DROP)
        if self.reading.repair is Repair.REPEAT:
            return Merged(work=work, understood=True)
        chosen = self._service(work)
        filled = self._values(chosen)
        declined = self._declined(filled)
        understood = self._answers(work, declined)
        changed = tuple(_changes(work.draft, declined.draft))
        if changed:
            draft = self.drafter.complete(declined.draft, now=self.now)
            changed = changed if draft.service == declined.draft.service else (*changed, "service")
            words = (*declined.words, self.text) if len(self.text.split()) >= 4 else declined.words
            if "service" in changed:
                draft = self.drafter.complete(self.drafter.with_own_words(draft, words), now=self.now)
            if "location" in changed:
                draft = self._claimed(draft, words)
            declined = declined.model_copy(update={"draft": draft, "words": words, "revision": work.revision + 1})
        elif adds_words(self.text, self.reading, self.asked):
            return Merged(work=self._with_more(declined), changed=("words",), understood=True)
        return Merged(work=declined, changed=changed, understood=understood, wish=self._wish(changed))

    def _with_more(self, work: Work) -> Work:
        """The draft with this reply as further words of the matter."""
        more = {"words": (*work.words, self.text), "more": (*work.more, self.text), "revision": work.revision + 1}
        return work.model_copy(update=more)

    def _claimed(self, draft: Draft, words: tuple[str, ...]) -> Draft:
        told = words if self.text in words else (*words, self.text)
        claimed = self.drafter.claimed(draft, " ".join(told), now=self.now)
        if claimed.service == draft.service:
            return claimed
        return self.drafter.complete(self.drafter.with_own_words(claimed, told), now=self.now)

    def _wish(self, changed: tuple[str, ...]) -> Wish | None:
        match self.asked.asking_for, self.reading.consent, self.reading.choice:
            case "confirmation", Consent.YES, _ if not changed:
                return Wish.FILE
            case "confirmation", Consent.NO, _ if not changed:
                return Wish.CHANGE
            case ("duplicate", Consent.YES, _) | ("duplicate", None, 1):
                return Wish.JOIN
        if self.asked.asking_for == "confirmation" and self.reading.choice in (1, 2) and not changed:
            return Wish.FILE if self.reading.choice == 1 else Wish.CHANGE
        return None

    def _service(self, work: Work) -> Work:
        code = self._chosen_service(work)
        if code is None:
            return work
        draft = self.drafter.choose_service(work.draft, code, confidence=0.95, now=self.now)
        return work.model_copy(update={"draft": draft, "choices": (), "clarify": None})

    def _chosen_service(self, work: Work) -> str | None:
        meant = [request.service.code for request in self.reading.requests if request.service is not None]
        if self.asked.asking_for == "service":
            if self.reading.choice is not None and self.reading.choice <= len(self.asked.options):
                return self.asked.options[self.reading.choice - 1]
            offered = self._named_option()
            return offered or next((code for code in meant if code in self.asked.options), self._clearly_meant())
        named = self.reading.corrects
        corrects = "service" in named or (self.reading.repair is Repair.CORRECTION and not named)
        current = work.draft.service.code if work.draft.service else None
        if not corrects or self.reading.location is not None or opens_as_more(self.text):
            return None
        return next((code for code in self._could_mean() if code != current), None)

    def _could_mean(self) -> tuple[str, ...]:
        """The services that the requests of the reply speak for, the likeliest first."""
        found = [request.service for request in self.reading.requests if request.service is not None]
        others = [each.code for service in found for each in service.alternatives if each.confidence >= NAMED]
        return (*(service.code for service in found), *others)

    def _clearly_meant(self) -> str | None:
        """A service that was not offered but that the reply speaks for."""
        meant = (request.service for request in self.reading.requests if request.service is not None)
        return next((each.code for each in meant if each.confidence >= LIKELY), None)

    def _named_option(self) -> str | None:
        """The option whose name the reply gives, in the resident's language or in English."""
        services = self.drafter.catalogue.services
        names = {
            services[code].name(language).casefold(): code
            for code in self.asked.options
            for language in (self.reading.language, "en")
        }
        close = process.extractOne(self.text.casefold(), names.keys(), scorer=fuzz.partial_ratio, score_cutoff=85)
        return names[close[0]] if close and len(self.text) > 3 else None

    def _values(self, work: Work) -> Work:
        draft = work.draft
        fields = draft.fields | {
            code: field for code, field in self._said_fields(draft).items() if self._may_set(code, draft)
        }
        contact = _merged_contact(draft.contact, self.reading.contact)
        location = self._location(draft.location)
        return work.model_copy(
            update={
                "draft": draft.model_copy(update={"fields": fields, "contact": contact, "location": location}),
                "separate": work.separate or self._is_separate(),
            }
        )

    def _said_fields(self, draft: Draft) -> dict[str, Field]:
        """What the reply says of the service's questions; a free answer only if it is one."""
        values = self._all_fields(draft)
        attribute = self._asked_attribute(draft)
        if attribute is not None and attribute.type in FREE and self._is_no_answer():
            values.pop(attribute.code, None)
        return values

    def _asked_attribute(self, draft: Draft) -> Attribute | None:
        code, chosen = self.asked.asking_for, draft.service
        return self.drafter.catalogue.services[chosen.code].attribute(code) if code and chosen else None

    def _is_no_answer(self) -> bool:
        """Whether the words are a bare yes or no, a don't know, or a change to something else: no free answer."""
        bare_yes = self.reading.consent is Consent.YES and len(self.text.split()) <= SHORT
        elsewhere = self.reading.repair is Repair.CORRECTION and self.asked.asking_for not in self.reading.corrects
        return (
            self.reading.consent is Consent.NO
            or bare_yes
            or self.reading.repair in (Repair.SKIP, Repair.DONT_KNOW, Repair.REPEAT)
            or (elsewhere and (bool(self.reading.corrects) or self.reading.location is not None))
        )

    def _all_fields(self, draft: Draft) -> dict[str, Field]:
        again = [
            request.fields
            for request in self.reading.requests
            if request.kind is Kind.REPORT
            and draft.service
            and request.service
            and request.service.code == draft.service.code
        ]
        return {code: field for fields in (*again, self.reading.fields) for code, field in fields.items()}

    def _may_set(self, code: str, draft: Draft) -> bool:
        return code not in draft.fields or code == self.asked.asking_for or self._corrects(code)

    def _corrects(self, code: str) -> bool:
        confirming = self.asked.asking_for == "confirmation"
        return code in self.reading.corrects or self.reading.repair is Repair.CORRECTION or confirming

    def _is_separate(self) -> bool:
        asked = self.asked.asking_for == "duplicate"
        return asked and (self.reading.consent is Consent.NO or self.reading.choice == 2)

    def _location(self, current: Location | None) -> Location | None:
        reading = self.reading
        if self.asked.asking_for == "location_choice" and current is not None:
            return chosen_place(current, reading, self.text)
        said = reading.location or next((each.location for each in reading.requests if each.location), None)
        if said is None or (current is not None and not knows_more(current, combined(current, said))):
            return current
        if self.asked.asking_for == "location" and (corner := self._corner(current, said)) is not None:
            return corner
        if current is None or self.asked.asking_for == "location" or self._corrects("location"):
            return combined(current, said)
        return self._elsewhere(current, said) or current

    def _elsewhere(self, current: Location, said: Location) -> Location | None:
        """The place as it is with the words of a reply that only say where, if there is one in the city."""
        if not says_only_where(self.text, self.reading.location):
            return None
        found = self.drafter.geocoder.find(combined(current, said))
        return found if found is not None and found.found else None

    def _corner(self, current: Location | None, said: Location) -> Location | None:
        """The corner of the street known so far and the one said now, if they meet."""
        corner = corner_of(current, said) if current is not None else None
        found = self.drafter.geocoder.find(corner) if corner is not None else None
        return found if found is not None and found.found else None

    def _declined(self, work: Work) -> Work:
        attribute = self._asked_attribute(work.draft)
        if attribute is None or attribute.code in work.draft.fields:
            return work
        code = attribute.code
        refused = self.reading.consent is Consent.NO and attribute.type in FREE
        if not refused and self.reading.repair not in (Repair.SKIP, Repair.DONT_KNOW):
            return work
        unsure = next((choice.key for choice in attribute.choices if choice.key in UNSURE_KEYS), None)
        if unsure is None:
            return work.model_copy(update={"declined": (*work.declined, code)})
        fields = work.draft.fields | {code: Field(value=unsure, confidence=0.9, source=Source.SAID)}
        return work.model_copy(update={"draft": work.draft.model_copy(update={"fields": fields})})

    def _answers(self, before: Work, after: Work) -> bool:
        match self.asked.asking_for:
            case None:
                return True
            case "service":
                return self._chosen_service(before) is not None
            case "location" | "location_choice":
                return knows_more(before.draft.location, after.draft.location)
            case "contact":
                return after.draft.contact != before.draft.contact
            case "duplicate":
                return self.reading.consent is not None or self.reading.choice in (1, 2)
            case "confirmation":
                said = self.reading.consent is not None or self.reading.choice in (1, 2)
                return said or after.draft != before.draft
            case code:
                only_where = before.draft.location is not None and says_only_where(self.text, self.reading.location)
                return only_where or code in after.draft.fields or code in after.declined


def _merged_contact(current: Contact, said: Contact) -> Contact:
    given = {name: value for name in ("name", "phone", "email") if (value := getattr(said, name)) is not None}
    return current.model_copy(update=given)


def _changes(before: Draft, after: Draft) -> list[str]:
    codes = [code for code, field in after.fields.items() if before.fields.get(code) != field]
    whole = [name for name in ("service", "contact") if getattr(before, name) != getattr(after, name)]
    if before.location is not after.location:
        whole.append("location")
    return whole + codes
