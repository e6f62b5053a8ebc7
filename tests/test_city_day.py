"""A simulated day of the city: the plan, and a small day played on a real server."""

import json
from pathlib import Path

from channels.city_day import Purpose, load_day, planned_day
from channels.city_day_page import NOTHING
from tests.running import beacon, prepared
from tools.gazetteer import load_gazetteer


def test_a_day_has_a_citys_cases_and_questions_and_is_the_same_each_time() -> None:
    people = planned_day(load_day(), load_gazetteer())

    reports = sum(each.purpose is Purpose.REPORT for each in people)
    questions = sum(each.purpose is Purpose.QUESTION for each in people)

    assert 1_000 <= reports <= 1_100
    assert 2_500 <= questions <= 2_600
    assert people == planned_day(load_day(), load_gazetteer())
    assert [each.at for each in people] == sorted(each.at for each in people)


def test_storms_make_many_report_the_same_few_places() -> None:
    day = load_day()
    storm = day.storms[0]
    people = planned_day(day, load_gazetteer())

    said = {
        each.says
        for each in people
        if storm.begins <= each.at < storm.ends and each.says.startswith("a big tree came down")
    }

    assert 1 < len(said) <= storm.places


def test_a_small_day_keeps_every_promise(data_dir: Path, reading: object, tmp_path: Path) -> None:
    folder = prepared(data_dir, tmp_path / "var")
    told, page = tmp_path / "figures.json", tmp_path / "day.md"

    size = ("--minutes", "0.3", "--share", "0.01")
    ran = beacon("bench", "day", *size, "--page", str(page), "--json", str(told), folder=folder)

    assert ran.returncode == 0, ran.stderr.decode()
    figures = json.loads(told.read_text(encoding="utf-8"))
    assert figures["emergencies"] == len(load_day().emergencies)
    assert {name: figures[name] for name in NOTHING} == dict.fromkeys(NOTHING, 0)
    assert "## By the hour" in page.read_text(encoding="utf-8")
    assert (tmp_path / "day" / "memory.svg").exists()
