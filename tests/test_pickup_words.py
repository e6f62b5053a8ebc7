"""Which day of a pick-up a resident names, and how it is written, in every language."""

from datetime import date

import pytest

from assistant.pickup_days import day_in_words, named_day
from assistant.wording import load_wording

FIRST, SECOND, THIRD = DAYS = (date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 16))
"""A Thursday, a Friday and a Monday."""

TODAY = date(2026, 3, 10)
LANGUAGES = ("en", "es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", DAYS)
def test_a_day_as_we_write_it_is_read_as_that_day(language: str, day: date) -> None:
    written = day_in_words(day, load_wording(), language=language)

    assert named_day(written, DAYS, today=TODAY, language=language) == day


@pytest.mark.parametrize(
    ("language", "said", "day"),
    [
        ("en", "the 16th", THIRD),
        ("en", "13", SECOND),
        ("es", "el lunes por favor", THIRD),
        ("ht", "vandredi pi bon", SECOND),
        ("pt", "pode ser na sexta?", SECOND),
        ("zh-Hans", "周五可以吗", SECOND),
        ("zh-Hant", "週一", THIRD),
        ("vi", "thứ sáu được không", SECOND),
        ("kea", "sesta-fera", SECOND),
        ("fr", "plutôt lundi", THIRD),
        ("ar", "الاثنين من فضلك", THIRD),
        ("so", "Isniin", THIRD),
        ("ru", "в пятницу", SECOND),
        ("fr", "le 16 mars", THIRD),
        ("pt", "domingo", date(2026, 3, 15)),
    ],
)
def test_a_day_is_known_by_its_weekday_or_its_number(language: str, said: str, day: date) -> None:
    assert named_day(said, DAYS, today=TODAY, language=language) == day


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1"),
        ("en", "2"),
        ("en", "yes"),
        ("fr", "pas mon frigo"),
        ("vi", "đúng rồi"),
        ("en", "2 mattresses"),
        ("so", "waa 2 furaash iyo sariir weyn oo duug ah"),
    ],
)
def test_what_names_no_day_chooses_none(language: str, said: str) -> None:
    assert named_day(said, (date(2026, 4, 1), date(2026, 4, 2)), today=TODAY, language=language) is None
