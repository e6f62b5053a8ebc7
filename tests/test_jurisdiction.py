"""Whose matter a text is."""

import pytest

from assistant.jurisdiction import read_jurisdiction
from tools.build_owners import streets_of
from tools.catalogue import load_catalogue
from tools.location import Location
from tools.owners import Lands

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
    "text",
    [
        "pothole on Elm St",
        "truck parked in front of the mbta stop",
        "verizon van illegally parked",
        "tires dumped next to the train tracks",
    ],
)
def test_an_ordinary_report_stays_the_citys(text: str) -> None:
    assert read_jurisdiction(text, None, CATALOGUE, service=None, outside=None).city


def test_a_place_in_another_town_is_that_towns() -> None:
    read = read_jurisdiction("pothole in Quincy", None, CATALOGUE, service=None, outside="city_quincy")

    assert (read.city, read.agency) == (False, "city_quincy")


ON_A_PARKWAY = Location(value="200 Riverway", number="200", street="Riverway", lat=42.3385, long=-71.1096)


def test_a_place_on_the_states_road_tells_the_owner_where_the_words_do_not() -> None:
    read = read_jurisdiction("so much litter here", ON_A_PARKWAY, CATALOGUE, service=None, outside=None)

    assert (read.city, read.agency) == (False, "dcr")
    assert read.why.startswith("Riverway belongs to")


@pytest.mark.parametrize(
    ("text", "service"),
    [
        pytest.param("gray sedan parked on the sidewalk", "illegal_parking", id="parking"),
        pytest.param("nobody shoveled the sidewalk", "unshoveled_sidewalk", id="snow"),
        pytest.param("no heat since yesterday", "heat_complaint", id="a service of homes"),
    ],
)
def test_a_matter_that_is_the_citys_everywhere_stays_the_citys_on_the_states_road(text: str, service: str) -> None:
    assert read_jurisdiction(text, ON_A_PARKWAY, CATALOGUE, service=service, outside=None).city


LANDS = Lands({"riverway": "dcr"}, {"Harbor Green": "massport"})


@pytest.mark.parametrize(
    ("place", "owner"),
    [
        pytest.param(Location(value="-", street="Riverway"), "dcr", id="a street"),
        pytest.param(Location(value="-", street="Brookline Ave", cross="Riverway"), "dcr", id="a corner"),
        pytest.param(Location(value="-", place="Harbor Green"), "massport", id="a named site"),
        pytest.param(Location(value="-", lat=42.36, long=-71.03), None, id="a point alone"),
        pytest.param(Location(value="-", street="Elm St"), None, id="a street of the city"),
        pytest.param(None, None, id="no place"),
    ],
)
def test_whose_land_a_place_is_on(place: Location | None, owner: str | None) -> None:
    land = LANDS.of(place)

    assert (land.owner if land else None) == owner


@pytest.mark.parametrize(
    ("address", "streets"),
    [
        pytest.param("12-14 Elm Street, Boston", {"elm st"}, id="numbers"),
        pytest.param("7r 9r Elm St, Dorchester", {"elm st"}, id="rear numbers"),
        pytest.param("INTERSECTION of Elm St & Oak Ave  Boston  MA  ", {"elm st", "oak ave"}, id="a corner"),
        pytest.param("Boston", set(), id="no street"),
    ],
)
def test_the_streets_of_a_records_address(address: str, streets: set[str]) -> None:
    assert streets_of(address) == streets
