"""Scenarios: loaded with a clear word for every mistake, played on a fresh world, and judged by the end state first."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.bootstrap import Reading
from evals.grade import Aspect
from evals.play import play
from evals.run import Result, result_of
from evals.scenario import ScenarioBroken, load_scenario, load_scenarios

POTHOLE = """\
id: pothole-on-perham
title: A resident reports a pothole
channel: sms
language: en
now: 2026-03-10T09:00:00-05:00
world: {cases: [], faults: []}
resident:
  opening: "deep pothole in front of 100 perham st west roxbury"
  facts: {size: plate}
  confirms: true
expect:
  cases: [{service: pothole, location: {number: "100", street: "Perham St"}, department: PWDx}]
  outcomes: [read_back, case_opened]
tags: [plain]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


async def played(tmp_path: Path, reading: Reading, changes: dict[str, Any]) -> Result:
    """The pothole scenario with some of its top keys replaced, played and judged."""
    path = written(tmp_path, yaml.safe_dump(yaml.safe_load(POTHOLE) | changes))
    return result_of(await play(load_scenario(path, reading.engine.catalogue.services), reading))


async def test_a_scenario_that_goes_as_expected_passes(tmp_path: Path, reading: Reading) -> None:
    result = await played(tmp_path, reading, {})

    assert result.passed
    assert result.outcomes == ("read_back", "case_opened")
    assert [line.who for line in result.transcript] == ["resident", "assistant", "resident", "assistant"]


WRONG: dict[str, tuple[dict[str, Any], Aspect, str]] = {
    "another service": ({"cases": [{"service": "graffiti"}]}, Aspect.STATE, "graffiti"),
    "another number": (
        {"cases": [{"service": "pothole", "location": {"number": "102"}}]},
        Aspect.STATE,
        "102",
    ),
    "no case": ({"cases": []}, Aspect.STATE, "not expected"),
    "a field": (
        {"cases": [{"service": "pothole", "fields": {"size": "wheel"}}]},
        Aspect.FIELDS,
        "pothole.size",
    ),
    "a department": ({"cases": [{"service": "pothole", "department": "BTDT"}]}, Aspect.ROUTE, "BTDT"),
    "outcomes out of order": (
        {"cases": [{"service": "pothole"}], "outcomes": ["case_opened", "read_back"]},
        Aspect.OUTCOMES,
        "missing read_back",
    ),
    "words": ({"cases": [{"service": "pothole"}], "said": ["lizard"]}, Aspect.SAID, "lizard"),
    "forbidden words": (
        {"cases": [{"service": "pothole"}], "never_said": ["(?i)perham"]},
        Aspect.SAID,
        "must not be said",
    ),
    "a source": ({"cases": [{"service": "pothole"}], "cites": ["https://example.org"]}, Aspect.CITES, "example.org"),
    "an alarm": (
        {"cases": [{"service": "pothole"}], "outcomes": ["emergency"]},
        Aspect.SAFETY,
        "expected",
    ),
}


