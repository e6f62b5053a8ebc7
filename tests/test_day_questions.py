"""What is asked about a day is told from a question about rules, a report, and small talk; days are read as said."""

from datetime import date

import pytest

from assistant.day_question import DayQuestion, read_day_question
from tools.live import Matter

TODAY = date(2026, 4, 7)
"""A Tuesday; Patriots' Day is on Monday, April 20."""


def read(text: str) -> DayQuestion | None:
    return read_day_question(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("is there a snow emergency", Matter.SNOW_EMERGENCY),
        ("hay emergencia de nieve?", Matter.SNOW_EMERGENCY),
        ("今天有雪灾紧急状态吗", Matter.SNOW_EMERGENCY),
        ("are they sweeping tonight", Matter.SWEEPING),
        ("is recycling picked up tomorrow?", Matter.COLLECTION),
        ("recogen la basura hoy?", Matter.COLLECTION),
        ("is the library open on friday", Matter.BUILDINGS),
        ("do i have to pay the meter on saturday", Matter.METERS),
        ("is the tow lot open right now", Matter.TOW_LOT),
        ("are schools closed tomorrow", Matter.SCHOOLS),
    ],
)
def test_the_matter_of_a_question_about_a_day_is_read(text: str, matter: Matter) -> None:
    found = read(text)

    assert found is not None
    assert found.matter is matter


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("is city hall open today", date(2026, 4, 7)),
        ("is city hall open tomorrow", date(2026, 4, 8)),
        ("is city hall open on monday", date(2026, 4, 13)),
        ("is city hall open tuesday", date(2026, 4, 7)),
        ("is city hall open next tuesday", date(2026, 4, 14)),
        ("is city hall open on april 20th", date(2026, 4, 20)),
        ("is city hall open 4/20", date(2026, 4, 20)),
        ("is city hall open on jan 2", date(2027, 1, 2)),
        ("is city hall open on patriots day", date(2026, 4, 20)),
        ("is city hall open on christmas", date(2026, 12, 25)),
        ("is city hall open on new years day", date(2027, 1, 1)),
        ("is city hall open the day after thanksgiving", date(2026, 11, 27)),
        ("is city hall open the day before thanksgiving", date(2026, 11, 25)),
        ("is city hall open on christmas eve", date(2026, 12, 24)),
        ("¿abre el ayuntamiento el día después de navidad?", date(2026, 12, 26)),
        ("esta abierta la alcaldia mañana", date(2026, 4, 8)),
        ("¿está abierto el ayuntamiento el lunes?", date(2026, 4, 13)),
        ("¿abre el ayuntamiento el 20 de abril?", date(2026, 4, 20)),
    ],
)
def test_a_day_is_read_as_it_is_said(text: str, day: date) -> None:
    found = read(text)

    assert found is not None
    assert found.when is not None
    assert found.when.day == day


@pytest.mark.parametrize(
    "text",
    [
        "they skipped my trash today",
        "why was my trash not picked up today",
        "no recogieron la basura hoy",
        "where can i park in a snow emergency",
        "what are the snow emergency rules",
        "how do i throw out trash tomorrow",
        "is street sweeping canceled on holidays",
        "does trash get picked up on christmas",
        "the meter on my street is broken today",
        "there is a pothole near the school today",
        "please sweep the street today it is filthy",
        "is city hall open on 13/45",
        "hello",
        "",
        "is city hall open today " * 40,
    ],
)
def test_what_asks_nothing_of_a_day_is_left_to_the_others(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "monday"),
    [("is trash delayed this week", date(2026, 4, 6)), ("hay basura la próxima semana?", date(2026, 4, 13))],
)
def test_a_week_is_read_by_its_monday(text: str, monday: date) -> None:
    found = read(text)

    assert found is not None
    assert found.when is not None
    assert found.when.week == monday


@pytest.mark.parametrize(
    "text", ["when is the next holiday", "cuál es el próximo feriado?", "is there a holiday coming"]
)
def test_the_next_holiday_is_asked_for(text: str) -> None:
    found = read(text)

    assert found is not None
    assert found.next_holiday
