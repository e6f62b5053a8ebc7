"""Tests that a question outside English is answered from its own article, or not at all."""

import pytest

from assistant.bootstrap import Reading
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.screening import load_screen
from evals.measure_knowledge import Asker
from evals.measure_languages import read_questions
from evals.question_sets import Asked, Expect, Graded
from knowledge.loader import BOSTON, load_articles
from knowledge.other_sentences import chosen_sentences
from knowledge.terms import Terms
from tools.clock import Clock

NINE = {"ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru"}


async def ask(reading: Reading, clock: Clock, text: str) -> Graded:
    return await Asker(reading, clock=clock, channel=Channel.WEB).ask(Asked(id="test", text=text))


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("machin mwen te remoke, kote m ka jwenn li", "towed-car"),
        ("como pago uma multa de estacionamento", "pay-parking-ticket"),
        ("床垫怎么处理掉", "mattress-disposal"),
        ("床墊怎麼處理掉", "mattress-disposal"),
        ("nệm cũ bỏ ở đâu", "mattress-disposal"),
        ("lay lai xe bi keo o dau", "towed-car"),
        ("kantu ki e multa di limpeza di rua", "street-sweeping"),
        ("quelle est la température minimale du chauffage", "heat-law"),
        ("كم غرامة تنظيف الشارع", "street-sweeping"),
        ("goorma ayaa waddada la xaaqaa", "street-sweeping"),
        ("как избавиться от матраса", "mattress-disposal"),
        ("a qué hora hay que sacar los muebles", "furniture-bulk-items"),
    ],
)
async def test_a_question_is_answered_from_its_article(reading: Reading, clock: Clock, text: str, article: str) -> None:
    row = await ask(reading, clock, text)

    assert row.articles == (article,)


@pytest.mark.parametrize(
    "text",
    [
        "kote m ka renouvle lisans biznis mwen",
        "quanto custa a escola de natação",
        "哪里可以学钢琴",
        "học bơi ở đâu",
        "undi n ta prende nada",
        "où apprendre le piano",
        "أين أتعلم العزف على البيانو",
        "xaggee dabaasha lagu bartaa",
        "где научиться играть на пианино",
        "cuánto cuesta el estacionamiento del aeropuerto",
    ],
)
async def test_what_no_article_is_about_is_not_answered(reading: Reading, clock: Clock, text: str) -> None:
    row = await ask(reading, clock, text)

    assert Outcome.ANSWERED not in row.outcomes
    assert row.cited == ()


@pytest.mark.parametrize(
    "text",
    [
        "konbyen mwen dwe pou tikè mwen yo",
        "quanto eu devo de multas",
        "我欠多少停车罚款",
        "сколько я должен по штрафам",
    ],
)
async def test_what_somebody_owes_is_kept_from_articles_in_every_language(
    reading: Reading, clock: Clock, text: str
) -> None:
    row = await ask(reading, clock, text)

    assert row.reason == "personal_account"


async def test_a_report_in_the_form_of_a_statement_stays_a_report(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "yo pa pran fatra mwen maten an")

    assert Outcome.ANSWERED not in row.outcomes


async def test_a_date_asked_for_in_chinese_is_told(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "房东几月几号要开暖气")

    assert "9月15日" in row.said


def test_accents_tell_vietnamese_words_apart_only_where_they_are_written() -> None:
    terms = Terms("vi")

    assert ("lái",) in terms.with_synonyms("bằng lái xe")
    assert ("keo", *terms.with_synonyms("keo")[0][1:]) in terms.with_synonyms("xe bi keo")
    assert {"kéo", "keo"} <= set(terms("xe bị kéo"))


def test_chinese_is_compared_by_pairs_of_characters_without_function_words() -> None:
    terms = Terms("zh-Hans")

    assert terms("请问床垫怎么扔") == ("床垫", "扔")
    assert terms.with_synonyms("旧沙发") == (("沙发",), ("沙发",))


def test_the_fact_asked_for_comes_first() -> None:
    sentences = ("A limpeza vai de 1 de abril a 30 de novembro.", "A multa da limpeza é de $40.")

    assert chosen_sentences("quanto custa a multa da limpeza", sentences, language="pt", limit=1) == (sentences[1],)


def test_ten_topics_are_told_in_every_language_that_the_city_serves() -> None:
    articles = load_articles(BOSTON)
    told = {name: {each.id for each in articles if each.language == name} for name in NINE}

    assert len(frozenset.intersection(*map(frozenset, told.values()))) >= 10


def test_no_question_of_the_measure_is_a_wording_of_an_article() -> None:
    wordings = {question.casefold().strip("?¿ ") for each in load_articles(BOSTON) for question in each.questions}

    assert not [each.text for each in read_questions() if each.text.casefold().strip("?¿ ") in wordings]


def test_every_language_is_measured_on_enough_questions() -> None:
    questions = read_questions()
    asked = {name: [each.expect for each in questions if each.language == name] for name in NINE}

    assert all(kinds.count(Expect.ANSWER) >= 8 for kinds in asked.values())
    assert all(kinds.count(Expect.ABSTAIN) >= 6 for kinds in asked.values())


def test_no_wording_of_an_article_is_taken_for_an_emergency() -> None:
    screen = load_screen()
    wordings = [question for each in load_articles(BOSTON) if each.language != "en" for question in each.questions]

    assert [wording for wording in wordings if screen(wording, Channel.WEB).safety] == []
