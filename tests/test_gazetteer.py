"""What the gazetteer knows of Boston, and what it says when its files are damaged."""

from pathlib import Path

import pytest

from tools.gazetteer import Gazetteer, GazetteerBroken, load_gazetteer
from tools.street_names import base_of, core_of, last_name, openers, street_key


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        pytest.param("Mass. Ave", "massachusetts ave", id="nickname"),
        pytest.param("BLUE HILL AVENUE", "blue hill ave", id="type-spelled-out"),
        pytest.param("East Third Street", "e third st", id="direction"),
        pytest.param("E 3rd St", "e third st", id="ordinal"),
        pytest.param("North St", "north st", id="direction-that-is-the-name"),
        pytest.param("O’Brien Hwy", "obrien hwy", id="apostrophe"),
    ],
)
def test_a_street_has_one_key_however_it_is_written(written: str, key: str) -> None:
    assert street_key(written) == key


def test_a_key_gives_its_name_without_type_and_without_direction() -> None:
    assert (base_of("w third st"), core_of("w third st"), core_of("charles st s")) == ("w third", "third", "charles")


def test_a_street_named_after_a_person_with_an_initial_is_known_by_the_last_name(gazetteer: Gazetteer) -> None:
    assert last_name("james j storrow memorial dr") == "storrow"
    assert gazetteer.by_base["storrow"] == ("james j storrow memorial dr",)
    assert last_name("blue hill ave") is None


def test_a_word_opens_every_name_that_it_may_be_a_short_form_of() -> None:
    assert {"mass", "massachusetts"} <= set(openers("mass"))
    assert {"east", "e"} <= set(openers("east"))


def test_no_name_is_longer_than_what_its_first_word_tells(gazetteer: Gazetteer) -> None:
    too_long = [key for key in gazetteer.streets if len(key.split()) > gazetteer.longest_from[key.split()[0]]]

    assert too_long == []


def test_streets_of_one_name_lie_in_several_neighborhoods(gazetteer: Gazetteer) -> None:
    areas = {stretch.neighborhood for stretch in gazetteer.stretches["washington st"]}

    assert {"Dorchester", "Roxbury", "Jamaica Plain"} <= areas


def test_a_corner_is_the_same_from_both_streets(gazetteer: Gazetteer) -> None:
    assert gazetteer.corner("massachusetts ave", "boylston st") == gazetteer.corner("boylston st", "massachusetts ave")
    assert gazetteer.corner("massachusetts ave", "boylston st")


def test_the_numbers_beside_an_unknown_one_are_on_its_own_side(gazetteer: Gazetteer) -> None:
    beside = gazetteer.beside("tremont st", 303, "South End") or gazetteer.beside("tremont st", 603, "South End")

    assert beside
    assert {address.number % 2 for address in beside} == {1}


def test_every_neighborhood_has_a_middle_in_the_city(gazetteer: Gazetteer) -> None:
    outside = [
        area for area, (lat, long) in gazetteer.middles.items() if not (42.2 < lat < 42.45 and -71.2 < long < -70.9)
    ]

    assert outside == []


def test_a_missing_folder_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(GazetteerBroken, match=r"tools\.build_gazetteer"):
        load_gazetteer(tmp_path)


def test_a_damaged_file_is_told_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "addresses.csv").write_text("street,number\nA St,not a number\n", encoding="utf-8")

    with pytest.raises(GazetteerBroken, match="cannot be read"):
        load_gazetteer(tmp_path)
