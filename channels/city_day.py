"""A day of a city as a plan: who writes when, by text or on the web, and what. The same seed is the same day."""

import random
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

import yaml

from tools.gazetteer import Address, Gazetteer
from tools.value import Value

FEWEST_RECORDS = 3
"""A street must be named so often in the city's records to be one that people write about."""


class Purpose(StrEnum):
    """Why somebody writes."""

    REPORT = "report"
    QUESTION = "question"
    EMERGENCY = "emergency"
    OPT_OUT = "opt out"


class Storm(Value):
    """Some hours in which many report the same few places, and what the city tells everybody meanwhile."""

    name: str
    begins: int
    ends: int
    reports: int
    questions: int
    places: int
    notice: str
    said_for_reports: tuple[str, ...]
    said_for_questions: tuple[str, ...]


class CityDay(Value):
    """What a day is made of; `hours` are shares, `web` and `then` are chances from 0 to 1."""

    hours: tuple[float, ...]
    web: float
    reports: int
    questions: int
    words: dict[str, str]
    then: dict[str, float]
    emergencies: tuple[str, ...]
    opt_outs: int
    said_for_reports: tuple[str, ...]
    said_for_questions: tuple[str, ...]
    storms: tuple[Storm, ...]


@dataclass(frozen=True)
class Writes:
    """Somebody who writes at an hour of the day (0 to 24), with what they say first and may say at the end."""

    at: float
    purpose: Purpose
    says: str
    by_web: bool
    then: tuple[str, ...] = ()


def load_day() -> CityDay:
    """The day that comes with the package."""
    return CityDay.model_validate(yaml.safe_load(files("channels").joinpath("city_day.yaml").read_text("utf-8")))


def planned_day(day: CityDay, gazetteer: Gazetteer, *, share: float = 1.0, seed: int = 311) -> tuple[Writes, ...]:
    """Everybody who writes in a day, in order; a `share` of them for a smaller city."""
    planner = _Planner(day, gazetteer, random.Random(seed), share)
    return tuple(sorted((*planner.ordinary(), *planner.stormy()), key=lambda each: each.at))


class _Planner:
    def __init__(self, day: CityDay, gazetteer: Gazetteer, chance: random.Random, share: float) -> None:
        self._day = day
        self._chance = chance
        self._share = share
        self._streets = [
            (name, known)
            for name, known in sorted((gazetteer.streets[key], known) for key, known in gazetteer.addresses.items())
            if len(known) >= FEWEST_RECORDS
        ]

    def ordinary(self) -> list[Writes]:
        day = self._day
        people = [
            *self._people(Purpose.REPORT, day.reports, day.said_for_reports),
            *self._people(Purpose.QUESTION, day.questions, day.said_for_questions),
            *self._people(Purpose.OPT_OUT, day.opt_outs, day.said_for_questions),
        ]
        urgent = [
            self._writes(self._any_hour(), Purpose.EMERGENCY, words.format(place=self._place()))
            for words in day.emergencies
        ]
        return people + urgent

    def stormy(self) -> list[Writes]:
        found = []
        for storm in self._day.storms:
            places = [self._place() for _ in range(storm.places)]
            for purpose, count, said in (
                (Purpose.REPORT, storm.reports, storm.said_for_reports),
                (Purpose.QUESTION, storm.questions, storm.said_for_questions),
            ):
                for _ in range(round(count * self._share)):
                    words = self._chance.choice(said).format(place=self._chance.choice(places))
                    found.append(self._writes(self._chance.uniform(storm.begins, storm.ends), purpose, words))
        return found

    def _people(self, purpose: Purpose, count: int, said: tuple[str, ...]) -> list[Writes]:
        return [
            self._writes(self._any_hour(), purpose, self._chance.choice(said).format(place=self._place()))
            for _ in range(round(count * self._share))
        ]

    def _writes(self, at: float, purpose: Purpose, says: str) -> Writes:
        day, then = self._day, []
        if purpose is Purpose.REPORT and self._chance.random() < day.then["status"]:
            then.append(day.words["status"])
        if purpose in (Purpose.REPORT, Purpose.QUESTION) and self._chance.random() < day.then["question"]:
            then.append(self._chance.choice(day.said_for_questions))
        by_web = purpose is not Purpose.OPT_OUT and self._chance.random() < day.web
        return Writes(at=at, purpose=purpose, says=says, by_web=by_web, then=tuple(then))

    def _any_hour(self) -> float:
        return self._chance.choices(range(24), self._day.hours)[0] + self._chance.random()

    def _place(self) -> str:
        """An address that there is, with its neighborhood, as people write it."""
        street, known = self._chance.choice(self._streets)
        address: Address = self._chance.choice(known)
        return f"{address.number} {street}, {address.neighborhood}"
