"""The street sweeping schedule: which stretch and side of a street is swept when, and whether on a given day."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path

from tools.calendar import holiday_on
from tools.street_names import street_key
from tools.value import Value

EMBEDDED = Path(__file__).parent / "boston" / "sweeping.csv"
COLUMNS = ("street", "side", "begins_at", "ends_at", "area", "weekdays", "weeks", "from", "to", "season")
NIGHT_ENDS = time(6, 0)
"""Sweeping that begins before this hour is overnight sweeping, which City holidays do not cancel."""

EVERY_WEEK = (1, 2, 3, 4, 5)
_AHEAD = 400


class ScheduleBroken(Exception):
    """A schedule cannot be read; the sentence names the file, the line and what is wrong."""


class Season(StrEnum):
    """The part of the year in which a street is swept."""

    MOST = "most"
    LONG = "long"
    YEAR = "year"

    def holds(self, day: date) -> bool:
        """Whether a day lies in it: April to November; March to December; always."""
        first, last = {Season.MOST: (4, 11), Season.LONG: (3, 12), Season.YEAR: (1, 12)}[self]
        return first <= day.month <= last


class Stretch(Value):
    """A part of a street, from one cross street to another, and when it is swept. `side` is `even`, `odd`, empty for
    the whole street, or what the City calls it ("Median"); weekdays count from Monday (0), weeks are the first to
    fifth such weekday of a month; the hours are missing where the City's own make no sense."""

    street: str
    side: str
    begins_at: str
    ends_at: str
    area: str
    weekdays: tuple[int, ...]
    weeks: tuple[int, ...]
    begins: time | None
    ends: time | None
    season: Season

    @property
    def overnight(self) -> bool:
        """Whether it is swept at night."""
        return self.begins is not None and self.begins < NIGHT_ENDS

    @property
    def times(self) -> tuple[object, ...]:
        """When it is swept: equal for stretches that are swept at the same times."""
        return self.weekdays, self.weeks, self.begins, self.ends, self.season

    def scheduled(self, day: date) -> bool:
        """Whether the schedule has it on a day, whatever holiday falls on it."""
        week = (day.day - 1) // 7 + 1
        return self.season.holds(day) and day.weekday() in self.weekdays and week in self.weeks

    def canceled(self, day: date) -> bool:
        """Whether a City holiday cancels it: daytime sweeping only, and not for sure on the county's own holidays."""
        holiday = holiday_on(day)
        return holiday is not None and not holiday.county and not self.overnight

    def next_day(self, first: date) -> date | None:
        """The first day from then on that it is scheduled and not canceled by a holiday."""
        days = (first + timedelta(days=ahead) for ahead in range(_AHEAD))
        return next((day for day in days if self.scheduled(day) and not self.canceled(day)), None)


class SweepingSchedule:
    """All stretches, by street. `as_of` is the day of the City's data."""

    def __init__(self, stretches: Iterable[Stretch], *, as_of: date) -> None:
        self.as_of = as_of
        self._streets: dict[str, list[Stretch]] = {}
        for each in stretches:
            self._streets.setdefault(street_key(each.street), []).append(each)

    def __len__(self) -> int:
        return sum(map(len, self._streets.values()))

    def find(
        self, street: str, *, number: int | None = None, area: str | None = None, cross: str | None = None
    ) -> tuple[Stretch, ...]:
        """The stretches of a street: of the side of a house number, of a neighborhood, at a cross street; all of them
        where nothing is known of these."""
        found = self._streets.get(street_key(street), [])
        nearer = [each for each in found if area in AREAS.get(each.area, (each.area,))]
        found = nearer or found
        if cross:
            at = street_key(cross)
            found = [each for each in found if at in (street_key(each.begins_at), street_key(each.ends_at))] or found
        if number is not None:
            side = "even" if number % 2 == 0 else "odd"
            found = [each for each in found if each.side == side or not each.side] or found
        return tuple(found)


AREAS: dict[str, tuple[str, ...]] = {
    "North Dorchester": ("Dorchester",),
    "South Dorchester": ("Dorchester", "Mattapan"),
    "Allston/Brighton": ("Allston", "Brighton"),
    "Fenway/Kenmore": ("Fenway", "Longwood", "Kenmore"),
    "South Boston": ("South Boston", "South Boston Waterfront"),
    "Downtown": ("Downtown", "Leather District"),
    "Mission Hill": ("Mission Hill", "Longwood"),
    "Roxbury": ("Roxbury", "Mission Hill"),
    "South End": ("South End", "Bay Village"),
}
"""The neighborhoods of each of the schedule's districts that does not bear a neighborhood's name."""


def load_schedule(path: Path) -> SweepingSchedule:
    """The schedule in our own form, as `write_schedule` writes it. Raises ScheduleBroken."""
    try:
        text = path.read_text(encoding="utf-8")
        head, _, body = text.partition("\n")
        as_of = date.fromisoformat(head.removeprefix("# as of ").strip())
        rows = csv.DictReader(body.splitlines())
        return SweepingSchedule([_stretch(row) for row in rows], as_of=as_of)
    except FileNotFoundError as error:
        raise ScheduleBroken(f"The sweeping schedule {str(path)!r} is missing.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScheduleBroken(
            f"The sweeping schedule {str(path)!r} cannot be read ({error}). "
            "Please import it again: beacon knowledge sweeping import FILE."
        ) from error


def write_schedule(stretches: Iterable[Stretch], path: Path, *, as_of: date) -> None:
    """Write a schedule, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# as of {as_of.isoformat()}\n")
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(each) for each in stretches)
    beside.replace(path)


def _row(each: Stretch) -> dict[str, str]:
    hours = [at.strftime("%H:%M") if at else "" for at in (each.begins, each.ends)]
    return {
        "street": each.street,
        "side": each.side,
        "begins_at": each.begins_at,
        "ends_at": each.ends_at,
        "area": each.area,
        "weekdays": "".join(map(str, each.weekdays)),
        "weeks": "".join(map(str, each.weeks)),
        "from": hours[0],
        "to": hours[1],
        "season": each.season.value,
    }


def _stretch(row: dict[str, str]) -> Stretch:
    begins, ends = (time.fromisoformat(row[name]) if row[name] else None for name in ("from", "to"))
    return Stretch(
        street=row["street"],
        side=row["side"],
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        area=row["area"],
        weekdays=tuple(map(int, row["weekdays"])),
        weeks=tuple(map(int, row["weeks"])),
        begins=begins,
        ends=ends,
        season=Season(row["season"]),
    )


def swept(stretches: Iterable[Stretch], day: date) -> Iterator[Stretch]:
    """Those that are swept on a day."""
    return (each for each in stretches if each.scheduled(day) and not each.canceled(day))
