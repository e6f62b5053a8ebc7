"""The city's colours: every text can be read in every mode."""

import re

import pytest

from channels.theme import MODES, load_theme

PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("quiet", "paper"),
    ("quiet", "card"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent-ink", "accent"),
    ("mine-ink", "mine"),
    ("city-ink", "city"),
    ("city-quiet", "city"),
    ("warn-ink", "warn"),
    ("wrong-ink", "wrong"),
    ("wrong-ink", "paper"),
    ("good-ink", "good"),
]


def brightness(colour: str) -> float:
    """The relative luminance of WCAG 2.1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2.1."""
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pair", PAIRS, ids=" on ".join)
def test_text_stands_out_from_what_is_behind_it(mode: str, pair: tuple[str, str]) -> None:
    colours = load_theme().colours[mode]

    found = contrast(colours[pair[0]], colours[pair[1]])

    assert found >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("behind", ["paper", "card"])
@pytest.mark.parametrize("edge", ["edge", "focus"])
def test_edges_and_focus_stand_out(mode: str, edge: str, behind: str) -> None:
    colours = load_theme().colours[mode]

    assert contrast(colours[edge], colours[behind]) >= 3


def test_every_mode_names_the_same_tokens() -> None:
    colours = load_theme().colours

    assert len({tuple(colours[mode]) for mode in MODES}) == 1
    assert len(re.findall("--ink:", load_theme().css())) == len(MODES)
