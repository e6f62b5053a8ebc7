"""Reading places from residents' words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.place import PlaceReader
from tools.gazetteer import Address, load_gazetteer
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
        pytest.param("Perham St 100", "100", "Perham St", id="number-behind-the-type"),
        pytest.param("hay basura en la calle Perham 100", "100", "Perham St", id="number-behind-calle"),
        pytest.param("hay un hoyo en el 10 de Perham St", "10", "Perham St", id="number-de-street"),
        pytest.param("12 Beacon st, no wait, 21", "21", "Beacon St", id="number-corrected"),
        pytest.param("hoyo en 12 Perham St, perdón, 21", "21", "Perham St", id="number-corrected-in-spanish"),
        pytest.param("it is at 40, not 100 Perham St", "40", "Perham St", id="number-denied"),
        pytest.param("sofa at 45 Westville St?? 47 Westville St sorry", "47", "Westville St", id="sorry-behind"),
        pytest.param("12 Perham St. Actually it's 30 Westville St", "30", "Westville St", id="address-corrected"),
        pytest.param("the car moved to 30 Westville St from 12 Perham St", "30", "Westville St", id="moved-to"),
        pytest.param("neighbors at 12 Perham St dump on 20 Perham St", "20", "Perham St", id="neighbors-home"),
        pytest.param("12 Perham St dumped snow onto the yard of 20 Perham St", "20", "Perham St", id="whose-yard"),
        pytest.param("permit is for 12 Perham St but posted at 20 Perham St", "20", "Perham St", id="permit"),
        pytest.param("since 1/15/18 Holiday cars at 12 Perham St", "12", "Perham St", id="a-date-is-no-number"),
        pytest.param("200 Warren at the corner of Pembroke", "200", "Warren Ave", id="type-by-the-cross-street"),
        pytest.param("pothole at 45 Westville Street apt 3", "45", "Westville St", id="number-with-unit"),
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
        pytest.param("basura en la esquina de Centre con Green en JP", {"Centre St", "Green St"}, id="esquina-de"),
        pytest.param("Congress and North illegal u-turns", {"Congress St", "North St"}, id="capitals-at-the-beginning"),
        pytest.param("cars along park drive by Beacon St", {"Park Dr", "Beacon St"}, id="along-is-no-street"),
        pytest.param("light out boylston clarendon", {"Boylston St", "Clarendon St"}, id="side-by-side"),
        pytest.param("at warren, park and Henley in Charlestown", {"Warren St", "Park St"}, id="three-in-a-list"),
        pytest.param("Hydrant on Charles & River Streets", {"Charles St", "River St"}, id="ampersand-parts-names"),
        pytest.param(
            "basura en Bremen street con Marginal street", {"S Bremen St", "Marginal St"}, id="other-direction"
        ),
        pytest.param("turning from shawmut to Worcester", {"Shawmut Ave", "Worcester St"}, id="bare-names"),
    ],
)
def test_both_streets_of_a_corner_are_read(text: str, streets: set[str]) -> None:
    place = READER.read(text)

    assert place is not None
    assert {place.street, place.cross} == streets


@pytest.mark.parametrize(
    "text",
    [
        "outside my house",
        "it is at the 4 way stop",
        "",
        "🚗🚗",
        "hello",
        "A cab, #1759, was speeding",
        "bus #39 is late",
        "pole number 1234 is out",
    ],
)
def test_a_text_that_names_no_place_gives_none(text: str) -> None:
    assert READER.read(text) is None


def test_a_park_keeps_its_name_beside_its_address() -> None:
    place = READER.read("swing broken at Ronan Park, 92 Mt Ida Rd")

    assert place is not None
    assert (place.place, place.number, place.street) == ("Ronan Park", "92", "Mount Ida Rd")


def test_a_pond_in_a_streets_name_is_not_the_park() -> None:
    place = READER.read("tree down on Willow Pond Rd")

    assert place is not None
    assert (place.street, place.place) == ("Willow Pond Rd", None)


def test_a_landmark_after_an_article_is_no_street() -> None:
    place = READER.read("pothole on Storrow near the hatch shell")

    assert place is not None
    assert place.place == "Hatch Memorial Shell"


@pytest.mark.parametrize("text", ["not 100 but 40", "no, number 40", "sorry #40"])
def test_a_number_that_corrects_is_read_without_its_street(text: str) -> None:
    place = READER.read(text)

    assert place is not None
    assert (place.number, place.street) == ("40", None)


def test_a_unit_is_read_beside_the_address() -> None:
    place = READER.read("no heat at 45 Westville St apt 3b")

    assert place is not None
    assert (place.number, place.unit) == ("45", "3B")


def test_a_neighborhoods_nickname_decides_between_streets_of_one_name() -> None:
    place = READER.read("trash at 10 washington st in chucktown")

    assert place is not None
    assert (place.neighborhood, place.candidates) == ("Charlestown", ())


def test_a_place_in_the_middle_of_a_long_message_is_found() -> None:
    idle = "I have called about this so many times and nobody ever came to look at it. " * 12

    place = READER.read(f"{idle} It is at 45 Westville St. {idle}")

    assert place is not None
    assert (place.number, place.street) == ("45", "Westville St")


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        pytest.param("pothole on Elm St in Somerville", "city_somerville", id="in-a-town"),
        pytest.param("hoyo en la calle Elm en Somerville", "city_somerville", id="in-a-town-in-spanish"),
        pytest.param("12 Elm St, Cambridge", "city_cambridge", id="behind-a-comma"),
        pytest.param("hole on the Brookline side of Beacon St", "city_brookline", id="side-of"),
        pytest.param("bache en la ciudad de Brookline, Harvard St 20", "city_brookline", id="city-of"),
        pytest.param("dead raccoon in Arlington, MA at 5 Mass Ave", "city_arlington", id="a-town-named-with-its-state"),
        pytest.param("cars on Blue Hill Ave, Quincy and Fayston", None, id="a-list-of-streets"),
        pytest.param("tree down at 12 Perham St, I will be in Dedham", None, id="where-somebody-is"),
        pytest.param("pothole at 12 Cambridge St", None, id="a-street-of-that-name"),
        pytest.param("pothole at 12 Perham St", None, id="boston"),
    ],
)
def test_another_town_is_told_from_a_street_of_its_name(text: str, agency: str | None) -> None:
    assert READER.outside_city(text) == agency


def test_a_place_in_another_town_is_not_put_on_the_map_of_boston() -> None:
    place = READER.read("hoyo en la calle Elm 12, Somerville")

    assert place is not None
    assert (place.value, place.lat, place.candidates) == ("12 Elm St, Somerville", None, ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("el columpio está roto en el parque Ronan", "Ronan Park", id="park"),
        pytest.param("lixo no Parque Franklin", "Franklin Park", id="portuguese"),
        pytest.param("basura en la estación Forest Hills", "Forest Hills Station", id="station"),
    ],
)
def test_a_kind_before_the_name_makes_a_place_of_it(text: str, name: str) -> None:
    place = READER.read(text)

    assert place is not None
    assert place.place == name


def test_a_number_known_only_in_other_neighborhoods_is_left_open() -> None:
    place = READER.read("pothole at 90 Wachusett St in JP")

    assert place is not None
    assert (place.value, place.lat, place.candidates) == ("90 Wachusett St, Jamaica Plain", None, ())


def test_the_neighborhood_said_decides_over_the_very_number_elsewhere() -> None:
    place = READER.read("pothole at 20 Washington St dorchester")

    assert place is not None
    assert (place.neighborhood, place.candidates) == ("Dorchester", ())


def test_a_number_known_on_one_street_of_a_name_and_near_on_others_is_left_to_choose() -> None:
    place = READER.read("pothole at 20 Washington St")

    assert place is not None
    assert {"Brighton", "Charlestown"} <= {each.neighborhood for each in place.candidates}


def test_a_town_that_is_named_is_no_street() -> None:
    place = READER.read("pothole in brookline on Beacon st")

    assert place is not None
    assert (place.street, place.cross) == ("Beacon St", None)


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


ADDRESSES = sorted(
    (key, address)
    for key, addresses in READER.scanner.gazetteer.addresses.items()
    for address in addresses
    if address.number and READER.scanner.gazetteer.streets[key].split()[-1] in ("St", "Ave", "Rd")
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ADDRESSES), st.sampled_from(["", "pothole at ", "hay un hoyo en ", "the light outside "]))
def test_an_address_of_the_gazetteer_is_read_as_itself(known: tuple[str, Address], words: str) -> None:
    key, address = known
    street = READER.scanner.gazetteer.streets[key]

    place = READER.read(f"{words}{address.number} {street}")

    assert place is not None
    assert (place.number, place.street) == (str(address.number), street)