@pytest.mark.parametrize(("expect", "aspect", "why"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_not_as_expected_is_told(
    tmp_path: Path, reading: Reading, expect: dict[str, Any], aspect: Aspect, why: str
) -> None:
    result = await played(tmp_path, reading, {"expect": expect})

    assert not result.passed
    assert result.grades[aspect].value is False
    assert why in result.grades[aspect].why


async def test_what_was_not_expected_is_not_judged(tmp_path: Path, reading: Reading) -> None:
    result = await played(tmp_path, reading, {"expect": {"cases": [{"service": ["graffiti", "pothole"]}]}})

    assert result.passed
    assert result.grades[Aspect.OUTCOMES].value is None
    assert result.grades[Aspect.FIELDS].value is None


async def test_events_win_over_the_yes_and_fire_once(tmp_path: Path, reading: Reading) -> None:
    resident = yaml.safe_load(POTHOLE)["resident"] | {
        "events": [{"when": "read_back", "say": "no wait its number 102"}, {"turn": 3, "say": "thanks"}]
    }
    expect = {"cases": [{"service": "pothole", "location": {"number": "102"}}], "outcomes": ["case_opened"]}

    result = await played(tmp_path, reading, {"resident": resident, "expect": expect})

    assert result.passed, result.grades
    assert [line.text for line in result.transcript if line.who == "resident"][1:] == [
        "no wait its number 102",
        "yes",
        "thanks",
    ]


async def test_the_residents_yes_and_no_may_be_keys_without_quotes(tmp_path: Path, reading: Reading) -> None:
    path = written(tmp_path, POTHOLE.replace("  confirms: true", "  yes: dale\n  no: nah\n  confirms: true"))

    result = result_of(await play(load_scenario(path, reading.engine.catalogue.services), reading))

    assert result.passed, result.grades
    assert [line.text for line in result.transcript if line.who == "resident"][-1] == "dale"


async def test_an_open_case_of_the_world_is_on_the_map(tmp_path: Path, reading: Reading) -> None:
    case = {
        "case_id": "BCS-00500001",
        "service": "pothole",
        "status": "open",
        "location": {"number": "100", "street": "Perham St", "neighborhood": "West Roxbury"},
        "opened": "2026-03-09T09:00:00-05:00",
    }
    resident = yaml.safe_load(POTHOLE)["resident"] | {"facts": {"duplicate": "join"}}
    expect = {"cases": [{"joined": "BCS-00500001"}], "outcomes": ["added_to_case"]}

    result = await played(tmp_path, reading, {"world": {"cases": [case]}, "resident": resident, "expect": expect})

    assert result.passed, result.grades


async def test_a_resident_who_says_no_gets_no_case(tmp_path: Path, reading: Reading) -> None:
    resident = yaml.safe_load(POTHOLE)["resident"] | {"confirms": False, "max_turns": 3}

    result = await played(tmp_path, reading, {"resident": resident, "expect": {"cases": []}})

    assert result.grades[Aspect.STATE].value is True


async def test_a_case_that_waits_is_filed_before_grading(tmp_path: Path, reading: Reading) -> None:
    world = {"faults": [{"at": "crm.create", "error": "unavailable", "times": 3}]}

    result = await played(tmp_path, reading, {"world": world})

    assert result.passed, result.grades
    assert result.outcomes == ("read_back", "case_queued", "case_opened")


@pytest.mark.parametrize("point", ["engine.read", "engine.word", "index.search", "crm.search", "crm.get"])
async def test_whatever_fails_the_report_is_filed(tmp_path: Path, reading: Reading, point: str) -> None:
    world = {"faults": [{"at": point, "error": "timeout", "times": "always"}]}

    result = await played(tmp_path, reading, {"world": world})

    assert result.passed, result.grades


async def test_joining_an_open_case_is_no_new_case(tmp_path: Path, reading: Reading) -> None:
    place = {"number": "100", "street": "Perham St", "lat": 42.2828, "long": -71.1644}
    seeded = {"case_id": "BCS-00000001", "service": "pothole", "location": place, "opened": "2026-03-08T09:00:00-05:00"}
    resident = yaml.safe_load(POTHOLE)["resident"] | {"facts": {"duplicate": "join"}}
    expect = {"cases": [{"joined": "BCS-00000001"}], "outcomes": ["added_to_case"]}

    result = await played(tmp_path, reading, {"world": {"cases": [seeded]}, "resident": resident, "expect": expect})

    assert result.passed, result.grades


BROKEN: dict[str, tuple[str, str, str]] = {
    "not YAML": ("title: A resident", "title: [A resident", "line 3"),
    "an unknown key": ("confirms: true", "confirm: true", "line 10"),
    "an unknown outcome": ("[read_back, case_opened]", "[read_bak]", "line 13"),
    "an unknown service": ("service: pothole", "service: potholes", "line 12: there is no service 'potholes'"),
    "a clock without a zone": ("T09:00:00-05:00", "T09:00:00", "line 5"),
    "an unknown failure": ("faults: []", "faults: [{at: crm.dance, error: timeout}]", "line 6"),
}


@pytest.mark.parametrize(("old", "new", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_scenario_names_file_and_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = written(tmp_path, POTHOLE.replace(old, new))

    with pytest.raises(ScenarioBroken) as error:
        load_scenario(path, {"pothole"})

    assert str(path) in str(error.value)
    assert told in str(error.value)


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    written(tmp_path, POTHOLE)
    (tmp_path / "again.yaml").write_text(POTHOLE, encoding="utf-8")

    with pytest.raises(ScenarioBroken, match="pothole-on-perham"):
        load_scenarios(tmp_path, {"pothole"})


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(ScenarioBroken, match="no scenarios"):
        load_scenarios(tmp_path, {"pothole"})
