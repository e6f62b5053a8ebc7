"""Messages outside English: services, danger, yes and no, a person, a status, a language, on sentences of our own."""

import pytest
import yaml

from assistant.bootstrap import Reading
from assistant.gloss import in_english
from assistant.message import Channel
from assistant.reading import Asked, Consent
from assistant.screening import load_screen
from assistant.services import EXAMPLES
from evals.figures import Figure
from evals.measure_tongues import SENTENCES, measure_tongues

HELD = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
SAID = HELD["said"]
LANGUAGES = ("es", "pt", "ht", "zh-Hans", "zh-Hant", "vi", "fr", "ru", "ar", "so", "kea")


@pytest.fixture(scope="module")
def figures(reading: Reading) -> dict[str, Figure]:
    return {figure.what: figure for figure in measure_tongues(reading)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_in_ten_services_are_read_right(figures: dict[str, Figure], language: str) -> None:
    figure = figures[f"own sentences, services: {language}"]

    assert figure.total >= 40
    assert figure.value >= 0.9, figure.against


@pytest.mark.parametrize(("language", "text"), [(each, text) for each in LANGUAGES for text in SAID["emergency"][each]])
def test_danger_is_sent_to_911(language: str, text: str) -> None:
    screened = load_screen()(text, Channel.SMS)

    assert screened.safety == "911"


@pytest.mark.parametrize(
    ("consent", "text"), [(each, text) for each in Consent for language in LANGUAGES for text in SAID[each][language]]
)
def test_a_yes_or_no_is_understood(reading: Reading, consent: Consent, text: str) -> None:
    reply = reading.engine.replies.read(text, Asked(asking_for="confirmation"))

    assert reply.consent is consent


@pytest.mark.parametrize(("language", "text"), [(each, text) for each in LANGUAGES for text in SAID["person"][each]])
def test_a_person_is_asked_for(reading: Reading, language: str, text: str) -> None:
    reply = reading.engine.replies.read(text, Asked())

    assert reply.person


@pytest.mark.parametrize("language", HELD["wishes"]["status"])
def test_a_wish_for_a_status_or_a_language_is_heard(figures: dict[str, Figure], language: str) -> None:
    figure = figures[f"own sentences, a wish for a status or a language: {language}"]

    assert figure.against == ()


def test_spanish_has_a_sentence_for_every_service_that_is_reported(reading: Reading) -> None:
    general = {"general_request", "public_works_general", "external_bphc"}

    assert set(reading.engine.catalogue.services) - general == set(HELD["services"]["es"])


def test_no_sentence_is_an_example_too() -> None:
    examples = {
        line
        for path in EXAMPLES.glob("*.yaml")
        for lines in yaml.safe_load(path.read_text(encoding="utf-8")).values()
        for line in lines
    }
    sentences = {text for rows in HELD["services"].values() for texts in rows.values() for text in texts}

    assert sentences & examples == set()


def test_a_word_with_any_ending_is_said_in_english() -> None:
    assert in_english("в квартире нет отопления, батареи холодные", "ru") == "apartment no heat heat cold"
    assert in_english("хозяйка не чинит батарею", "ru") == "landlord refuses to fix heat"


def test_an_arabic_word_is_known_with_the_little_words_it_carries() -> None:
    assert [in_english(word, "ar") for word in ("رصيف", "الرصيف", "بالرصيف", "والرصيف", "للرصيف")] == ["sidewalk"] * 5
