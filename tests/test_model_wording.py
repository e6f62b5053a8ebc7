"""A model's sentences are said only if they say what their passage says, with its figures and links."""

from datetime import date

import pytest

from assistant.bootstrap import Reading
from assistant.openai_wire import WireAnswer, WireSentence
from assistant.openai_wording import linked, worded
from knowledge.article import Freshness, Passage

FEE = "A permit for a block party costs $25, and you ask for it at https://www.boston.gov/parties by 5 p.m."
SHOWN = "A permit for a block party costs $25, and you ask for it at [LINK_1] by 5 p.m."


def passage(text: str = FEE) -> Passage:
    return Passage(
        id="p1",
        article="block-party",
        title="Block parties",
        heading="Block parties > Fee",
        text=text,
        url="https://www.boston.gov/parties",
        as_of=date(2026, 1, 5),
        freshness=Freshness.YEARLY,
        language="en",
    )


def said(reading: Reading, text: str, *, quote: str = SHOWN, number: int = 1, language: str = "en") -> tuple[str, ...]:
    answer = WireAnswer(sentences=[WireSentence(text=text, passage=number, quote=quote)])
    return worded(answer, linked((passage(),)), language=language, encoder=reading.encoder)


def test_links_leave_as_tokens_and_come_back(reading: Reading) -> None:
    assert SHOWN in linked((passage(),))[0].text
    assert said(reading, "A block party permit costs $25; ask for it at [LINK_1] by 5 p.m.") == (
        "A block party permit costs $25; ask for it at https://www.boston.gov/parties by 5 p.m.",
    )


WRONG = {
    "another fee": "A block party permit costs $35; ask for it at [LINK_1] by 5 p.m.",
    "another hour": "A block party permit costs $25; ask for it at [LINK_1] by 6 p.m.",
    "a link of its own": "A block party permit costs $25, see https://example.com/pay.",
    "a bare domain": "A block party permit costs $25, see refunds-boston.com today.",
    "a phone number": "A block party permit costs $25, call 617-555-0666.",
    "an unknown token": "A block party permit costs $25; ask for it at [LINK_9].",
    "something else": "Your pothole has been repaired and the crew has gone home.",
    "nothing": "  ",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_what_the_passage_does_not_say_is_dropped(text: str, reading: Reading) -> None:
    assert said(reading, text) == ()


def test_a_quote_that_is_not_in_the_passage_supports_nothing(reading: Reading) -> None:
    text = "A block party permit costs $25; ask for it at [LINK_1] by 5 p.m."

    assert said(reading, text, quote="A permit for a block party costs $25 at most.") == ()
    assert said(reading, text, number=2) == ()


def test_a_translation_keeps_every_figure(reading: Reading) -> None:
    whole = "El permiso para una fiesta de cuadra cuesta $25 y se pide en [LINK_1] antes de las 5 p.m."
    short = "El permiso para una fiesta de cuadra tiene un costo y se pide en [LINK_1]."

    assert len(said(reading, whole, language="es")) == 1
    assert said(reading, short, language="es") == ()
