"""The named instants at which a process can be hit: read from words, off unless armed."""

import pytest

from assistant.settings import SettingWrong, read_settings
from tools.crash_points import Blow, Point, planned


def test_nothing_told_is_nothing_planned() -> None:
    assert planned("") == {}


def test_points_are_read_with_how_often_they_are_passed_and_how_it_ends() -> None:
    plan = planned("after_lease, before_commit:3, after_send:2:freeze")

    assert plan == {
        Point.AFTER_LEASE: Blow(passes=1, freezes=False),
        Point.BEFORE_COMMIT: Blow(passes=3, freezes=False),
        Point.AFTER_SEND: Blow(passes=2, freezes=True),
    }


def test_an_unknown_point_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEACON_CRASH_AT", "after_lunch")

    with pytest.raises(SettingWrong, match="BEACON_CRASH_AT"):
        read_settings()
