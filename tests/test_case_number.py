"""Case numbers survive the telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.case_number import find_case_number, make, valid

RUNNING = st.integers(min_value=1, max_value=999_999_999)


@given(RUNNING)
def test_a_number_is_found_in_a_sentence_however_it_is_typed(running: int) -> None:
    number = make(running)

    for typed in (number, number.lower(), number.replace("-", " "), number.replace("-", "")):
        assert find_case_number(f"hi, what about {typed} please?") == number


@given(RUNNING, st.data())
def test_one_wrong_digit_never_names_another_case(running: int, data: st.DataObject) -> None:
    number = make(running)
    place = data.draw(st.sampled_from([at for at, each in enumerate(number) if each.isdigit() and at > 4]))
    wrong = data.draw(st.sampled_from([each for each in "0123456789" if each != number[place]]))

    assert valid(number)
    assert not valid(number[:place] + wrong + number[place + 1 :])


@given(RUNNING, st.data())
def test_two_swapped_digits_never_name_another_case(running: int, data: st.DataObject) -> None:
    digits = make(running).removeprefix("B311-").replace("-", "")
    place = data.draw(st.integers(min_value=0, max_value=len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]

    assert swapped == digits or not valid(f"B311-{swapped[:-1]}-{swapped[-1]}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("case 101004812345 still open?", "101004812345"),
        ("BCS 00123456", "BCS-00123456"),
        ("id 6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
        ("call me at 617-555-0134", None),
        ("311 beacon st", None),
        ("", None),
    ],
    ids=["2008 system", "new system", "open311 uuid", "a phone number", "an address", "nothing"],
)
def test_numbers_of_the_citys_systems_are_known_and_others_left_alone(text: str, number: str | None) -> None:
    assert find_case_number(text) == number


@given(st.text())
def test_any_text_is_read_without_complaint(text: str) -> None:
    find_case_number(text)
    valid(text)
