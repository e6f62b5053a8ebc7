"""An answer opens with the fact asked for, says how, keeps to its length, and leans on what was asked before."""

import pytest

from assistant.answer import followed_up
from assistant.bootstrap import Reading
from assistant.message import Channel
from assistant.outcome import Outcome
from evals.measure_knowledge import Asker
from evals.question_sets import Asked, Expect, Graded, read_own
from knowledge.answer import choose_sentences
from knowledge.facets import facets_of
from knowledge.passages import passages_of
from knowledge.sentences import leans_on_another
from tests.sample_articles import article
from tools.clock import Clock

GULLS = """Gulls may be fed in the harbor. Feeding gulls costs $3 a day. Gulls like bread and fish. Gulls are white.
To ask for a feeding permit, call the harbor office at 617-555-0100. Gulls nest on roofs in spring."""


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("how much does it cost to feed gulls", "Feeding gulls costs $3 a day."),
        ("what phone number do i call to get a gull permit", "To ask for a feeding permit, call"),
    ],
)
def test_the_fact_asked_for_comes_first(reading: Reading, question: str, first: str) -> None:
    said = choose_sentences(question, passages_of(article(GULLS)), encoder=reading.encoder, limit=3)

    assert said[0].startswith(first)


@pytest.mark.parametrize("limit", [1, 3, 5])
def test_an_answer_keeps_to_its_length(reading: Reading, limit: int) -> None:
    said = choose_sentences("may i feed gulls", passages_of(article(GULLS)), encoder=reading.encoder, limit=limit)

    assert 1 <= len(said) <= limit


def test_an_answer_says_whom_to_ask_if_the_article_does(reading: Reading) -> None:
    said = choose_sentences("do gulls eat fish", passages_of(article(GULLS)), encoder=reading.encoder, limit=3)

    assert any("617-555-0100" in sentence for sentence in said)


def test_all_that_is_asked_for_is_told(reading: Reading) -> None:
    said = choose_sentences(
        "how much is it to feed gulls and which number do i call", passages_of(article(GULLS)), encoder=reading.encoder,
        limit=2,
    )  # fmt: skip

    assert "$3" in " ".join(said)
    assert "617-555-0100" in " ".join(said)


def test_what_an_article_leaves_out_is_told_from_the_next(reading: Reading) -> None:
    first = article("Seals rest on the pier in winter. Seals may be watched.", id="seals", title="Seals")
    second = article("Watching seals from the pier costs $4.", id="pier", title="The pier")

    said = choose_sentences(
        "how much does it cost to watch seals from the pier", (*passages_of(first), *passages_of(second)),
        encoder=reading.encoder, limit=5,
    )  # fmt: skip

    assert said[-1] == "Watching seals from the pier costs $4."


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("how much is it and where", ("cost", "where")),
        ("what are the hours and the phone number", ("when", "phone")),
        ("gulls", ()),
    ],
)
def test_what_a_question_asks_for_is_told_apart(question: str, named: tuple[str, ...]) -> None:
    found = [facet.name for facet in facets_of(question)]

    assert set(named) <= set(found)
    assert bool(found) == bool(named)


def test_without_passages_nothing_is_said(reading: Reading) -> None:
    assert choose_sentences("may i feed gulls", (), encoder=reading.encoder, limit=3) == ()


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("and on holidays?", "may i feed gulls and on holidays?"),
        ("how much is it", "may i feed gulls how much is it"),
        ("where can i get a permit for a boat in the harbor", "where can i get a permit for a boat in the harbor"),
    ],
)
def test_a_question_that_leans_takes_the_one_before_along(question: str, whole: str) -> None:
    assert followed_up(question, ("may i feed gulls",)) == whole


def test_a_first_question_stands_alone() -> None:
    assert followed_up("and on holidays?", ()) == "and on holidays?"


async def ask(reading: Reading, clock: Clock, text: str, *earlier: str, channel: Channel = Channel.WEB) -> Graded:
    asked = Asked(id="test", text=text, earlier=earlier, expect=Expect.ANSWER)
    return await Asker(reading, clock=clock, channel=channel).ask(asked)


