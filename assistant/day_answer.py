"""Answers questions about a day: from the City's status of today, from its calendar, or by saying what cannot be seen.

What may have been decided today is told only as the live source says it, with date and time; the calendar is computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.day_question import DayQuestion, When
from assistant.message import Citation
from assistant.wording import Wording
from tools.calendar import Holiday, holiday_on, next_holiday
from tools.city_day import CityDay
from tools.clock import city_time
from tools.live import LiveStatus, LiveUnavailable, Matter, Notice

CALENDAR = "told from the calendar"
CLOSES = frozenset({Matter.BUILDINGS, Matter.METERS, Matter.SWEEPING, Matter.COLLECTION})
"""Matters on which a City holiday has an effect that our articles tell."""

HOLIDAY_ARTICLES = {
    Matter.COLLECTION: "holiday-trash",
    Matter.BUILDINGS: "city-hall",
    Matter.METERS: "city-holidays",
    Matter.SWEEPING: "city-holidays",
}
"""The article that tells the rule for a matter when a holiday falls on the day."""

USUAL_ARTICLES = {Matter.BUILDINGS: "city-hall", Matter.METERS: "parking-meters", Matter.SWEEPING: "street-sweeping"}
"""The article that tells what is usual on a day without a holiday."""


SUNDAY = 6


@dataclass(frozen=True)
class DayAnswer:
    """What is said of a day. `known` is false if it does not answer the question, `unlisted` that this is because our
    data do not have it; `article` tells the rule besides."""

    sentences: tuple[str, ...]
    known: bool
    why: str
    citations: tuple[Citation, ...] = ()
    article: str | None = None
    unlisted: bool = False


@dataclass(frozen=True)
class Calendar:
    """Writes days and lists as a language writes them."""

    wording: Wording

    def day(self, day: date, language: str) -> str:
        """A day with its weekday."""
        weekday = self.wording.say("weekdays", language).split(",")[day.weekday()]
        return self.wording.say("day_form", language, weekday=weekday, date=self.wording.date(day, language))

    def listed(self, names: Sequence[str], language: str) -> str:
        """Names in a row, the last behind an "and"."""
        *first, last = names
        together = self.wording.say("and_word", language)
        return f"{', '.join(first)} {together} {last}" if first else last


@dataclass(frozen=True, eq=False)
class DayTeller:
    """Words answers about days in a language."""

    live: LiveStatus
    city: CityDay
    calendar: Calendar

    @property
    def wording(self) -> Wording:
        """The fixed sentences."""
        return self.calendar.wording

    async def tell(self, asked: DayQuestion, *, now: datetime, language: str) -> DayAnswer | None:
        """The answer; None where the articles should answer instead."""
        today = city_time(now).date()
        computes = language in self.wording.languages("next_holiday")
        if asked.matter is None:
            return self._holidays(asked, today, language) if computes else None
        when = asked.when or When(day=today)
        if when.week is not None:
            return await self._week(asked.matter, when.week, today, language) if computes else None
        day = when.day or today
        calendar = self._calendar(asked.matter, day, when.holiday, language) if computes else None
        if calendar is not None and calendar.known:
            return calendar
        said = calendar.sentences if calendar else ()
        if day != today:
            return self._ahead(asked.matter, said, language)
        return await self._today(asked.matter, today, said, language)

    async def _today(self, matter: Matter, today: date, calendar: tuple[str, ...], language: str) -> DayAnswer:
        """What the City says of today, or that it cannot be seen and where to look."""
        try:
            seen = await self.live.seen()
            notice = seen.today(matter, today)
        except LiveUnavailable as error:
            sentence = self._say("live_not_seen", language, where=self.city.look[matter])
            return DayAnswer((*calendar, sentence), known=False, why=type(error).__name__)
        source = Citation(title=self.city.source.title, url=self.city.source.url, as_of=today)
        told = self._told(notice, seen.at, language)
        return DayAnswer(told, known=True, why="told the City's status of today", citations=(source,))

    def _told(self, notice: Notice, at: datetime, language: str) -> tuple[str, ...]:
        own = notice.in_language(language)
        words = own or notice.in_language("en") or next(iter(notice.words.values()), "")
        local = city_time(at)
        seen = self._say(
            "live_seen", language, date=self._numeric(local.date(), language), time=self._time(at, language)
        )
        foreign = () if own else (self._say("answer_in_english", language),)
        return (words, seen, *foreign)

    def _ahead(self, matter: Matter, calendar: tuple[str, ...], language: str) -> DayAnswer | None:
        """A day to come: what the calendar says, and that nobody can see yet what will be decided."""
        if matter is Matter.SWEEPING and not calendar:
            return DayAnswer((), known=True, why=CALENDAR, article=USUAL_ARTICLES[matter])
        if matter is Matter.COLLECTION and not calendar:
            return None
        if matter in USUAL_ARTICLES and calendar:
            return DayAnswer(calendar, known=True, why=CALENDAR, article=USUAL_ARTICLES[matter])
        sentence = self._say("live_not_seen", language, where=self.city.look[matter])
        return DayAnswer((*calendar, sentence), known=False, why="lies ahead")

    def _calendar(self, matter: Matter, day: date, named: Holiday | None, language: str) -> DayAnswer | None:
        """What the calendar alone says of a day, as far as it bears on the matter."""
        holiday = named or holiday_on(day)
        article = HOLIDAY_ARTICLES.get(matter)
        if matter not in CLOSES:
            return None
        if holiday is not None and holiday.county:
            text = self._say(
                "day_county_holiday", language, day=self.calendar.day(day, language), holiday=holiday.name(language)
            )
            return DayAnswer((text,), known=False, why="a county holiday")
        if holiday is not None:
            name = "day_closed_holiday" if matter is Matter.BUILDINGS else "day_is_holiday"
            text = self._say(name, language, day=self.calendar.day(day, language), holiday=holiday.name(language))
            rule = "city-holidays" if matter is Matter.BUILDINGS else article
            return DayAnswer((text,), known=True, why=CALENDAR, article=rule)
        if matter is Matter.BUILDINGS and day.weekday() >= 5:
            text = self._say("day_weekend", language, day=self.calendar.day(day, language))
            return DayAnswer((text,), known=True, why=CALENDAR, article=article)
        if matter is Matter.METERS and day.weekday() == SUNDAY:
            return DayAnswer((), known=True, why=CALENDAR, article=USUAL_ARTICLES[matter])
        if matter in (Matter.COLLECTION, Matter.SWEEPING):
            return None
        text = self._say("day_ordinary", language, day=self.calendar.day(day, language))
        return DayAnswer((text,), known=False, why="an ordinary day")

    async def _week(self, matter: Matter, monday: date, today: date, language: str) -> DayAnswer | None:
        """A week: the holidays that fall on its working days, and for this week what the City says of today."""
        if matter is not Matter.COLLECTION:
            return None
        days = [monday + timedelta(days=each) for each in range(5)]
        found = [holiday for day in days if (holiday := holiday_on(day))]
        if found:
            told = tuple(
                self._say(
                    "day_county_holiday" if each.county else "week_with_holiday",
                    language,
                    day=self.calendar.day(each.day, language),
                    holiday=each.name(language),
                )
                for each in found
            )
            return DayAnswer(told, known=True, why=CALENDAR, article=HOLIDAY_ARTICLES[matter])
        first = (self._say("week_without_holiday", language, day=self.calendar.day(monday, language)),)
        if today < monday:
            return DayAnswer(first, known=True, why=CALENDAR, citations=self.holidays_source(today))
        return await self._today(matter, today, first, language)

    def _holidays(self, asked: DayQuestion, today: date, language: str) -> DayAnswer:
        """Whether a day is a holiday, or which are the next two."""
        day = asked.when.day if asked.when else None
        sources = self.holidays_source(today)
        if day is not None:
            holiday = (asked.when.holiday if asked.when else None) or holiday_on(day)
            if holiday is None:
                told = self._say("day_ordinary", language, day=self.calendar.day(day, language))
                return DayAnswer((told,), known=True, why=CALENDAR, citations=sources)
            name = "day_county_holiday" if holiday.county else "day_is_holiday"
            told = self._say(name, language, day=self.calendar.day(day, language), holiday=holiday.name(language))
            return DayAnswer((told,), known=True, why=CALENDAR, citations=sources)
        first = next_holiday(today)
        second = next_holiday(first.day + timedelta(days=1))
        coming = tuple(
            self._say(name, language, day=self.calendar.day(each.day, language), holiday=each.name(language))
            for name, each in (("next_holiday", first), ("holiday_after", second))
        )
        return DayAnswer(coming, known=True, why=CALENDAR, citations=sources)

    def holidays_source(self, today: date) -> tuple[Citation, ...]:
        """What the calendar is cited as."""
        source = self.city.holidays_source
        return (Citation(title=source.title, url=source.url, as_of=today),)

    def _numeric(self, day: date, language: str) -> str:
        """A date as the language writes it; in figures where we have no names of months."""
        return self.wording.date(day, language) if language in self.wording.languages("months") else day.isoformat()

    def _time(self, at: datetime, language: str) -> str:
        return self.wording.time(city_time(at).time(), language)

    def _say(self, name: str, language: str, **values: str) -> str:
        return self.wording.say(name, language, **values)
