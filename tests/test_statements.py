"""What states a trouble or wants work done is a report in every language, and what asks is a question."""

import pytest

from assistant.bootstrap import Reading
from assistant.outcome import Outcome
from tests.test_dialogue import Talk


@pytest.fixture
def talk(reading: Reading) -> Talk:
    return Talk(reading)


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("i want to schedule a pickup for an old mattress", "bulk_item_pickup"),
        ("pa gen chalè nan apatman mwen an", "heat_complaint"),
        ("tanpri vin netwaye lari nou an", "litter_street_cleaning"),
        ("o dono não liga o aquecimento há três dias", "heat_complaint"),
        ("thùng rác nhà tôi chưa ai lấy", "missed_trash"),
        ("nệm có rệp, ngứa quá", "pest_inside_home"),
        ("請來掃我們這條街", "litter_street_cleaning"),
        ("le propriétaire refuse de chauffer l'appartement", "heat_complaint"),
        ("третий день нет горячей воды в квартире", "heat_complaint"),
        ("снег на нашей улице не чистят третий день", "snow_plowing"),
        ("في عفن بالحمام وصاحب البيت ما بيصلح", "housing_conditions"),
        ("ضوء الشارع مطفي قدام بيتي", "street_light_outage"),
        ("guriga kulayl ma laha", "heat_complaint"),
        ("milkiilaha ma hagaajiyo saqafka daadanaya", "housing_conditions"),
        ("rua sta xuxu, nhos bari", "litter_street_cleaning"),
        ("n kre da fora un sofa bedju", "bulk_item_pickup"),
    ],
)
async def test_a_statement_begins_a_report(talk: Talk, said: str, service: str) -> None:
    turn = await talk.say(said)

    assert turn.outcome is Outcome.ASKED
    work = talk.conversation.work
    assert work is not None
    assert work.draft.service is not None
    assert work.draft.service.code == service


@pytest.mark.parametrize(
    "said",
    [
        "how do i get rid of a mattress",
        "kile yo ranmase fatra a",
        "khi nào lấy rác tái chế",
        "什么时候收垃圾",
        "quando recolhem o lixo",
        "когда вывозят мусор",
        "متى تجمعون القمامة",
        "goorma ayaa qashinka la qaadaa",
        "kuandu ki es ta leba lixu",
    ],
)
async def test_a_question_is_answered_and_begins_no_report(talk: Talk, said: str) -> None:
    await talk.say(said)

    assert talk.conversation.work is None


@pytest.mark.parametrize(
    "hello",
    ["hola", "olá", "bonjou", "xin chào", "你好", "привет", "مرحبا", "salaan", "bonjour", "oi, modi ki bu sta", "hey"],
)
async def test_a_greeting_is_greeted_back(talk: Talk, hello: str) -> None:
    turn = await talk.say(hello)

    assert turn.outcome is Outcome.ACKNOWLEDGED
    assert "911" in turn.replies[0].text


async def test_the_word_for_street_says_nothing_of_the_curb(talk: Talk) -> None:
    _, read_back = await talk.all("no recogieron la basura en mi calle", "14 Perham St")

    assert "Detalles: Basura.\n" in read_back.replies[0].text


async def test_a_report_with_the_residents_number_is_a_report(talk: Talk) -> None:
    turn = await talk.say("big pothole at 100 perham st, my number is 617-555-0101")

    assert turn.outcome is Outcome.READ_BACK
