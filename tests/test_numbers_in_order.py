"""Among Arabic words a telephone number is shown as it is dialled, by text and on the page."""

import pytest

from assistant.reply import LEFT_TO_RIGHT, numbers_in_order
from tests.carrier import Line
from tests.test_twilio import phones

__all__ = ["phones"]

EMERGENCY = (
    "\u0623\u0634\u0645 \u0631\u0627\u0626\u062d\u0629 \u063a\u0627\u0632 \u0641\u064a \u0645\u0637\u0628\u062e\u064a"
)


@pytest.mark.parametrize("number", ["617-343-4911", "B311-000001-3", "2026-05-12"])
def test_groups_of_digits_are_kept_together_in_arabic(number: str) -> None:
    assert numbers_in_order(f"\u0627\u062a\u0635\u0644 {number}.", "ar") == (
        f"\u0627\u062a\u0635\u0644 {LEFT_TO_RIGHT}{number}{LEFT_TO_RIGHT}."
    )


def test_other_languages_are_left_alone() -> None:
    assert numbers_in_order("Call 617-343-4911.", "en") == "Call 617-343-4911."


def test_a_number_is_marked_once() -> None:
    once = numbers_in_order("\u0627\u062a\u0635\u0644 617-343-4911", "ar")

    assert numbers_in_order(once, "ar") == once


async def test_a_text_in_arabic_tells_the_emergency_number_in_its_order(phones: Line) -> None:
    said = await phones.say(EMERGENCY)

    assert f"{LEFT_TO_RIGHT}617-343-4911{LEFT_TO_RIGHT}" in said[0]
