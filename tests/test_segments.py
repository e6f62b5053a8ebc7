"""Texts counted as carriers bill them, look-alikes replaced, and long ones cut where a reader would."""

import pytest

from assistant.segments import LONGEST, cut, segments, sendable, whole

MORE = "Reply 1 for more."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("a" * 160, 1, id="one full segment"),
        pytest.param("a" * 161, 2, id="one letter too many"),
        pytest.param("a" * 306, 2, id="two full segments"),
        pytest.param("a" * 307, 3, id="one more than two"),
        pytest.param("é" * 160, 1, id="an accent of the alphabet"),
        pytest.param("á" * 70, 1, id="an accent outside of it"),
        pytest.param("á" * 71, 2, id="unicode, one too many"),
        pytest.param("á" * 134, 2, id="unicode, two full"),
        pytest.param("á" * 135, 3, id="unicode, three"),
        pytest.param("€" * 80, 1, id="extended letters take two places"),
        pytest.param("€" * 81, 2, id="one extended letter too many"),
        pytest.param("a" * 152 + "€" + "a" * 152, 3, id="an extended letter never stands across two"),
        pytest.param("😀" * 35, 1, id="pairs"),
        pytest.param("á" * 66 + "😀" + "á" * 66, 3, id="a pair never stands across two"),
    ],
)
def test_segments_are_counted_as_billed(text: str, count: int) -> None:
    assert segments(text) == count


def test_look_alikes_are_replaced_where_that_saves() -> None:
    assert sendable("“It’s open” – call…") == '"It\'s open" - call...'


def test_accents_are_kept_and_so_is_the_rest_of_a_text_that_has_them() -> None:
    assert sendable("“año” está") == "“año” está"


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut("a" * 306, most=2, more=MORE).later == ""


@pytest.mark.parametrize("letter", ["e", "á"])
def test_a_long_text_is_cut_at_a_sentence_and_nothing_is_lost(letter: str) -> None:
    sentence = f"Th{letter}s is one whole sentence of it."
    text = " ".join([sentence] * 30)

    part = cut(text, most=2, more=MORE)

    said = part.now.removesuffix(f"\n{MORE}")
    assert segments(part.now) <= 2
    assert said.endswith("of it.")
    assert f"{said} {part.later}" == text


def test_a_link_is_never_cut() -> None:
    link = "https://www.boston.gov/departments/public-works/how-to-do-something"

    part = cut(f"{'word ' * 50}{link} {'word ' * 50}", most=2, more=MORE)

    assert link in (part.now + part.later)
    assert part.later.startswith((link, "word"))


def test_an_endless_word_is_cut_by_force() -> None:
    part = cut("a" * 1000, most=2, more=MORE)

    assert segments(part.now) <= 2
    assert part.now.removesuffix(f"\n{MORE}") + part.later == "a" * 1000


def test_what_must_go_out_whole_goes_in_as_few_texts_as_carriers_take() -> None:
    parts = whole("word " * 700)

    assert all(len(part) <= LONGEST for part in parts)
    assert len(parts) == 3
    assert " ".join(parts).split() == ["word"] * 700
