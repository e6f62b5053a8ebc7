"""No figure or link may be said that the passages do not hold, however it is spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.article import Article, Passage
from knowledge.figures import FigureKind, values_by_kind
from knowledge.grounding import ungrounded
from knowledge.known_sites import is_known
from knowledge.passages import passages_of
from knowledge.sentences import sentences_of
from tests.sample_articles import article, sample_articles

FACTS = """The fee is $25. Call 617-635-4500 by 6 a.m. The season runs from April 1 to November 30, 2025.
Open Monday to Friday, 8:30 a.m. to 4:30 p.m. Reply within three days. Interest is 14%. Apply at
https://www.boston.gov/pay/online or write to desk@boston.gov. The path must be 42 inches wide. At most 20 gallons.
Go to 200 Frontage Road."""


def passages(text: str = FACTS) -> tuple[Passage, ...]:
    return passages_of(article(text))


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs 25 dollars.",
        "It costs twenty-five dollars.",
        "It costs $25.00.",
        "Call (617) 635-4500 before 6am.",
        "Call +1 617 635 4500 before 06:00.",
        "Call 635-4500.",
        "Call 311.",
        "From 1 April until Nov. 30.",
        "The season opens in April.",
        "Open from 8:30 to 4:30 pm.",
        "You have 3 days.",
        "Pay at boston.gov/pay/online.",
        "Pay at boston.gov.",
        "Interest is 14 percent.",
        "Cuesta 25 dólares hasta las 6 de la mañana.",
        "Del 1 de abril al 30 de noviembre, de lunes a viernes.",
        "Tiene tres días.",
        "Custa 25 dólares; de 1 de abril a 30 de novembro.",
        "Koute 25 dola. Ou gen 3 jou.",
        "Cela coûte 25 dollars avant 6 h du matin.",
        "费用25美元,早上6点前,4月1日到11月30日,3天内。",
        "費用25美元,早上6點前。",
        "25 đô la, trước 6 giờ sáng, 3 ngày.",
        "25 долларов до 6 утра, 3 дня.",
        "٢٥ دولار خلال ٣ أيام",
        "Waa 25 doolar, 3 maalmood.",
        "As of May 2024.",
    ],
)
def test_a_figure_may_be_said_in_other_words(sentence: str) -> None:
    assert ungrounded(sentence, passages()) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs $45.",
        "It costs 45 dollars.",
        "It costs $2,500.",
        "Call 617-635-4501.",
        "Call 635-9999.",
        "Before 7 a.m.",
        "Before 6 p.m.",
        "From March 1.",
        "From April 15.",
        "Through November 30, 2026.",
        "Open on Saturday.",
        "You have 3 weeks.",
        "You have 30 days.",
        "Interest is 25%.",
        "Pay at boston.gov/pay/now.",
        "Pay at https://bostonpay.com.",
        "Write to help@boston.gov.",
        "The path must be 42 feet wide.",
        "Go to 300 Frontage Road.",
        "Cuesta 45 dólares.",
        "Antes de las 7 de la mañana.",
        "Tiene 3 semanas.",
        "Koute 45 dola.",
        "费用45美元。",
        "3周内。",
        "45 đô la.",
        "45 долларов.",
        "٤٥ دولار",
    ],
)
def test_a_figure_of_its_own_is_caught(sentence: str) -> None:
    assert ungrounded(sentence, passages())


@pytest.mark.parametrize("sample", sample_articles(), ids=lambda each: f"{each.id}-{each.language}")
def test_the_passages_own_sentences_may_always_be_said(sample: Article) -> None:
    for passage in passages_of(sample):
        assert all(ungrounded(sentence, (passage,)) == () for sentence in sentences_of(passage.text))


@given(st.text(max_size=200))
def test_any_text_is_grounded_in_itself(text: str) -> None:
    passage = passages()[0].model_copy(update={"text": text})

    assert ungrounded(text, (passage,)) == ()


@given(st.integers(2, 9_999), st.sampled_from(["${}", "{} dollars", "{:,} dollars", "${:,}", "US${}", "{} dólares"]))
def test_a_sum_is_one_figure_in_every_dress(amount: int, dress: str) -> None:
    assert values_by_kind(dress.format(amount))[FigureKind.MONEY] == {str(amount)}


@given(st.integers(1, 12), st.booleans(), st.sampled_from(["{} {}.m.", "{}{}m", "{}:00 {}m", "{} {}. m."]))
def test_an_hour_is_one_figure_in_every_dress(hour: int, late: bool, dress: str) -> None:
    said = dress.format(hour, "p" if late else "a")

    assert values_by_kind(said)[FigureKind.TIME] == {f"{hour % 12 + 12 * late:02d}:00"}


@given(
    st.integers(200, 989),
    st.integers(200, 999),
    st.integers(0, 9999),
    st.sampled_from(["{}-{}-{:04d}", "({}) {}-{:04d}", "{}.{}.{:04d}", "+1 {} {} {:04d}"]),
)
def test_a_phone_number_is_one_figure_in_every_dress(area: int, office: int, line: int, dress: str) -> None:
    said = dress.format(area, office, line)

    assert values_by_kind(said)[FigureKind.PHONE] == {f"{area}{office}{line:04d}"}


@given(st.integers(2, 500), st.integers(2, 500))
def test_another_number_is_never_grounded(told: int, said: int) -> None:
    grounded = ungrounded(f"You have {said} days.", passages(f"You have {told} days.")) == ()

    assert grounded == (told == said)


def test_a_link_that_stands_in_a_passage_must_lead_to_its_own_site_or_a_known_one() -> None:
    told = passages(
        "Pay at https://permit-pay.example/boston or boston.gov/pay. Send 200 dollars to pay@permit-pay.com."
    )

    assert ungrounded("Pay at boston.gov/pay.", told) == ()
    assert ungrounded("Pay at https://permit-pay.example/boston.", told) == ("https://permit-pay.example/boston",)


@pytest.mark.parametrize(
    ("link", "known"),
    [
        ("https://www.boston.gov/pay", True),
        ("search.boston.gov", True),
        ("sub.townpaper.example:8080/x", True),
        ("boston.gov.example", False),
        ("https://boston.gov@pay.example", False),
        ("notboston.gov", False),
    ],
)
def test_a_site_is_known_by_its_whole_name(link: str, *, known: bool) -> None:
    assert is_known(link, "https://www.townpaper.example/story") is known
