"""What a text says is not so: found, blanked out, and told from a lack that is a complaint."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.denials import denied, only_denies, without_denials

DENIALS = {
    "wires": "no wires down",
    "a list": "no smoke or flames",
    "people": "nobody is hurt",
    "no emergency": "it's not an emergency",
    "both": "no live wires and no one hurt",
    "es": "nadie está herido y no hay cables sueltos",
    "pt": "ninguém ficou ferido",
    "ht": "pa gen moun ki blese",
    "vi": "không có ai bị thương",
    "fr": "personne n'est blessé",
    "zh": "没有人受伤",
}


@pytest.mark.parametrize("text", DENIALS.values(), ids=DENIALS.keys())
def test_what_is_not_so_is_found(text: str) -> None:
    assert only_denies(text)


LACKS = {
    "heat": "no heat",
    "water": "no hot water since monday",
    "a detector": "no smoke detector in the hall",
    "an escape": "no fire escape at the back",
    "lines": "no lines on the road",
    "a sign": "no parking sign is missing",
    "a danger": "this is an emergency",
    "es": "no hay agua caliente",
    "nothing": "",
}


@pytest.mark.parametrize("text", LACKS.values(), ids=LACKS.keys())
def test_a_lack_or_a_danger_is_left_standing(text: str) -> None:
    assert without_denials(text) == text


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=200))
def test_offsets_stay_true(text: str) -> None:
    assert len(without_denials(text)) == len(text)
    assert all(0 <= start < end <= len(text) for start, end in denied(text))
