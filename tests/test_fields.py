"""The values that a service asks for, with the exact words that support them and how sure they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fields import read_fields
from assistant.form import read_form
from assistant.vehicle import make_model_color, plate
from tools.catalogue import load_catalogue
from tools.draft import Source
from tools.service import Service

POTHOLE = load_catalogue().services["pothole"]


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


PLATES = {
    "named": ("blue Kia, plate 7RT 418 on Adams", "7RT 418"),
    "bare": ("car 4KX719 has flat tires", "4KX719"),
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
