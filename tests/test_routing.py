"""Where a case goes, by when, and which rule said so."""

from datetime import UTC, date, datetime

import pytest

from tools.build_routes import kept_back, queue_rows
from tools.calendar import due, is_business_day
from tools.catalogue import load_catalogue
from tools.districts import load_districts
from tools.draft import FieldValue
from tools.location import Location
from tools.route import Target
from tools.routing import Router
from tools.service import Catalogue

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
WEST_ROXBURY = Location(value="100 Perham St", neighborhood="West Roxbury", lat=42.2828, long=-71.1644)
NOWHERE = Location(value="somewhere")


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(load_districts())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("service", "answers", "place", "team", "rule"),
    [
        pytest.param("pothole", {}, WEST_ROXBURY, "PWDx_District 06", "pothole/district-06", id="by its district"),
        pytest.param("pothole", {}, NOWHERE, "PWDx", "pothole/district-unknown", id="a place without a district"),
        pytest.param(
            "pothole",
            {},
            Location(value="Hyde Park", neighborhood="Hyde Park"),
            "PWDx_District 08",
            "pothole/district-08",
            id="by its neighborhood",
        ),
        pytest.param(
            "street_light_outage", {}, WEST_ROXBURY, "PWD Street Lighting", "street_light_outage/team", id="one team"
        ),
        pytest.param(
            "graffiti",
            {"surface": "street_furniture_or_pole"},
            WEST_ROXBURY,
            "PWDx_Graffiti",
            "graffiti/surface=street_furniture_or_pole",
            id="an answer changes the team",
        ),
        pytest.param(
            "park_groundskeeping",
            {},
            WEST_ROXBURY,
            "PARK_Maintenance_Region 4",
            "park_groundskeeping/region-4",
            id="by its park region",
        ),
        pytest.param(
            "graffiti",
            {"surface": "bridge"},
            WEST_ROXBURY,
            "PROP_GRAF",
            "graffiti/team",
            id="an answer that changes nothing",
        ),
    ],
)
def test_the_team_and_the_rule_that_decided(
    router: Router,
    catalogue: Catalogue,
    service: str,
    answers: dict[str, FieldValue],
    place: Location,
    team: str,
    rule: str,
) -> None:
    route = router(catalogue.services[service], answers, place, NOW)

    assert route.team.startswith(team)
    assert route.rule == rule


def test_a_moved_service_went_to_another_queue_in_the_legacy_system(router: Router, catalogue: Catalogue) -> None:
    moved = catalogue.services["lost_or_found_pet"]
    before = moved.model_copy(update={"system": "legacy"})

    now, then = router(moved, {}, WEST_ROXBURY, NOW), router(before, {}, WEST_ROXBURY, NOW)

    assert (now.team, now.rule) == ("Animal control staff", "lost_or_found_pet/team")
    assert (then.team, then.rule) == ("ANML02_LostFound", "lost_or_found_pet/legacy-queue")


def test_a_service_without_enough_records_keeps_the_catalogues_team(catalogue: Catalogue) -> None:
    knows_nothing = Router(load_districts(), queues={}, regions={})

    route = knows_nothing(catalogue.services["recycling_cart"], {}, WEST_ROXBURY, NOW)

    assert (route.team, route.rule) == ("PWDx_Recycling", "recycling_cart/team")


def record(queue: str, year: int, number: int) -> dict[str, str]:
    return {
        "type": "Pests",
        "queue": queue,
        "department": "ISD",
        "open_dt": f"{year}-05-01 08:00:00",
        "pwd_district": "",
        "case_enquiry_id": str(number),
    }


@pytest.mark.parametrize(
    ("young", "queue"),
    [
        pytest.param(["Environment"] * 4 + ["Housing"], "Environment", id="enough agree"),
        pytest.param(["Environment"] * 4, "Housing", id="too few"),
        pytest.param(["Environment", "Environment", "Health", "Animals", "Trash"], "Housing", id="divided"),
    ],
)
def test_a_service_that_moved_is_not_held_back_by_older_records(young: list[str], queue: str) -> None:
    older = [record("Housing", 2019, number) for number in range(300)]
    since = [record(each, 2022, 1_000 + number) for number, each in enumerate(young)]

    rows = list(queue_rows([*older, *since], {"Pests": "pest_inside_home"}))

    assert [row[1] for row in rows] == [queue]


def test_half_of_the_young_records_are_kept_back_from_the_tables() -> None:
    young = [{"case_enquiry_id": str(number), "open_dt": "2022-05-01 10:00:00"} for number in range(400)]
    old = [{"case_enquiry_id": str(number), "open_dt": "2019-05-01 10:00:00"} for number in range(400)]

    kept, kept_of_old = sum(map(kept_back, young)), sum(map(kept_back, old))

    assert 160 <= kept <= 240
    assert kept_of_old == 0


def test_the_last_answer_that_changes_the_target_wins(router: Router, catalogue: Catalogue) -> None:
    route = router(catalogue.services["sidewalk_repair"], {"trip_hazard": "no"}, WEST_ROXBURY, NOW)

    assert route.target == Target(days=365, unit="days")


def test_an_answer_can_make_it_urgent(router: Router, catalogue: Catalogue) -> None:
    service = catalogue.services["street_light_outage"]

    assert router(service, {"how_many": "one"}, WEST_ROXBURY, NOW).priority == "standard"
    assert router(service, {"how_many": "five_or_more"}, WEST_ROXBURY, NOW).priority == "emergency_same_day"


def test_no_team_is_left_with_an_open_end(router: Router, catalogue: Catalogue) -> None:
    open_ends = [
        service.code
        for service in catalogue.services.values()
        for place in (WEST_ROXBURY, NOWHERE, None)
        if "(by" in (team := router(service, {}, place, NOW).team) or not team.strip()
    ]

    assert open_ends == []


@pytest.mark.parametrize(
    ("opened", "target", "ends"),
    [
        pytest.param(
            datetime(2026, 3, 10, 14, tzinfo=UTC),
            Target(days=1, unit="business_days"),
            datetime(2026, 3, 11, 21, tzinfo=UTC),
            id="the next day at five",
        ),
        pytest.param(
            datetime(2026, 3, 13, 23, tzinfo=UTC),
            Target(days=2, unit="business_days"),
            datetime(2026, 3, 18, 21, tzinfo=UTC),
            id="over a weekend and Evacuation Day",
        ),
        pytest.param(
            datetime(2026, 3, 11, 2, tzinfo=UTC),
            Target(days=1, unit="business_days"),
            datetime(2026, 3, 11, 21, tzinfo=UTC),
            id="still yesterday in Boston",
        ),
        pytest.param(
            datetime(2026, 3, 7, 15, tzinfo=UTC),
            Target(days=2, unit="days"),
            datetime(2026, 3, 9, 15, tzinfo=UTC),
            id="whole days, whatever the clocks do",
        ),
    ],
)
def test_when_a_target_ends(opened: datetime, target: Target, ends: datetime) -> None:
    assert due(opened, target) == ends


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 20), False),
        (date(2026, 6, 17), False),
        (date(2026, 3, 14), False),
        (date(2026, 11, 27), True),
    ],
    ids=["Patriots' Day", "Bunker Hill Day", "a Saturday", "the Friday after Thanksgiving"],
)
def test_the_citys_business_days(day: date, works: bool) -> None:
    assert is_business_day(day) is works
