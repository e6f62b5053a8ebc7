"""Replies in the light of what was asked: yes, no, numbers, skip, don't know, start over, repeat, corrections."""

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.consent import ReplyReader, ReplyReading
from assistant.lexicon import load_phrases
from assistant.reading import Asked, Consent, Repair

CONFIRMATION = Asked(asking_for="confirmation", service="pothole", options=("submit", "change"))
STILL_THERE = Asked(asking_for="there_now", service="illegal_parking", options=("yes", "no", "not_sure"))
PLACES = Asked(asking_for="location_choice", options=("Dorchester", "Roxbury", "Hyde Park"))
LOCATION = Asked(asking_for="location")
PLATE = Asked(asking_for="plate", service="illegal_parking")
NOTHING = Asked()


@lru_cache(maxsize=1)
def reader() -> ReplyReader:
    return ReplyReader(load_phrases())


def read(text: str, asked: Asked = CONFIRMATION) -> ReplyReading:
    return reader().read(text, asked)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yup!",
        "yea go ahead",
        "yessss",
        "ok",
        "OK thanks",
        "👍",
        "SUBMIT",
        "sumbit",
        "looks good to me",
        "that's right",
        "sí",
        "si por favor",
        "dale",
        "claro que sí",
        "sim",
        "pode enviar",
        "wi",
        "dakò",
        "是的",
        "對",
        "好的，谢谢",
        "vâng",
        "dung roi",
        "sin",
        "oui",
        "d'accord",
        "ouais",
        "نعم",
        "تمام",
        "haa",
        "waa sax",
        "да",
        "конечно",
        "yes there is a rat",
    ],
)
def test_a_yes_is_a_yes_in_every_language(text: str) -> None:
    assert read(text).consent is Consent.YES


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Nope",
        "nah",
        "noooo",
        "no thanks",
        "👎",
        "CHANGE",
        "not yet",
        "no gracias",
        "para nada",
        "não",
        "non",
        "se pa sa",
        "不是",
        "不對",
        "không",
        "khong phai",
        "nau",
        "non merci",
        "لا",
        "maya",
        "нет",
        "не так",
    ],
)
def test_a_no_is_a_no_in_every_language(text: str) -> None:
    assert read(text).consent is Consent.NO


@pytest.mark.parametrize(
    "text",
    [
        "no parking sign is missing",
        "no hot water since monday",
        "no one picked it up",
        "the right lane",
        "right turn only sign",
        "there is a person sleeping on the bench",
        "the okay sign is bent",
        "sick raccoon in the yard",
        "la calle esta sucia",
    ],
)
def test_words_of_a_report_are_neither_yes_nor_no(text: str) -> None:
    for asked in (CONFIRMATION, LOCATION, NOTHING):
        reading = read(text, asked)
        assert reading.consent is None
        assert not reading.person


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("skip", Repair.SKIP),
        ("rather not say", Repair.SKIP),
        ("saltar", Repair.SKIP),
        ("跳过", Repair.SKIP),
        ("idk", Repair.DONT_KNOW),
        ("i don't know the plate", Repair.DONT_KNOW),
        ("no sé", Repair.DONT_KNOW),
        ("no se la placa", Repair.DONT_KNOW),
        ("não sei", Repair.DONT_KNOW),
        ("m pa konnen", Repair.DONT_KNOW),
        ("不知道", Repair.DONT_KNOW),
        ("khong biet", Repair.DONT_KNOW),
        ("je sais pas", Repair.DONT_KNOW),
        ("لا أعرف", Repair.DONT_KNOW),
        ("ma garanayo", Repair.DONT_KNOW),
        ("не знаю", Repair.DONT_KNOW),
        ("n ka sabe", Repair.DONT_KNOW),
        ("start over", Repair.START_OVER),
        ("never mind, forget it", Repair.START_OVER),
        ("empezar de nuevo", Repair.START_OVER),
        ("重新开始", Repair.START_OVER),
        ("what?", Repair.REPEAT),
        ("sorry, say that again", Repair.REPEAT),
        ("no entiendo", Repair.REPEAT),
        ("не понял", Repair.REPEAT),
    ],
)
def test_repairs_are_understood(text: str, repair: Repair) -> None:
    reading = read(text, PLATE)

    assert reading.repair is repair
    assert reading.consent is None


@pytest.mark.parametrize(
    "text",
    [
        "wait no its 31 not 13",
        "no, it's number 31",
        "actually the next corner",
        "yes but it's number 31",
        "si, pero es el 31",
        "the address is wrong",
        "no its 31 Ashmont",
        "la direccion esta mal",
        "不对，是31号",
        "нет, дом 31",
    ],
)
def test_a_no_with_something_new_is_a_correction(text: str) -> None:
    assert read(text).repair is Repair.CORRECTION


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("the address is wrong", "location"),
        ("change the location please", "location"),
        ("cambiar la dirección", "location"),
        ("that's the wrong problem", "service"),
        ("wrong phone", "contact"),
        ("地址错了", "location"),
        ("адрес неправильный", "location"),
    ],
)
def test_a_correction_names_what_it_corrects(text: str, part: str) -> None:
    assert read(text).corrects == (part,)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("2", 2),
        ("#1", 1),
        ("3.", 3),
        ("option 2", 2),
        ("the second one", 2),
        ("la tercera", 3),
        ("第一个", 1),
        ("number 2 please", 2),
    ],
)
def test_an_offered_choice_is_picked_by_number(text: str, choice: int) -> None:
    assert read(text, PLACES).choice == choice


@pytest.mark.parametrize(("text", "asked"), [("4", PLACES), ("2", LOCATION), ("21 Ashmont St", PLACES), ("2", NOTHING)])
def test_a_number_that_was_not_offered_is_no_choice(text: str, asked: Asked) -> None:
    assert read(text, asked).choice is None


@pytest.mark.parametrize(
    "text",
    [
        "agent",
        "let me talk to a human",
        "can i speak to someone please",
        "AGENT please",
        "quiero hablar con una persona",
        "could somebody call me back",
        "mwen vle pale ak yon moun",
        "转人工",
        "noi chuyen voi nguoi",
        "je veux parler à quelqu'un",
        "хочу поговорить с человеком",
    ],
)
def test_a_person_is_asked_for(text: str) -> None:
    assert read(text, NOTHING).person
    assert read(text, CONFIRMATION).person


def test_without_a_question_a_correction_corrects_nothing() -> None:
    assert read("actually there is a pothole on my street", NOTHING).repair is None


def test_a_guess_after_not_sure_is_not_thrown_away() -> None:
    assert read("not sure but maybe two weeks", PLATE).repair is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_reading(text: str) -> None:
    for asked in (CONFIRMATION, STILL_THERE, NOTHING):
        reading = read(text, asked)
        assert reading.choice is None or 1 <= reading.choice <= len(asked.options)
