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
