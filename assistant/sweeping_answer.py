"""Words when a street is swept, from the City's schedule: by side and day, with the holiday rule; or that it is not
there."""

from dataclasses import dataclass
from datetime import date

from assistant.day_answer import Calendar, DayAnswer
from assistant.day_question import When
from assistant.message import Citation
from tools.calendar import holiday_on
from tools.city_day import CityDay
from tools.geocode import leading_number
from tools.live import Matter
from tools.location import Location
from tools.sweeping import EVERY_WEEK, Stretch, SweepingSchedule, swept

MOST_STRETCHES = 3
"""A street of more different times than this is asked for its nearest cross street."""


@dataclass(frozen=True, eq=False)
class SweepingTeller:
    """Answers from the schedule of sweeping."""

    schedule: SweepingSchedule
    city: CityDay
    calendar: Calendar

    def tell(self, place: Location, when: When | None, *, today: date, language: str) -> DayAnswer:
        """When the street of a place is swept, and whether on the day that was asked for."""
        street, number = place.street or "", leading_number(place.number or "")
        found = self.schedule.find(street, number=number, area=place.neighborhood, cross=place.cross)
        year = str(self.schedule.as_of.year)
        look = self.city.look[Matter.SWEEPING]
        if not found:
            text = self._say("sweeping_unknown", language, street=street, year=year, where=look)
            return DayAnswer((text,), known=False, why="the schedule has not this street", unlisted=True)
        if len({(each.side, each.times) for each in found}) > MOST_STRETCHES:
            text = self._say("sweeping_differs", language, street=street, where=look)
            return DayAnswer((text,), known=False, why="the times differ along the street", unlisted=True)
        day = when.day if when else None
        parts = [self._schedule(found, year, language)]
        parts.append(self._next(found, today, language) if day is None else self._on(found, day, language))
        parts.append(self._say("sweeping_sign", language))
        source = Citation(
            title=self.city.sweeping_source.title, url=self.city.sweeping_source.url, as_of=self.schedule.as_of
        )
        return DayAnswer(tuple(parts), known=True, why="told from the sweeping schedule", citations=(source,))

    def _schedule(self, found: tuple[Stretch, ...], year: str, language: str) -> str:
        """The times of each stretch, those of equal times and side told once."""
        groups: dict[object, list[Stretch]] = {}
        for each in found:
            groups.setdefault((each.side, each.times), []).append(each)
        told = [self._times(group, language, alone=len(groups) == 1) for group in groups.values()]
        return self._say("sweeping_times", language, street=found[0].street, year=year, times="; ".join(told))

    def _times(self, group: list[Stretch], language: str, *, alone: bool) -> str:
        first = group[0]
        where = [self._side(first.side, language)] if first.side else []
        if not alone and len(group) == 1:
            where.append(self._say("sweeping_from_to", language, begins=first.begins_at, ends=first.ends_at))
        season = self._say(f"sweeping_season_{first.season.value}", language)
        rule = ", ".join((self._rule(first, language), *self._hours(first, language), season))
        return f"{', '.join(where)}: {rule}" if where else rule

    def _side(self, side: str, language: str) -> str:
        named = self._say("sweeping_side_names", language).split(",")
        return {"even": named[0], "odd": named[1]}.get(side, side)

    def _rule(self, each: Stretch, language: str) -> str:
        """ "every Thursday", "on the 2nd and 4th Thursday of the month", "every day"."""
        if len(each.weekdays) == 7 and each.weeks == EVERY_WEEK:
            return self._say("sweeping_every_day", language)
        names = self._say("weekdays", language).split(",")
        days = self.calendar.listed([names[day] for day in each.weekdays], language)
        if each.weeks == EVERY_WEEK:
            return self._say("sweeping_every_week", language, days=days)
        ordinals = self._say("ordinals", language).split(",")
        weeks = self.calendar.listed([ordinals[week - 1] for week in each.weeks], language)
        return self._say("sweeping_some_weeks", language, days=days, weeks=weeks)

    def _hours(self, each: Stretch, language: str) -> tuple[str, ...]:
        if each.begins is None or each.ends is None:
            return ()
        time = self.calendar.wording.time
        return (
            self._say("sweeping_hours", language, begins=time(each.begins, language), ends=time(each.ends, language)),
        )

    def _next(self, found: tuple[Stretch, ...], today: date, language: str) -> str:
        coming = min((each for each in (stretch.next_day(today) for stretch in found) if each), default=None)
        told = self.calendar.day(coming, language) if coming else self._say("sweeping_no_more", language)
        return self._say("sweeping_next", language, next=told)

    def _on(self, found: tuple[Stretch, ...], day: date, language: str) -> str:
        """Whether it is swept on a day; if not, why not and when next."""
        told, holiday = self.calendar.day(day, language), holiday_on(day)
        if next(swept(found, day), None) is not None:
            if holiday is not None:
                name = "sweeping_county" if holiday.county else "sweeping_overnight"
                return self._say(name, language, day=told, holiday=holiday.name(language))
            return self._say("sweeping_on", language, day=told)
        after = self._next(found, day, language)
        if holiday is not None and any(each.scheduled(day) for each in found):
            return f"{self._say('sweeping_holiday', language, day=told, holiday=holiday.name(language))} {after}"
        return f"{self._say('sweeping_not_on', language, day=told)} {after}"

    def _say(self, name: str, language: str, **values: str) -> str:
        return self.calendar.wording.say(name, language, **values)
