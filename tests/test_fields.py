"""The values that a service asks for, with the exact words that support them and how sure they are."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fields import read_fields
from assistant.form import read_form
from assistant.vehicle import make_model_color, plate
from tools.catalogue import load_catalogue
from tools.draft import Source
from tools.service import Service

SERVICES = load_catalogue().services
POTHOLE = SERVICES["pothole"]
NOW = datetime(2026, 3, 25, 19, 6, tzinfo=ZoneInfo("America/New_York"))
"""A Wednesday."""


@pytest.fixture
def pothole() -> Service:
    return POTHOLE


def test_a_loose_word_of_size_is_no_choice(pothole: Service) -> None:
    fields = read_fields("huge pothole on Adams St", pothole)

    assert "size" not in fields


def test_an_answer_to_the_question_is_said(pothole: Service) -> None:
    fields = read_fields("bigger than a wheel", pothole, asked_for="size")

    assert fields["size"].value == "larger"
    assert fields["size"].source is Source.SAID


def test_the_number_of_an_option_answers_the_question(pothole: Service) -> None:
    fields = read_fields("2", pothole, asked_for="size")

    assert fields["size"].value == "plate"


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("i need a new recycling bin", "new"),
        ("we never got a recycling cart", "new"),
        ("the lid of my recycling cart is cracked, i need a new one", "damaged"),
        ("somebody stole my blue cart", "stolen"),
    ],
)
def test_what_is_needed_of_a_cart_is_heard_at_once(text: str, need: str) -> None:
    assert read_fields(text, SERVICES["recycling_cart"])["need"].value == need


@pytest.mark.parametrize(
    ("text", "animal", "language"),
    [
        ("有只死老鼠在人行道", "老鼠", "zh-Hans"),
        ("con mèo chết trước nhà", "con mèo", "vi"),
        ("un ecureuil mort", "ecureuil", "fr"),
        ("дохлая кошка на дороге", "кошка", "ru"),
        ("قطة ميتة في الشارع", "قطة", "ar"),
        ("bisad dhimatay ayaa waddada taal", "bisad", "so"),
    ],
)
def test_an_animal_is_heard_in_other_languages(text: str, animal: str, language: str) -> None:
    assert read_fields(text, SERVICES["dead_animal"], language=language)["animal"].value == animal


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("两盏", "zh-Hans", "two_to_four"),
        ("plizyè limyè", "ht", "two_to_four"),
        ("yon sèl", "ht", "one"),
        ("chỉ một", "vi", "one"),
        ("uma só", "pt", "one"),
    ],
)
def test_a_choice_is_answered_in_the_residents_language(text: str, language: str, count: str) -> None:
    fields = read_fields(text, SERVICES["street_light_outage"], asked_for="how_many", language=language)

    assert fields["how_many"].value == count


PLATES = {
    "named": ("blue Kia, plate 7RT 418 on Adams", "7RT 418"),
    "bare": ("car 4KX719 has flat tires", "4KX719"),
    "of our own state": ("Mass plate 4KX 719", "4KX 719"),
    "of another state": ("red van, RI plate AB 123 at the hydrant", "AB 123 (RI)"),
    "state after it": ("plate 88 XYZ1 from New Hampshire", "88 XYZ1 (NH)"),
}


@pytest.mark.parametrize(("text", "number"), PLATES.values(), ids=PLATES.keys())
def test_a_plate_is_read_with_its_words(text: str, number: str) -> None:
    field = plate(text)

    assert field is not None
    assert field.value == number


def test_a_vehicle_is_described_in_the_resident_s_words() -> None:
    field = make_model_color("an old silver Honda Civic has not moved for weeks")

    assert field is not None
    assert field.value == "silver Honda Civic"


def test_app_form_text_is_read_as_slots() -> None:
    slots = read_form("Make: FORD | Color: [red] | Details: flat tires")

    assert [(slot.label, slot.value) for slot in slots] == [
        ("Make", "FORD"),
        ("Color", "red"),
        ("Details", "flat tires"),
    ]


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=300))
def test_every_field_of_any_text_quotes_it_exactly(text: str) -> None:
    fields = read_fields(text, POTHOLE)

    spans = [field.evidence for field in fields.values() if field.evidence]
    assert all(text[span.start : span.end] == span.quote for span in spans)


SAID = {
    "items": ("bulk_item_pickup", "three mattresses and a fridge", "item_count", 3, "three mattresses"),
    "a dozen": ("bulk_item_pickup", "una docena de sillas viejas", "item_count", 12, "una docena de sillas"),
    "bags": ("bulk_item_pickup", "2 bags of clothes and a couch", "item_count", 2, "2 bags"),
    "homes": ("bulk_item_pickup", "couch outside our triple decker", "units", 3, "triple decker"),
    "stickers": ("recycling_sticker", "can i get 2 stickers", "quantity", 2, "2 stickers"),
    "people": ("illegal_occupancy", "fifteen people live in a basement", "people", 15, "fifteen people"),
    "degrees": ("heat_complaint", "no heat, 55 degrees in here", "temperature", 55, "55 degrees"),
    "a weekday": ("heat_complaint", "no heat since Tuesday", "since", "2026-03-24", "since Tuesday"),
    "a count of weeks": ("heat_complaint", "no hot water for 3 weeks", "since", "2026-03-04", "for 3 weeks"),
    "yesterday in Spanish": ("heat_complaint", "sin calefacción desde ayer", "since", "2026-03-24", "desde ayer"),
    "a month": ("heat_complaint", "no heat since early March", "since", "2026-03-01", "since early March"),
    "a date": ("lost_or_found_pet", "lost our cat on March 3", "when", "2026-03-03", "on March 3"),
    "last night": ("illegal_dumping", "a truck dumped tires last night", "seen_at", "2026-03-24", "last night"),
    "days": ("abandoned_vehicle", "van hasn't moved for 3 weeks", "days_there", 21, "for 3 weeks"),
    "of two dates the one": ("food_poisoning", "ate there Monday, sick yesterday", "sick", "2026-03-24", "yesterday"),
    "any time": ("pest_inside_home", "mice. come any day after 4", "access_time", "any day after 4", "any day after 4"),
    "weekdays": (
        "heat_complaint", "no heat, an inspector can come weekdays before noon", "access_time",
        "weekdays before noon", "weekdays before noon",
    ),
    "a pole": ("street_light_outage", "light out on pole number 1234", "pole_number", "1234", "1234"),
    "in the way": ("street_light_knockdown", "pole down, blocking the road", "blocking", "yes", "blocking the road"),
    "no wires": ("street_light_outage", "light out, no wires showing", "wires", "no", "no wires"),
    "a surface": ("graffiti", "tag on the mailbox", "surface", "mailbox", "mailbox"),
    "hate": ("graffiti", "swastika on a wall", "offensive", "yes", "swastika"),
    "outside": ("rodent_outside", "rats in the alley", "inside", "no", "in the alley"),
    "a sign": ("damaged_sign", "the one way sign is bent", "sign_type", "one_way", "one way"),
    "a price": ("weights_measures", "shelf said $4.99 but paid $6.50", "charged_price", 6.5, "paid $6.50"),
    "a business": ("food_poisoning", "vomiting after dinner at Joe's Grill", "business", "Joe's Grill", "Joe's Grill"),
    "goods": ("unauthorized_vending", "man selling hot dogs on the corner", "selling", "hot dogs", "hot dogs"),
    "a day": ("missed_trash", "they usually come on Thursdays", "scheduled_day", "Thursdays", "Thursdays"),
    "damage": ("pothole", "pothole popped my tire", "vehicle_damage", "yes", "popped my tire"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "text", "attribute", "value", "quote"), SAID.values(), ids=SAID.keys())
def test_free_text_answers_a_question_before_it_is_asked(
    code: str, text: str, attribute: str, value: object, quote: str
) -> None:
    field = read_fields(text, SERVICES[code], now=NOW)[attribute]

    assert field.value == value
    assert field.evidence is not None
    assert field.evidence.quote == quote == text[field.evidence.start : field.evidence.end]


UNSAID = {
    "a year in an address": ("heat_complaint", "no heat at 2019 Centre St", "temperature"),
    "a bare weekday": ("heat_complaint", "no heat at the Friday market", "since"),
    "a time of trouble": ("heat_complaint", "no heat every morning", "access_time"),
    "what would send it to others": ("abandoned_building", "empty house, people go in", "people"),
    "what would be for 911": ("street_light_outage", "light out, exposed wires at the base", "wires"),
    "wires that are asked about": ("street_light_outage", "the light is out", "wires"),
    "a tire that burst": ("pothole", "it popped my tire", "size"),
}


@pytest.mark.parametrize(("code", "text", "attribute"), UNSAID.values(), ids=UNSAID.keys())
def test_what_was_not_said_stays_open(code: str, text: str, attribute: str) -> None:
    fields = read_fields(text, SERVICES[code], now=NOW)

    assert attribute not in fields


ANSWERED = {
    "vi, still there": ("illegal_parking", "there_now", "xe vẫn còn ở đó", "vi", "yes"),
    "vi, a choice": ("illegal_parking", "violation", "đậu ngay trước trụ cứu hỏa", "vi", "hydrant"),
    "es, hot water": ("heat_complaint", "problem", "no hay agua caliente", "es", "no_hot_water"),
    "es, still there": ("illegal_parking", "there_now", "sigue ahí", "es", "yes"),
    "pt, a choice": ("illegal_parking", "violation", "na frente do hidrante", "pt", "hydrant"),
    "ht, a choice": ("illegal_parking", "violation", "devan bouch dife a", "ht", "hydrant"),
    "zh, a choice": ("illegal_parking", "violation", "停在消防栓前面", "zh-Hans", "hydrant"),
    "fr, a choice": ("illegal_parking", "violation", "devant la borne d'incendie", "fr", "hydrant"),
    "en, a number in words": ("bulk_item_pickup", "units", "it has two", "en", 2),
}


@pytest.mark.parametrize(("code", "attribute", "text", "language", "value"), ANSWERED.values(), ids=ANSWERED.keys())
def test_an_answer_in_the_resident_s_language_is_taken(
    code: str, attribute: str, text: str, language: str, value: object
) -> None:
    fields = read_fields(text, SERVICES[code], asked_for=attribute, language=language, now=NOW)

    assert fields[attribute].value == value


def test_without_a_clock_the_words_themselves_stand() -> None:
    fields = read_fields("no heat since Tuesday", SERVICES["heat_complaint"])

    assert fields["since"].value == "since Tuesday"


ODD = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="0123456789 -/.$#", max_size=200),
    st.sampled_from(
        ["word " * 800, "é" * 4000, "🔥" * 900, "\u202ea\u202c" * 500, '{"a": [1, 2]}' * 200, "<b>x</b>" * 400]
    ),
)


@settings(deadline=None, max_examples=60)
@given(text=ODD, code=st.sampled_from(sorted(SERVICES)), language=st.sampled_from(["en", "es", "zh-Hans", "vi"]))
def test_fields_of_odd_texts_quote_them_exactly(text: str, code: str, language: str) -> None:
    fields = read_fields(text, SERVICES[code], language=language, now=NOW)

    spans = [field.evidence for field in fields.values() if field.evidence]
    assert all(text[span.start : span.end] == span.quote for span in spans)