async def test_an_answer_names_its_source(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "what does a dog license cost")

    assert row.outcome is Outcome.ANSWERED
    assert row.articles[0] == "dog-license"
    assert "boston.gov" in row.cited[0]


async def test_a_question_that_is_declined_cites_nothing(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "how much do i owe for my dog license")

    assert row.outcome is Outcome.NOT_KNOWN
    assert row.reason == "personal_account"
    assert row.cited == ()


async def test_a_question_that_is_declined_names_the_office_of_its_matter(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "has my dog license been mailed")

    assert "617-635-5348" in row.said
    assert row.cited == ()


async def test_words_that_lead_up_to_a_question_are_not_answered_themselves(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "just moved to roslindale, how do i get a resident parking sticker")

    assert row.articles == ("resident-parking-permit",)
    assert "outside what the City" not in row.said


async def test_a_follow_up_is_answered_from_the_matter_before(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "and what does it cost?", "how do i get a dog license")

    assert row.articles[0] == "dog-license"
    assert "$15" in row.said


async def test_what_only_english_has_is_said_in_english_with_a_word_of_explanation(
    reading: Reading, clock: Clock
) -> None:
    row = await ask(reading, clock, "dónde funciona el Wi-Fi Wicked Free")

    assert row.articles == ("public-wifi",)
    assert "La Ciudad solo tiene esto en inglés" in row.said


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("how do i get rid of an old sofa", Outcome.ANSWERED),
        ("there is a sofa on the sidewalk", Outcome.ASKED),
        ("how do i get a street light fixed", Outcome.ANSWERED),
        ("the street light is out", Outcome.ASKED),
        ("got bitten by somebodys dog now what", Outcome.ANSWERED),
        ("my landlord wont turn on the heat and i have a baby", Outcome.ASKED),
        ("no heat in my apartment what can i do", Outcome.ANSWERED),
        ("how do i get a job with the city", Outcome.ANSWERED),
        ("permit", Outcome.ASKED),
    ],
)
async def test_a_question_is_answered_and_a_report_is_taken(
    reading: Reading, clock: Clock, text: str, kind: Outcome
) -> None:
    assert (await ask(reading, clock, text)).outcome is kind


@pytest.mark.parametrize(
    "text",
    ["i have no heat and a baby", "no tengo calefacción y tengo un bebé", "nou pa gen chofaj nan apatman an"],
)
async def test_who_has_no_heat_is_told_who_treats_it_as_urgent_and_asked_where(
    reading: Reading, clock: Clock, text: str
) -> None:
    row = await ask(reading, clock, text)

    assert row.outcome is Outcome.ASKED
    assert "617-635-5300" in row.said


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("mattress", "The City picks up mattresses"),
        ("block party", "For a block party, apply"),
        ("hydrant fine", "A ticket for parking at a fire hydrant costs $100"),
    ],
)
async def test_a_few_words_are_told_what_comes_first(reading: Reading, clock: Clock, text: str, opens: str) -> None:
    assert (await ask(reading, clock, text)).said.startswith(opens)


async def test_a_fact_that_no_article_tells_is_not_covered_up_by_others(reading: Reading, clock: Clock) -> None:
    row = await ask(reading, clock, "library hours")

    assert row.outcome is Outcome.NOT_KNOWN


@pytest.mark.parametrize("text", ["who do i call about noise", "cuando es feriado que dia recogen la basura"])
async def test_no_answer_opens_with_a_sentence_that_leans_on_another(reading: Reading, clock: Clock, text: str) -> None:
    row = await ask(reading, clock, text)

    assert row.answered
    assert not leans_on_another(row.said)


def test_our_own_questions_are_enough_and_well_formed() -> None:
    rows = read_own()
    groups = {row.group for row in rows if row.group}
    declined = [row for row in rows if row.reason]

    assert len(rows) >= 300
    assert len(groups) >= 60
    assert len(declined) >= 100
