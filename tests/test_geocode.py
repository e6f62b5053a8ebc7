"""Putting named places on the map: numbers, corners, places, choices, and what is not known."""

import pytest

from tools.gazetteer import load_gazetteer
from tools.geocode import EmbeddedGeocoder, leading_number
from tools.location import Location

GEOCODER = EmbeddedGeocoder.on(load_gazetteer())


def find(**named: str) -> Location:
    return GEOCODER.find(Location(value="", **named))


def test_a_known_number_is_put_where_it_stands() -> None:
    found = find(number="1", street="City Hall Square")

    assert found.found
    assert found.neighborhood == "Downtown"


@pytest.mark.parametrize("number", ["45", "45R", "45a"], ids=["plain", "rear", "letter"])
def test_a_number_keeps_its_letter_and_is_placed_by_its_digits(number: str) -> None:
    found = find(number=number, street="Westville St")

    assert (found.number, found.street, found.neighborhood) == (number, "Westville St", "Dorchester")
    assert found.found


def test_an_unknown_number_lies_between_its_neighbors_of_the_same_side() -> None:
    low, middle, high = (find(number=each, street="Perham St").lat or 0.0 for each in ("60", "80", "100"))

    assert min(low, high) - 0.0005 <= middle <= max(low, high) + 0.0005
    assert middle > 0


def test_a_number_far_from_any_known_one_gets_no_point() -> None:
    found = find(number="9999", street="Perham St")

    assert found.lat is None
    assert found.street == "Perham St"


def test_an_unknown_number_on_a_short_street_is_put_in_its_middle() -> None:
    found = find(number="8", street="Duncan Pl")

    assert found.found
    assert found.confidence < 0.8


def test_one_number_on_streets_of_one_name_is_left_to_choose() -> None:
    found = find(number="10", street="Washington St")

    assert not found.found
    assert len({each.neighborhood for each in found.candidates}) > 1


def test_the_neighborhood_that_was_said_decides_between_streets_of_one_name() -> None:
    found = find(number="10", street="Washington St", neighborhood="Charlestown")

    assert found.found
    assert found.neighborhood == "Charlestown"


def test_of_places_outside_the_neighborhood_said_the_one_by_far_nearest_is_taken() -> None:
    found = find(number="19", street="Harrison", neighborhood="Jamaica Plain")

    assert (found.street, found.neighborhood) == ("Harrison St", "Roslindale")


def test_a_name_without_type_is_the_street_that_has_the_number() -> None:
    found = find(number="45", street="Westville")

    assert found.street == "Westville St"


def test_a_misspelled_street_is_found() -> None:
    found = find(number="45", street="Westvile Street")

    assert found.street == "Westville St"


def test_a_corner_is_put_where_the_streets_meet() -> None:
    found = find(street="Massachusetts Ave", cross="Boylston St")

    assert found.found
    assert found.confidence > 0.9


def test_a_cross_street_decides_which_street_of_the_name_has_the_number() -> None:
    found = find(number="200", street="Warren", cross="Pembroke")

    assert (found.street, found.cross) == ("Warren Ave", "Pembroke St")


def test_a_short_dead_end_is_told_by_the_only_street_it_meets() -> None:
    found = find(street="Lamson Ct")

    assert (found.street, found.cross, found.neighborhood) == ("Lamson Ct", "Lamson St", "East Boston")
    assert found.found


def test_a_long_street_alone_has_no_point() -> None:
    found = find(street="Blue Hill Ave")

    assert (found.lat, found.cross) == (None, None)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        pytest.param("Ronan Park", "Ronan Park", id="park"),
        pytest.param("Hatch Shell", "Hatch Memorial Shell", id="alias"),
        pytest.param("Forest Hills Station", "Forest Hills Station", id="station"),
    ],
)
def test_a_named_place_is_put_on_the_map(said: str, name: str) -> None:
    found = find(place=said)

    assert found.place == name
    assert found.found


def test_a_street_that_nobody_knows_keeps_its_name_and_gets_no_point() -> None:
    found = find(number="12", street="Zyxwvu St")

    assert (found.street, found.lat, found.candidates) == ("Zyxwvu St", None, ())
    assert found.confidence <= 0.1


def test_a_square_named_beside_a_street_tells_which_street_of_the_name_is_meant() -> None:
    alone = find(number="100", street="Washington St")
    beside = find(number="100", street="Washington St", place="Codman Square")

    assert len(alone.candidates) > 1
    assert (beside.neighborhood, beside.candidates) == ("Dorchester", ())


def test_a_number_that_is_not_on_the_map_keeps_the_neighborhood_that_was_said() -> None:
    assert find(number="30", street="Market St", neighborhood="Brighton").value == "30 Market St, Brighton"


def test_what_was_found_once_stays_as_it_is() -> None:
    found = find(number="45", street="Westville St")

    assert GEOCODER.find(found) is found


@pytest.mark.parametrize(("text", "number"), [("12a", 12), ("110-112", 110), ("x", None), ("123456", None)])
def test_the_leading_number_is_the_houses(text: str, number: int | None) -> None:
    assert leading_number(text) == number
