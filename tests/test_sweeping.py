"""The sweeping schedule: by street, side and date, with the holiday rule; and the City's file as it is published."""

from datetime import date, time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from channels.main import app
from tools.sweeping import EMBEDDED, ScheduleBroken, Season, Stretch, SweepingSchedule, load_schedule, write_schedule
from tools.sweeping_import import NEEDED, read_published

AS_OF = date(2026, 1, 5)


def stretch(side: str = "even", **keys: object) -> Stretch:
    given = {
        "street": "Gull St",
        "side": side,
        "begins_at": "Tern St",
        "ends_at": "Dead End",
        "area": "North Dorchester",
        "weekdays": (0,),
        "weeks": (1, 3),
        "begins": time(8),
        "ends": time(12),
        "season": Season.MOST,
    }
    return Stretch.model_validate(given | keys)


@pytest.mark.parametrize(
    ("day", "scheduled"),
    [
        (date(2026, 4, 6), True),
        (date(2026, 4, 13), False),
        (date(2026, 4, 20), True),
        (date(2026, 4, 7), False),
        (date(2026, 3, 2), False),
        (date(2026, 11, 30), False),
        (date(2026, 12, 7), False),
    ],
)
def test_a_stretch_is_scheduled_by_week_weekday_and_season(day: date, scheduled: bool) -> None:
    assert stretch().scheduled(day) is scheduled


def test_a_city_holiday_cancels_daytime_sweeping_and_not_the_night() -> None:
    patriots_day = date(2026, 4, 20)
    night = stretch(begins=time(0, 1), ends=time(7))

    assert stretch().canceled(patriots_day)
    assert not night.canceled(patriots_day)
    assert stretch().next_day(date(2026, 4, 7)) == date(2026, 5, 4)


def test_a_county_holiday_cancels_nothing_for_sure() -> None:
    evacuation_day = date(2026, 3, 17)

    assert not stretch(weekdays=(1,), season=Season.LONG).canceled(evacuation_day)


def test_the_side_of_a_house_number_is_found() -> None:
    schedule = SweepingSchedule([stretch("even"), stretch("odd")], as_of=AS_OF)

    assert [each.side for each in schedule.find("gull street", number=12)] == ["even"]
    assert [each.side for each in schedule.find("Gull St", number=13)] == ["odd"]
    assert len(schedule.find("Gull St")) == 2
    assert schedule.find("Plover St") == ()


def test_a_neighborhood_and_a_cross_street_narrow_the_stretches() -> None:
    here, there = stretch(), stretch(area="Roxbury", begins_at="Wren St")
    schedule = SweepingSchedule([here, there], as_of=AS_OF)

    assert schedule.find("Gull St", area="Dorchester") == (here,)
    assert schedule.find("Gull St", cross="Wren Street") == (there,)
    assert len(schedule.find("Gull St", area="Hyde Park")) == 2


def test_a_schedule_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = (stretch(), stretch("", begins=None, ends=None, season=Season.YEAR))
    write_schedule(written, tmp_path / "s.csv", as_of=AS_OF)

    read = load_schedule(tmp_path / "s.csv")

    assert read.find("Gull St") == written
    assert read.as_of == AS_OF


@pytest.mark.parametrize("text", ["", "# as of never\n", "# as of 2026-01-05\nstreet,side\nGull St,even\n"])
def test_a_broken_schedule_is_refused_with_the_cure(text: str, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")

    with pytest.raises(ScheduleBroken, match="import"):
        load_schedule(tmp_path / "s.csv")


def test_the_schedule_that_comes_with_the_product_can_be_read() -> None:
    assert len(load_schedule(EMBEDDED)) > 3_000


def published(path: Path, *rows: dict[str, str]) -> Path:
    columns = [*NEEDED, "year_round", "north_end_pilot", "dist_name", "_ingest_datetime"]
    usual = dict.fromkeys(columns, "f") | {
        "st_name": "Gull St", "side": "Even", "from": "Tern St", "to": "Wren St", "start_time": "08:00",
        "end_time": "12:00", "monday": "t", "week_1": "t", "dist_name": "Roxbury",
        "_ingest_datetime": "2026-01-05 04:31",
    }  # fmt: skip
    lines = [",".join((usual | row)[name] for name in columns) for row in rows]
    path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    return path


def test_the_citys_file_is_read_line_by_line(tmp_path: Path) -> None:
    file = published(tmp_path / "p.csv", {}, {"north_end_pilot": "t"}, {"year_round": "t", "side": "Both"})

    found = read_published(file)

    assert [each.season for each in found.stretches] == [Season.MOST, Season.LONG, Season.YEAR]
    assert [each.side for each in found.stretches] == ["even", "even", ""]
    assert found.as_of == AS_OF


def test_a_line_that_cannot_be_used_is_named_and_hours_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    file = published(tmp_path / "p.csv", {}, {"monday": "f"}, {"start_time": "noon"}, {"end_time": "04:00"})

    found = read_published(file)

    assert [line.split(":")[0] for line in found.left_out] == ["line 3", "line 4"]
    assert found.hours_unclear == 1
    assert found.stretches[-1].begins is None


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe\x00", b""])
def test_another_file_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(content)

    with pytest.raises(ScheduleBroken, match=r"p\.csv"):
        read_published(tmp_path / "p.csv")


def test_an_imported_schedule_is_the_one_in_use(tmp_path: Path) -> None:
    file = published(tmp_path / "p.csv", {})
    env = {"BEACON_DATA_DIR": str(tmp_path / "data"), "BEACON_NOW": "2026-04-06T09:00:00-04:00"}

    taken = CliRunner().invoke(app, ["knowledge", "sweeping", "import", str(file)], env=env)
    shown = CliRunner().invoke(app, ["knowledge", "sweeping", "show", "12 Gull St"], env=env)

    assert "1 stretches as of 2026-01-05" in taken.output
    assert "2026-04-06 swept" in shown.output
