"""Groups of residents are compared with everybody else, and named only when chance does not explain the difference."""

import pytest

from evals.measure_equity import compared, fisher, grouped, styles_of, worse_off


def test_the_exact_test_agrees_with_the_lady_who_tasted_tea() -> None:
    assert fisher(3, 4, 1, 4) == pytest.approx(0.486, abs=0.001)
    assert fisher(4, 4, 0, 4) == pytest.approx(0.0286, abs=0.0001)


def test_a_group_that_is_far_behind_is_named_and_one_that_is_little_behind_is_not() -> None:
    groups = {"north": (95, 100), "east": (93, 100), "south": (60, 100)}

    assert worse_off(groups) == ("south",)


def test_a_group_that_is_better_off_is_never_named() -> None:
    assert worse_off({"north": (100, 100), "south": (100, 100)}) == ()


def test_small_groups_are_counted_together() -> None:
    rows = [("north", True)] * 30 + [("east", True)] * 3 + [("west", False)] * 4

    assert grouped(rows) == {"north": (30, 30), "fewer than 20 each": (3, 7)}


def test_every_group_is_told_with_its_interval_and_everybody_elses_share() -> None:
    rows = [("north", at < 57) for at in range(60)] + [("south", at < 24) for at in range(60)]

    north, south, behind = compared("found", rows)

    assert (north.value, north.baselines) == (0.95, {"everybody else": 0.4})
    assert (south.what, south.low is not None) == ("found: south", True)
    assert (behind.value, behind.against, behind.reached) == (1, ("south",), False)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("pothole on main st", "short"),
        ("theres a very big hole in front of my house since monday", "without marks"),
        ("THE LIGHT AT THE CORNER IS OUT AGAIN, PLEASE FIX IT SOON.", "in capitals"),
        ("Make: Ford | Model: Focus | Color: green and some rust on it", "in a form"),
        ("There is a hole in the road, close to the school on our street.", "otherwise"),
    ],
)
def test_how_a_text_is_written_is_seen(text: str, style: str) -> None:
    assert style in styles_of(text)
