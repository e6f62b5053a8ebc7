"""Variants of a scenario: the same request as other residents would write it, the same for the same seed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.scenario import Scenario
from evals.variants import Style, styled, variant


def scenario(opening: str, language: str = "en") -> Scenario:
    return Scenario.model_validate(
        {
            "id": "one",
            "title": "One",
            "language": language,
            "now": "2026-03-10T09:00:00-05:00",
            "resident": {"opening": opening},
            "expect": {"cases": []},
        }
    )


def opening_in(style: Style, opening: str, language: str = "en") -> str:
    return styled(scenario(opening, language), style, Random(3)).resident.opening


def test_the_first_trial_is_as_written() -> None:
    assert variant(scenario("huge pothole at 61 montvale st"), 1, 9) == scenario("huge pothole at 61 montvale st")


def test_the_same_seed_gives_the_same_variant_and_another_seed_others() -> None:
    base = scenario("there is a huge pothole in front of 61 montvale st, please fix it right now")

    assert [variant(base, n, 4) for n in range(2, 12)] == [variant(base, n, 4) for n in range(2, 12)]
    assert [variant(base, n, 4) for n in range(2, 12)] != [variant(base, n, 5) for n in range(2, 12)]


def test_misspelling_leaves_numbers_ids_and_short_words() -> None:
    told = opening_in(Style.TYPOS, "whats happening with BCS-00600001 reported near 61 montvale st yesterday morning")

    assert told != "whats happening with BCS-00600001 reported near 61 montvale st yesterday morning"
    assert "BCS-00600001" in told
    assert " 61 " in told


@pytest.mark.parametrize("style", [Style.POLITE, Style.SPLIT])
def test_a_keyword_alone_is_never_wrapped_or_cut(style: Style) -> None:
    assert styled(scenario("STOP"), style, Random(1)) == scenario("STOP")


def test_bare_writing_has_no_accents_and_no_marks() -> None:
    assert opening_in(Style.BARE, "¿Cuándo pasará la barredora? No sé.", "es") == "cuando pasara la barredora no se"


def test_a_split_opening_is_two_messages_of_the_same_words() -> None:
    told = styled(scenario("big pothole in front of 61 montvale st roslindale"), Style.SPLIT, Random(1)).resident

    assert told.burst == ("big pothole", "in front of 61 montvale st roslindale")


@given(st.text(min_size=1, max_size=200), st.sampled_from(list(Style)), st.sampled_from(["en", "es", "zh-Hans", "so"]))
def test_any_opening_can_be_written_in_any_style(text: str, style: Style, language: str) -> None:
    styled(scenario(text, language), style if style is not Style.AS_WRITTEN else Style.BARE, Random(1))
