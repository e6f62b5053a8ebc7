"""Words for the one thing a draft needs next: a question with its choices, an offer, or the read-back."""

from dataclasses import dataclass

from assistant.booking import offered_in_words, other_days
from assistant.conversation import Work
from assistant.message import QuickReply
from assistant.next_thing import precise
from assistant.readback import choice_name, read_back, read_back_briefly
from assistant.reading import Asked
from assistant.wording import Wording
from tools.draft import Draft
from tools.service import Attribute, AttributeType, Catalogue, LocationKind
from tools.value import Value

SHORT_LIST = 7
"""More choices than this are not listed in a text: the question stands alone and the words are matched."""


_BY_PLACE = {LocationKind.PARK: "ask_location_park", LocationKind.BUILDING_UNIT: "ask_location_unit"}


class Question(Value):
    """What to say, what to remember as asked, and the answers to offer."""

    text: str
    asked: Asked
    quick_replies: tuple[QuickReply, ...] = ()


@dataclass(frozen=True)
class Asker:
    """Words questions about one draft in one language. `again` asks differently after a misunderstanding."""

    catalogue: Catalogue
    wording: Wording
    language: str

    def ask(
        self, thing: str, work: Work, *, again: bool = False, unsure: bool = False, brief: bool = False
    ) -> Question:
        """The question for what `next_thing` named.

        `unsure` says that the resident does not know; `brief` that the read-back was shown just before.
        """
        match thing:
            case "service":
                return self._service(work)
            case "location":
                return self._location(work.draft, again=again, unsure=unsure)
            case "location_choice":
                return self._location_choice(work.draft)
            case "contact":
                return self._plain("contact", self._say("ask_contact_required"), work.draft)
            case "duplicate":
                return self._duplicate(work.draft)
            case "confirmation":
                return self._confirmation(work, brief=brief)
            case code:
                return self._attribute(code, work.draft)

    def _say(self, name: str, **values: str) -> str:
        return self.wording.say(name, self.language, **values)

    def _service(self, work: Work) -> Question:
        names = [self.catalogue.services[choice.code].name(self.language) for choice in work.choices]
        if not names:
            return self._plain("service", self._say("ask_service_open"), work.draft)
        text = work.clarify or self._say("ask_service", choices=numbered(names))
        return Question(
            text=text if work.clarify is None else f"{text}\n{numbered(names)}",
            asked=Asked(asking_for="service", options=tuple(choice.code for choice in work.choices)),
            quick_replies=offered(names),
        )

    def _location(self, draft: Draft, *, again: bool, unsure: bool) -> Question:
        place = draft.location.value if draft.location else ""
        vague = draft.location is not None and not precise(draft.location)
        if again and unsure:
            name = "location_needed"
        elif vague:
            name = "ask_location_more_again" if again else "ask_location_more"
        elif again:
            name = "ask_location_again"
        else:
            kind = self._location_kind(draft)
            name = _BY_PLACE.get(kind, "ask_location") if kind else "ask_location"
        return self._plain("location", self._say(name, place=place), draft)

    def _location_kind(self, draft: Draft) -> LocationKind | None:
        return self.catalogue.services[draft.service.code].location_kind if draft.service else None

    def _location_choice(self, draft: Draft) -> Question:
        places = [place.value for place in draft.location.candidates] if draft.location else []
        return Question(
            text=self._say("location_choice", choices=numbered(places)),
            asked=self._asked("location_choice", draft, tuple(places)),
            quick_replies=offered(places),
        )

    def _duplicate(self, draft: Draft) -> Question:
        found = draft.duplicates[0]
        place = draft.location.value if draft.location else ""
        service = self._service_name(draft)
        text = self._say("duplicate_offer", service=service, place=place, case=found.case_id)
        labels = [self._say("label_join"), self._say("label_new")]
        return Question(
            text=text, asked=self._asked("duplicate", draft, ("join", "new")), quick_replies=offered(labels)
        )

    def _confirmation(self, work: Work, *, brief: bool) -> Question:
        labels = [self._say("label_submit"), self._say("label_change")]
        day = offered_in_words(work, self.wording, language=self.language)
        how = {"language": self.language, "day": day}
        if brief:
            text = read_back_briefly(work.draft, self.catalogue, self.wording, **how)
        else:
            text = read_back(work.draft, self.catalogue, self.wording, more=work.more, **how)
        return Question(
            text=text,
            asked=self._asked("confirmation", work.draft, ("submit", "change")),
            quick_replies=(*offered(labels), *other_days(work, self.wording, language=self.language)),
        )

    def _attribute(self, code: str, draft: Draft) -> Question:
        attribute = self._attribute_of(code, draft)
        if attribute is None:
            return self._plain(code, code, draft)
        question = attribute.ask.get(self.language, attribute.ask["en"])
        names = [choice_name(attribute, choice.key, self.language) for choice in attribute.choices]
        listed = names if attribute.type in (AttributeType.SINGLE, AttributeType.MULTI) else []
        text = (
            question
            if not listed or is_yes_no(attribute) or len(listed) > SHORT_LIST
            else f"{question}\n{numbered(listed)}"
        )
        keys = tuple(choice.key for choice in attribute.choices)
        return Question(text=text, asked=self._asked(code, draft, keys), quick_replies=offered(listed))

    def _attribute_of(self, code: str, draft: Draft) -> Attribute | None:
        return self.catalogue.services[draft.service.code].attribute(code) if draft.service else None

    def _service_name(self, draft: Draft) -> str:
        return self.catalogue.services[draft.service.code].name(self.language) if draft.service else ""

    def _plain(self, thing: str, text: str, draft: Draft) -> Question:
        return Question(text=text, asked=self._asked(thing, draft, ()))

    def _asked(self, thing: str, draft: Draft, options: tuple[str, ...]) -> Asked:
        service = draft.service.code if draft.service else None
        return Asked(asking_for=thing, service=service, options=options)


def numbered(names: list[str]) -> str:
    """A list to choose from by number, a line each."""
    return "\n".join(f"{place}. {name}" for place, name in enumerate(names, start=1))


def offered(names: list[str]) -> tuple[QuickReply, ...]:
    """Choices as buttons that send their number."""
    return tuple(QuickReply(label=name, send=str(place)) for place, name in enumerate(names, start=1))


def is_yes_no(attribute: Attribute) -> bool:
    """Whether the choices need no list because they are yes, no and perhaps not sure."""
    return {"yes", "no"} <= {choice.key for choice in attribute.choices} <= {"yes", "no", "not_sure"}
