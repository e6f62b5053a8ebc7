"""Whose matter a text is."""

import pytest

from assistant.jurisdiction import read_jurisdiction
from tools.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        pytest.param("litter all along the Jamaicaway", "dcr", id="parkway"),
        pytest.param("I smell natural gas by the curb", "national_grid", id="gas"),
        pytest.param("the blue mailbox fell over", "usps", id="mailbox"),
        pytest.param("red line station is dark", "mbta", id="station"),
        pytest.param("debris on the expressway", "massdot", id="highway"),
    ],
)
def test_the_words_name_the_owner(text: str, agency: str) -> None:
    read = read_jurisdiction(text, None, CATALOGUE, service=None, outside=None)

    assert (read.city, read.agency) == (False, agency)


@pytest.mark.parametrize(
    "text", ["pothole on Elm St", "truck parked in front of the mbta stop", "verizon van illegally parked"]
)
def test_an_ordinary_report_stays_the_citys(text: str) -> None:
    assert read_jurisdiction(text, None, CATALOGUE, service=None, outside=None).city


def test_a_place_in_another_town_is_that_towns() -> None:
    read = read_jurisdiction("pothole in Quincy", None, CATALOGUE, service=None, outside="city_quincy")

    assert (read.city, read.agency) == (False, "city_quincy")
