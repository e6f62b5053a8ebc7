"""The page's own words: every language has all of them, with the same places for values."""

import re

import httpx
import pytest

from assistant.bootstrap import Reading
from assistant.reading import Asked
from channels.near import nearest_address
from channels.page_words import LANGUAGES, language_of_browser, words_of
from tools.draft import Kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_word_or_a_value(language: str) -> None:
    english = {name: re.findall(r"\{\w+\}", text) for name, text in words_of("en").items()}

    found = {name: re.findall(r"\{\w+\}", text) for name, text in words_of(language).items()}

    assert found == english
    assert all(text.strip() for text in words_of(language).values())


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_a_language_is_not_english_under_another_name(language: str) -> None:
    english = set(words_of("en").values())

    assert len(english & set(words_of(language).values())) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_button_for_a_person_is_understood_in_every_language(reading: Reading, language: str) -> None:
    found = await reading.engine.read(words_of(language)["person_say"], Asked())

    assert [each.kind for each in found.requests] == [Kind.PERSON]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("de-DE,pt-BR;q=0.8", "pt"),
        ("so", "so"),
        ("de", None),
        ("", None),
        ("../../etc", None),
    ],
)
def test_the_browser_tells_the_first_language(accepted: str, language: str | None) -> None:
    assert language_of_browser(accepted) == language


def test_the_nearest_address_is_told_in_words(reading: Reading) -> None:
    known = reading.geocoder.gazetteer.addresses
    key = next(iter(known))

    words = nearest_address(reading.geocoder.gazetteer, known[key][0].lat, known[key][0].long)

    assert words is not None
    assert words[0].isdigit()


def test_no_address_is_near_in_the_open_sea(reading: Reading) -> None:
    assert nearest_address(reading.geocoder.gazetteer, 42.3, -70.2) is None


@pytest.mark.parametrize("place", ["lat=91&long=0", "lat=nan&long=0", "lat=a&long=b", ""])
async def test_a_place_that_is_none_is_refused(api: httpx.AsyncClient, place: str) -> None:
    answer = await api.get(f"/near?{place}")

    assert answer.status_code == 422
