"""A model's sentences are said only if they say what their passage says, with its figures and links."""

from datetime import date

import pytest

from assistant.bootstrap import Reading
from assistant.openai_names import NameCheck
from assistant.openai_wire import WireAnswer, WireSentence
from assistant.openai_wording import AnswerCheck, linked
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
    check = AnswerCheck(reading.encoder, NameCheck.on(reading.geocoder.gazetteer))
    return check.worded(answer, linked((passage(),)), language=language)


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
    "another street": "A block party permit costs $25; ask for it on Tremont Street at [LINK_1] by 5 p.m.",
    "another office": "A block party permit costs $25; ask the Fire Marshal at [LINK_1] by 5 p.m.",
    "free of charge": "A block party permit is free; ask for it at [LINK_1] by 5 p.m.",
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


PARTY = "Take your permit to the library on Dudley Street by 5 p.m."
PLACED = {
    "es": ("Lleve su permiso a la biblioteca de Dudley Street antes de las 5 p.m.", "Dudley", "Tremont"),
    "pt": ("Leve a sua licença à biblioteca da Dudley Street até as 5 p.m.", "Dudley", "Tremont"),
    "fr": ("Apportez votre permis à la bibliothèque de Dudley Street avant 5 p.m.", "Dudley", "Tremont"),
    "ht": ("Pote pèmi ou nan bibliyotèk Dudley Street la anvan 5 p.m.", "Dudley", "Tremont"),
    "vi": ("Mang giấy phép đến thư viện trên Dudley Street trước 5 p.m.", "Dudley", "Tremont"),
    "kea": ("Leva bu lisensa pa biblioteka na Dudley Street antis di 5 p.m.", "Dudley", "Tremont"),
    "so": ("Ruqsaddaada geey maktabadda Dudley Street ka hor 5 p.m.", "Dudley", "Tremont"),
    "ru": ("Принесите разрешение в библиотеку на Dudley Street до 5 p.m.", "Dudley", "Tremont"),
    "ar": ("خذ تصريحك إلى المكتبة في Dudley Street قبل 5 p.m.", "Dudley", "Tremont"),
    "zh-Hans": ("请在5 p.m.前把许可证带到Dudley Street的图书馆。", "Dudley", "Tremont"),
    "zh-Hant": ("請在5 p.m.前把許可證帶到Dudley Street的圖書館。", "Dudley", "Tremont"),
}


@pytest.mark.parametrize("language", PLACED)
def test_a_translation_names_the_places_of_its_passage_and_no_other(language: str, reading: Reading) -> None:
    text, right, wrong = PLACED[language]
    check = NameCheck.on(reading.geocoder.gazetteer)

    held = check.strangers(text, PARTY, language=language, original="en")
    strange = check.strangers(text.replace(right, wrong), PARTY, language=language, original="en")

    assert (held, strange) == ((), (wrong,))


KINDS = {
    "es": ("Llévelo al ayuntamiento.", "city hall"),
    "pt": ("Leve à prefeitura.", "city hall"),
    "fr": ("Apportez-le à la mairie.", "city hall"),
    "ht": ("Pote l nan meri a.", "city hall"),
    "vi": ("Mang đến tòa thị chính.", "city hall"),
    "kea": ("Leva pa skola.", "school"),
    "so": ("Geey dugsiga.", "school"),
    "ru": ("Принесите в мэрию.", "city hall"),
    "ar": ("خذه إلى المدرسة", "school"),
    "zh-Hans": ("请带到市政厅。", "city hall"),
    "zh-Hant": ("請帶到市政廳。", "city hall"),
}


@pytest.mark.parametrize("language", KINDS)
def test_a_kind_of_place_that_the_passage_does_not_have_is_a_stranger(language: str, reading: Reading) -> None:
    text, kind = KINDS[language]
    check = NameCheck.on(reading.geocoder.gazetteer)

    assert check.strangers(text, PARTY, language=language, original="en") == (kind,)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Es gratis.", "es"),
        ("É gratuito.", "pt"),
        ("C'est gratuit.", "fr"),
        ("Li gratis.", "ht"),
        ("Miễn phí.", "vi"),
        ("E di grasa.", "kea"),
        ("Waa bilaash.", "so"),
        ("Бесплатно.", "ru"),
        ("هذا مجاني", "ar"),
        ("这是免费的。", "zh-Hans"),
    ],
)
def test_what_is_not_free_in_the_passage_is_not_free_in_another_language(
    text: str, language: str, reading: Reading
) -> None:
    check = NameCheck.on(reading.geocoder.gazetteer)

    assert check.strangers(text, PARTY, language=language, original="en") == ("free",)
    assert check.strangers(text, f"{PARTY} It is free.", language=language, original="en") == ()
