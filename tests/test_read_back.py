"""The read-back repeats a resident's own words, but never a link."""

import pytest

from assistant.readback import shortened


@pytest.mark.parametrize(
    "words",
    ["see https://pay.example/now please", "see www.pay.example please", "see pay.example/now please"],
)
def test_a_link_in_the_residents_words_is_left_out(words: str) -> None:
    assert shortened(words) == "see (link) please"


def test_a_missing_space_or_a_fraction_is_no_link() -> None:
    assert shortened("the lid is off.the cover is 1/2 gone") == "the lid is off.the cover is 1/2 gone"
