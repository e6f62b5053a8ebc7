"""A small run of chaos: a server dies right after a text was handed over, and every promise is counted."""

import json
from pathlib import Path

import pytest

from channels.chaos_plan import ChaosPlan
from tests.running import beacon, prepared
from tools.crash_points import Point


def test_a_death_at_a_named_instant_loses_and_doubles_nothing(data_dir: Path, reading: object, tmp_path: Path) -> None:
    folder = prepared(data_dir, tmp_path / "var")
    told = tmp_path / "figures.json"
    size = ("--texts", "24", "--kills", "0", "--points", "after_send")

    ran = beacon("bench", "chaos", *size, "--json", str(told), folder=folder)

    assert ran.returncode == 0, ran.stderr.decode()
    figures = json.loads(told.read_text(encoding="utf-8"))
    assert figures["deaths at a named instant"] == 1
    assert figures["texts sent"] == 24
    assert figures["texts lost"] == 0
    assert figures["texts recorded out of order"] == 0
    assert figures["texts answered out of order"] == 0
    assert figures["cases"] == figures["cases told to residents"]
    assert figures["double cases"] == 0
    assert figures["replies that no phone got"] == 0
    assert figures["replies out of order"] == 0


@pytest.mark.parametrize("point", Point)
def test_the_usual_plan_dies_at_every_named_instant(point: Point) -> None:
    plan = ChaosPlan(texts=1500, kills=30, points=tuple(Point))

    assert plan.blows().count(point) == 1
    assert plan.blows().count(None) == 30
