"""Reading places from residents' words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.place import PlaceReader
from tools.gazetteer import load_gazetteer
from tools.geocode import EmbeddedGeocoder

READER = PlaceReader.on(EmbeddedGeocoder.on(load_gazetteer()))


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        pytest.param("mattress dumped at 45 westville st in dot", "45", "Westville St", id="street-type-abbreviated"),
        pytest.param("rats behind 110-112 Tudor Street", "112", "Tudor St", id="range"),
        pytest.param("car blocking 9 comm ave", "9", "Commonwealth Ave", id="short-name"),
        pytest.param("bache en calle Dudley 250", "250", "Dudley St", id="spanish-number-behind"),
        pytest.param("the tree at 12 1/2 Elm St charlestown", "12", "Elm St", id="half-number"),
        pytest.param("noise from 5 Worcester Square", "5", "Worcester Sq", id="square-with-number"),
        pytest.param("I live at 20 Adams St but the hole is at 40 Minot St", "40", "Minot St", id="home-comes-last"),
    ],
)
def test_a_number_and_its_street_are_read(text: str, number: str, street: str) -> None:
    place = READER.read(text)

    assert place is not None
    assert (place.number, place.street) == (number, street)


@pytest.mark.parametrize(
    ("text", "streets"),
    [
        pytest.param("light out mass ave and comm ave", {"Massachusetts Ave", "Commonwealth Ave"}, id="and"),
        pytest.param("corner of dot ave & savin hill", {"Dorchester Ave", "Savin Hill Ave"}, id="ampersand"),
        pytest.param("basura en Maverick y Sumner", {"Maverick Sq", "Sumner St"}, id="spanish"),
        pytest.param("twou nan kwen Blue Hill ak Morton", {"Blue Hill Ave", "Morton St"}, id="haitian"),
        pytest.param("turning from shawmut to Worcester", {"Shawmut Ave", "Worcester St"}, id="bare-names"),
    ],
)
def test_both_streets_of_a_corner_are_read(text: str, streets: set[str]) -> None:
    place = READER.read(text)

    assert place is not None
    assert {place.street, place.cross} == streets


@pytest.mark.parametrize("text", ["outside my house", "it is at the 4 way stop", "", "🚗🚗", "hello"])
def test_a_text_that_names_no_place_gives_none(text: str) -> None:
    assert READER.read(text) is None


def test_a_park_keeps_its_name_beside_its_address() -> None:
    place = READER.read("swing broken at Ronan Park, 92 Mt Ida Rd")

    assert place is not None
    assert (place.place, place.number, place.street) == ("Ronan Park", "92", "Mount Ida Rd")


def test_a_number_on_streets_of_one_name_is_left_to_choose() -> None:
    place = READER.read("trash at 10 washington")

    assert place is not None
    assert len(place.candidates) > 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200) | st.from_regex(r"[0-9]{1,4} (Main|Centre|E|Park|Blue Hill) (St|and|&|Ave) [A-Z ]{0,9}"))
def test_any_text_is_read_with_spans_that_hold(text: str) -> None:
    found = READER.read_all(text)

    assert all(each.evidence and text[each.evidence.start : each.evidence.end] == each.evidence.quote for each in found)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(READER.scanner.gazetteer.corners)))
def test_a_corner_of_the_gazetteer_is_put_on_the_map(pair: tuple[str, str]) -> None:
    corner = READER.scanner.gazetteer.corners[pair][0]

    place = READER.read(f"{corner.street} & {corner.cross}")

    assert place is not None
