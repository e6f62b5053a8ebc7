"""What the steps may ask about days: whether a text asks about one, and what is answered."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from assistant.collection_answer import CollectionTeller
from assistant.day_answer import DayAnswer, DayTeller
from assistant.day_question import DayQuestion, load_day_words, read_day_question, read_when
from assistant.place import PlaceReader
from assistant.plain import plainly
from assistant.sweeping_answer import SweepingTeller
from tools.clock import city_time
from tools.live import Matter
from tools.location import Location

BY_PLACE = (Matter.SWEEPING, Matter.COLLECTION)
SHORT = 8
"""Up to so many words, a text that names a street after a question about sweeping only tells the street."""


@dataclass(frozen=True)
class AskedOfDay:
    """A question about a day, with the street it names. `words` are what it was read from: those of the question
    before it too, if it only adds to them."""

    question: DayQuestion
    words: str
    place: Location | None = None


@dataclass(frozen=True, eq=False)
class CityToday:
    """Reads and answers questions about days. `collection` is None where no such service was set."""

    days: DayTeller
    sweeping: SweepingTeller
    places: PlaceReader
    collection: CollectionTeller | None = None

    def asked(self, text: str, *, earlier: tuple[str, ...] = (), today: date) -> AskedOfDay | None:
        """What a text asks about a day, in the light of the question before it; None if it asks nothing of the kind."""
        if found := self._read(text, today):
            return found
        if not earlier or len(text.split()) > SHORT:
            return None
        before = self._read(earlier[-1], today)
        if before is None:
            return None
        words = f"{earlier[-1]} {text}"
        when = read_when(plainly(text), today=today)
        if when is not None:
            question = before.question.model_copy(update={"when": when, "next_holiday": False})
            return AskedOfDay(question, words, self._street(text) or before.place)
        place = self._street(text) if before.question.matter in BY_PLACE else None
        return AskedOfDay(before.question, words, place) if place else None

    def _read(self, text: str, today: date) -> AskedOfDay | None:
        matter = next((name for name, words in load_day_words().matters if words.search(plainly(text))), None)
        place = self._street(text) if matter in BY_PLACE else None
        question = read_day_question(text, today=today, street=place is not None and self._told_by_place(matter))
        return AskedOfDay(question, text, place) if question else None

    def _told_by_place(self, matter: Matter | None) -> bool:
        return matter is Matter.SWEEPING or self.collection is not None

    def _street(self, text: str) -> Location | None:
        """The street that a text names; a house number is needed for collection only."""
        found = self.places.read(text)
        return found if found is not None and found.street and not found.place else None

    async def answer(self, asked: AskedOfDay, *, now: datetime, language: str) -> DayAnswer | None:
        """The answer; None where the articles should answer instead."""
        question, place, today = asked.question, asked.place, city_time(now).date()
        told = language if language in self.days.wording.languages("sweeping_times") else "en"
        if place is not None and question.matter is Matter.SWEEPING:
            return self.sweeping.tell(place, question.when, today=today, language=told)
        if place is not None and place.number and question.matter is Matter.COLLECTION and self.collection:
            return await self.collection.tell(place, question.when, today=today, language=told)
        answer = await self.days.tell(question, now=now, language=language)
        if answer is None or question.matter is not Matter.SWEEPING or told != language or answer.citations:
            return answer
        hint = self.days.wording.say("live_ask_street", language)
        return replace(answer, sentences=(*answer.sentences, hint))
