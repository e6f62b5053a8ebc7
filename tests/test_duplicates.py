"""Telling whether an open case is the same matter."""

from datetime import UTC, datetime, timedelta

import pytest

from tools.case import Case, Status
from tools.duplicates import OFFER, judge
from tools.location import Location
from tools.service import DuplicateRule

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
HERE = Location(value="here", lat=42.3, long=-71.1)
RULE = DuplicateRule(radius_m=30, days=30, same_attributes=("plate",))


def case(words: str, *, lat: float, days: int, **attributes: str) -> Case:
    opened = NOW - timedelta(days=days)
    place = Location(value="there", lat=lat, long=-71.1)
    return Case(
        case_id="1",
        service="abandoned_vehicle",
        status=Status.OPEN,
        opened=opened,
        updated=opened,
        description=words,
        location=place,
        attributes=attributes,
    )


def test_the_same_spot_and_words_are_offered_with_reasons() -> None:
    known = case("grey van 4KX219 without wheels", lat=42.3, days=2)

    judged = judge(known, RULE, HERE, "van with no wheels plate 4KX219", {}, now=NOW)

    assert judged.score >= OFFER
    assert "the same plate or number" in judged.why


@pytest.mark.parametrize(("lat", "days"), [(42.3009, 2), (42.3005, 29)])
def test_another_matter_nearby_is_not_offered(lat: float, days: int) -> None:
    known = case("red truck on flat tires", lat=lat, days=days)

    assert judge(known, RULE, HERE, "van with no wheels", {}, now=NOW).score < OFFER


def test_another_plate_counts_against() -> None:
    known = case("grey van", lat=42.3, days=2, plate="AAA111")

    alike = judge(known, RULE, HERE, "grey van", {"plate": "AAA111"}, now=NOW).score
    other = judge(known, RULE, HERE, "grey van", {"plate": "BBB222"}, now=NOW).score

    assert other < alike


def test_nothing_beyond_the_services_days_is_offered() -> None:
    known = case("grey van 4KX219 without wheels", lat=42.3, days=31)

    assert judge(known, RULE, HERE, "grey van 4KX219 without wheels", {}, now=NOW).score == 0.0


def test_one_address_is_one_place_wherever_its_pins_lie() -> None:
    address = {"number": "12", "street": "Perham St"}
    known = case("grey van", lat=42.3007, days=1)
    pinned = known.model_copy(update={"location": Location(value="there", lat=42.3007, long=-71.1, **address)})
    here = HERE.model_copy(update=address)

    assert judge(pinned, RULE, here, "grey van", {}, now=NOW).score >= OFFER
    assert judge(known, RULE, HERE, "grey van", {}, now=NOW).score == 0.0


def test_another_plate_in_the_words_counts_against_and_is_told() -> None:
    known = case("grey van plate 4KX219", lat=42.3, days=2)

    alike = judge(known, RULE, HERE, "grey van plate 4KX219", {}, now=NOW)
    other = judge(known, RULE, HERE, "grey van plate 7HT941", {}, now=NOW)

    assert other.score < alike.score
    assert "another plate or number" in other.why


def test_other_answers_in_an_app_form_count_against() -> None:
    known = case("Make: Ford | Color: red", lat=42.3, days=2)

    alike = judge(known, RULE, HERE, "Make: Ford | Color: red", {}, now=NOW)
    other = judge(known, RULE, HERE, "Make: Volvo | Color: blue", {}, now=NOW)

    assert other.score < OFFER <= alike.score
    assert "other details" in other.why
