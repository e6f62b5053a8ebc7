"""Which language a message is in: short lines, missing accents, mixed languages, and when a conversation switches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language import LanguageReader, load_language_reader

READER = load_language_reader()


@pytest.fixture(scope="module")
def languages() -> LanguageReader:
    return READER


LINES = {
    "en": ("my trash was not picked up today", "en"),
    "es": ("no recogieron la basura en mi calle", "es"),
    "es without accents": ("cuando pasa el camion de la basura", "es"),
    "pt": ("o poste da minha rua está apagado", "pt"),
    "pt without accents": ("nao recolheram o lixo na minha rua", "pt"),
    "ht": ("gen yon gwo twou devan kay mwen", "ht"),
    "ht without accents": ("yo pa vin pran fatra a", "ht"),
    "vi": ("đèn đường trước nhà tôi bị hư", "vi"),
    "vi without marks": ("den duong truoc nha toi bi hu", "vi"),
    "kea": ("lus di rua sta pagadu dianti di nha kaza", "kea"),
    "fr": ("il y a un trou dans ma rue", "fr"),
    "so": ("qashinka lama qaadin maanta", "so"),
    "zh-Hans": ("我家门口的路灯坏了", "zh-Hans"),
    "zh-Hant": ("我家門口的路燈壞了", "zh-Hant"),
    "ar": ("الشارع مليء بالقمامة", "ar"),
    "ru": ("на нашей улице не убирают снег", "ru"),
    "mostly English": ("hola there is a broken light on my street", "en"),
}


@pytest.mark.parametrize(("text", "language"), LINES.values(), ids=LINES.keys())
def test_a_short_line_is_told_by_its_words(languages: LanguageReader, text: str, language: str) -> None:
    detected = languages.detect(text)

    assert detected.language == language


KEPT = {
    "one word": "gracias",
    "two words": "calle Washington",
    "an address": "12 Beacon St",
    "figures": "1",
    "nothing": "",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_fewer_than_three_words_never_switch_the_language(languages: LanguageReader, text: str) -> None:
    detected = languages.detect(text, previous="en")

    assert detected.language == "en"


def test_an_unmistakable_script_switches_at_once(languages: LanguageReader) -> None:
    detected = languages.detect("你好", previous="en")

    assert detected.language == "zh-Hans"


def test_a_chosen_language_stays(languages: LanguageReader) -> None:
    detected = languages.detect("there is a pothole on my street", previous="es", chosen=True)

    assert detected.language == "es"


def test_a_language_asked_for_by_name_is_given(languages: LanguageReader) -> None:
    detected = languages.detect("español por favor", previous="en")

    assert detected.language == "es"


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=300))
def test_any_text_has_a_language_and_a_confidence(text: str) -> None:
    detected = READER.detect(text)

    assert 0.0 <= detected.confidence <= 1.0
