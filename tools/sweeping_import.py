"""Reads the City's published sweeping schedule (one line a stretch and side) into our own form, and names lines that
cannot be used. `python -m tools.sweeping_import FILE` makes the embedded one anew."""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from tools.sweeping import EMBEDDED, EVERY_WEEK, ScheduleBroken, Season, Stretch, write_schedule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = ("st_name", "side", "from", "to", "start_time", "end_time", *DAYS, *(f"week_{each}" for each in EVERY_WEEK))
DATED = ("_ingest_datetime", "timestamp")


@dataclass(frozen=True)
class Imported:
    """What was read. `left_out` says of each line that could not be used why; `hours_unclear` counts stretches whose
    hours make no sense and are left to the sign."""

    stretches: tuple[Stretch, ...]
    left_out: tuple[str, ...]
    hours_unclear: int
    as_of: date | None


def read_published(path: Path) -> Imported:
    """The City's file. Raises ScheduleBroken if it is no such file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or []
            if missing := [name for name in NEEDED if name not in columns]:
                raise ScheduleBroken(
                    f"{str(path)!r} is not the City's sweeping schedule: it has no column {missing[0]!r}."
                )
            rows = list(enumerate(reader, 2))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScheduleBroken(f"The file {str(path)!r} cannot be read as CSV ({error}).") from error
    stretches, left_out = [], []
    for line, row in rows:
        try:
            stretches.append(_stretch(row))
        except (ValueError, AttributeError, TypeError) as error:
            left_out.append(f"line {line}: {error}")
    if not stretches:
        raise ScheduleBroken(f"{str(path)!r} has no line that can be used.")
    unclear = sum(each.begins is None for each in stretches)
    return Imported(tuple(dict.fromkeys(stretches)), tuple(left_out), unclear, _newest(row for _, row in rows))


def _stretch(row: dict[str, str]) -> Stretch:
    street = row["st_name"].strip()
    weekdays = tuple(place for place, name in enumerate(DAYS) if _true(row[name]) or _true(row.get("every_day", "f")))
    weeks = tuple(each for each in EVERY_WEEK if _true(row[f"week_{each}"]))
    if not street or not weekdays or not weeks:
        what = "street" if not street else "weekday" if not weekdays else "week of the month"
        raise ValueError(f"it names no {what}")
    begins, ends = _hours(row["start_time"], row["end_time"])
    side = row["side"].strip()
    return Stretch(
        street=street,
        side=side.casefold() if side.casefold() in ("even", "odd") else "" if side.casefold() == "both" else side,
        begins_at=row["from"].strip(),
        ends_at=row["to"].strip(),
        area=row.get("dist_name", "").strip(),
        weekdays=weekdays,
        weeks=weeks,
        begins=begins,
        ends=ends,
        season=_season(row),
    )


def _season(row: dict[str, str]) -> Season:
    if _true(row.get("year_round", "f")):
        return Season.YEAR
    return Season.LONG if _true(row.get("north_end_pilot", "f")) else Season.MOST


def _hours(begins: str, ends: str) -> tuple[time | None, time | None]:
    """The hours; none where they end before they begin, which some of the City's lines do."""
    first, last = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    return (first, last) if first < last else (None, None)


def _true(value: str) -> bool:
    return value.strip().casefold() in ("t", "true", "1", "yes", "y")


def _newest(rows: Iterator[dict[str, str]]) -> date | None:
    """The day of the City's data: when it was taken in, else the newest change."""
    dates: dict[str, list[str]] = {name: [] for name in DATED}
    for row in rows:
        for name in DATED:
            dates[name].append(row.get(name, "")[:10])
    for name in DATED:
        if newest := max((each for each in dates[name] if each), default=""):
            return date.fromisoformat(newest)
    return None


def main() -> None:
    """Make the embedded schedule."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path)
    imported = read_published(parser.parse_args().file)
    write_schedule(imported.stretches, EMBEDDED, as_of=imported.as_of or date.min)


if __name__ == "__main__":
    main()
