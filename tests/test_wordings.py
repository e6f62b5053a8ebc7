"""The fixed sentences: complete in English and Spanish, the vital ones in all eleven languages, numbers everywhere the
same."""

import re
from string import Formatter

import pytest
import yaml

from assistant.wording import FOLDER, SPOKEN, load_spoken, load_wording
from channels.speech import book

LANGUAGES = ("en", "es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru")
SENTENCES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")}
HAZARDS = tuple(name for name in SENTENCES["en"] if name.startswith("emergency"))
VITAL = (
    "welcome_first", *HAZARDS, "crisis", "ask_location", "location_choice", "read_back_service", "read_back_place",
    "read_back_details", "confirm", "promise", "promise_and_usual", "case_opened", "case_queued", "not_known",
    "care_child", "care_abuse", "care_status", "care_deaf",
    "handed_off", "failed", "opted_out", "day", "days", "business_day", "business_days",
)  # fmt: skip
A_REPORT = (
    "ask_service", "ask_service_open", "ask_location", "ask_location_again", "ask_location_more",
    "ask_location_more_again", "ask_location_park", "ask_location_unit", "location_choice", "location_needed",
    "ask_contact_required", "left_open", "several_requests", "noted_for_later", "also_next", "dropped_one",
    "back_to_report", "read_back_service", "read_back_place", "read_back_details", "read_back_more", "read_back_again",
    "confirm", "change_what", "corrected", "nothing_filed", "duplicate_offer", "added_to_case", "join_failed",
    "join_unreachable", "already_sent", "case_opened", "case_queued", "case_filed_later", "case_not_taken", "promise",
    "promise_and_usual", "own_time_no_target", "tell_safety", "refer", "refer_own", "refer_and_record", "label_join",
    "label_new", "label_submit", "label_change", "label_record", "label_leave",
)  # fmt: skip
HEARD = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in SPOKEN.glob("*.yaml")}
EVERY_HEARD = [(language, name) for language, spoken in sorted(HEARD.items()) for name in spoken]
EVERY = [(language, name) for language, spoken in sorted(SENTENCES.items()) for name in spoken]
RESERVED = re.compile(
    r"\b(?:STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|START|UNSTOP|YES|HELP|INFO)\b"
    r"|[\"«“](?:stop|cancel|end|quit|start|yes|help|info)[\"»”]"
)


def fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


def numbers(sentence: str) -> set[str]:
    return set(re.findall(r"\d{3}-\d{3}-\d{4}|(?<![\d-])(?:911|988|711)(?![\d-])", sentence))


def test_the_eleven_languages_have_a_file_each() -> None:
    assert set(SENTENCES) == set(LANGUAGES)


def test_spanish_has_every_sentence() -> None:
    assert set(SENTENCES["es"]) == set(SENTENCES["en"])


@pytest.mark.parametrize("name", VITAL)
def test_a_vital_sentence_is_there_in_every_language(name: str) -> None:
    assert [language for language in LANGUAGES if not SENTENCES[language].get(name)] == []


@pytest.mark.parametrize("language", ["en", "es", "ht", "pt", "vi", "zh-Hans", "zh-Hant"])
def test_a_report_is_taken_in_the_language_alone(language: str) -> None:
    assert [name for name in A_REPORT if not SENTENCES[language].get(name)] == []


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_translation_has_the_fields_of_the_english_sentence(language: str, name: str) -> None:
    assert fields(SENTENCES[language][name]) == fields(SENTENCES["en"][name])


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_translation_has_the_telephone_numbers_of_the_english_sentence(language: str, name: str) -> None:
    assert numbers(SENTENCES[language][name]) == numbers(SENTENCES["en"][name])


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_no_sentence_invites_a_word_that_carriers_act_on(language: str, name: str) -> None:
    assert RESERVED.search(SENTENCES[language][name]) is None


def test_a_sentence_that_a_language_lacks_is_said_in_english() -> None:
    said = load_wording().say("sweeping_sign", "so")

    assert said == SENTENCES["en"]["sweeping_sign"]


@pytest.mark.parametrize(
    ("days", "unit", "words"),
    [
        (1, "business_days", "1 business day"),
        (0.2, "days", "1 day"),
        (10, "business_days", "10 business days"),
        (34.4, "days", "34 days"),
    ],
)
def test_a_duration_is_whole_days(days: float, unit: str, words: str) -> None:
    assert load_wording().duration(days, unit, "en") == words


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("ru", 1, "1 день"),
        ("ru", 3, "3 дня"),
        ("ru", 12, "12 дней"),
        ("ru", 21, "21 день"),
        ("ru", 30, "30 дней"),
        ("ar", 2, "يومين"),
        ("ar", 5, "5 أيام"),
        ("ar", 30, "30 يومًا"),
        ("fr", 30, "30 jours"),
        ("kea", 30, "30 dia"),
    ],
)
def test_days_take_the_form_of_their_number(language: str, days: int, words: str) -> None:
    assert load_wording().duration(days, "days", language) == words


def test_every_language_with_a_voice_has_every_sentence_of_the_telephone() -> None:
    ours = {name for name in HEARD["en"] if not name.startswith("whisper_") and name != "call_not_spoken"}

    assert set(HEARD) == set(book().voices)
    assert [(language, ours - set(spoken)) for language, spoken in HEARD.items() if ours - set(spoken)] == []


@pytest.mark.parametrize(("language", "name"), EVERY_HEARD)
def test_a_spoken_translation_has_the_fields_and_numbers_of_the_english_sentence(language: str, name: str) -> None:
    said, english = HEARD[language][name], HEARD["en"][name]

    assert (fields(said), numbers(said)) == (fields(english), numbers(english))


@pytest.mark.parametrize("language", sorted(HEARD))
def test_nothing_that_is_said_speaks_of_writing_or_sending_a_reply(language: str) -> None:
    said = " ".join(HEARD[language].values())

    assert not re.search(r"SUBMIT|CHANGE|AGENT|\bBACK\b|https?://|boston\.gov", said)


def test_what_is_not_said_differently_is_said_as_it_is_written() -> None:
    assert load_spoken().say("case_opened", "es", case="B311") == load_wording().say("case_opened", "es", case="B311")
