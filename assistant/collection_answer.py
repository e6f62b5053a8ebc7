"""Words on which days trash is collected at an address, as the collection-day service says at this moment."""

from dataclasses import dataclass
from datetime import date, timedelta

from assistant.day_answer import Calendar, DayAnswer
from assistant.day_question import When
from assistant.message import Citation
from tools.city_day import CityDay
from tools.clock import city_time
from tools.collection import AddressUnknown, CollectionDay, CollectionService, Kind
from tools.live import LiveUnavailable, Matter
from tools.location import Location

AHEAD = timedelta(days=14)
MOST_DAYS = 3


@dataclass(frozen=True, eq=False)
class CollectionTeller:
    """Answers from the collection-day service."""

    service: CollectionService
    city: CityDay
    calendar: Calendar

    async def tell(self, place: Location, when: When | None, *, today: date, language: str) -> DayAnswer:
        """The collection days of a place: in a week, on a day, or the next ones."""
        address, look = f"{place.number} {place.street}", self.city.look[Matter.COLLECTION]
        day = when.day if when else None
        first = (when.week if when else None) or day or today
        try:
            found = await self.service.days(place.number or "", place.street or "", first=first, last=first + AHEAD)
        except AddressUnknown as error:
            text = self._say("collection_unknown", language, place=address, where=look)
            return DayAnswer((text,), known=False, why=type(error).__name__)
        except LiveUnavailable as error:
            text = self._say("live_not_seen", language, where=look)
            return DayAnswer((text,), known=False, why=type(error).__name__)
        told = self._told(found.days, day, first if when and when.week else None, language)
        if not told:
            text = self._say("collection_unknown", language, place=address, where=look)
            return DayAnswer((text,), known=False, why="no collection is listed")
        on_day = day is None or any(each.day == day for each in found.days)
        values = {"place": address, "days": told} | (
            {} if on_day else {"day": self.calendar.day(day or today, language)}
        )
        local = city_time(found.at)
        seen = self._say(
            "collection_seen",
            language,
            date=self.calendar.wording.date(local.date(), language),
            time=self.calendar.wording.time(local.time(), language),
        )
        source = self.city.collection_source
        return DayAnswer(
            (self._say("collection_days" if on_day else "collection_none", language, **values), seen),
            known=True,
            why="told by the collection-day service",
            citations=(Citation(title=source.title, url=source.url, as_of=local.date()),),
        )

    def _told(self, days: tuple[CollectionDay, ...], day: date | None, week: date | None, language: str) -> str:
        """The days to tell: the one asked for, else the week's, else the next ones."""
        exact = [each for each in days if each.day == day]
        within = [each for each in days if week and each.day < week + timedelta(days=7)]
        chosen = exact or (within if week else list(days))[: 1 if day else MOST_DAYS]
        return "; ".join(f"{self._kinds(each, language)}: {self.calendar.day(each.day, language)}" for each in chosen)

    def _kinds(self, each: CollectionDay, language: str) -> str:
        names = self._say("collection_kinds", language).split(",")
        return self.calendar.listed([names[list(Kind).index(kind)] for kind in each.kinds], language)

    def _say(self, name: str, language: str, **values: str) -> str:
        return self.calendar.wording.say(name, language, **values)
