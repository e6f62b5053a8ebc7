"""Writes the page of a simulated day: what was promised, what each hour was like, and plots."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from channels.city_day import Writes
from channels.city_day_people import Seen
from evals import plots
from evals.model_page import table

Figures = Mapping[str, float | str]
NOTHING = (
    "texts lost", "texts recorded out of order", "texts answered out of order", "cases told twice", "double cases",
    "replies that no phone got", "replies out of order", "replies that came twice",
    "messages of the web that were refused", "people who were not answered", "messages that no turn answered",
    "emergencies that were not sent to 911", "emergencies that became a case",
    "texts that came to a phone that had opted out",
)  # fmt: skip
"""What must not happen."""

MOST_GROWTH = 10.0
HEAD = """# A day of the city

Made by `beacon bench day --page docs/city-day.md`. A day's contacts (`channels/city_day.yaml`: reports, questions,
status checks, emergencies and wishes to get no more texts, in a working day's rhythm, with two storms in which many
report the same few places) are played at speed into one server on SQLite, by text through the shipped carrier (a tenth
of them delivered twice at once) and by the web's API. Every hour of the day takes {hour:.0f} seconds. The server's
clock is the real one, so nothing here depends on the time of day; how people answer is a simple rule ("not
sure" to every question but the read-back), so conversations are less patient and less varied than real ones; who is
passed to a person says no more.

{machine}; load of the machine before: {load}.
"""


@dataclass
class Hour:
    """What was seen at the end of an hour."""

    memory_mb: float
    waiting: int
    cases: int


@dataclass
class Played:
    """A day that was played."""

    people: Sequence[Writes]
    hours: list[Hour] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


def write_page(page: Path, figures: Figures, played: Played, seen: Seen) -> None:
    """Write the page, with a folder of plots beside it."""
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    machine = f"Python {platform.python_version()} on {platform.machine()}, {datetime.now(UTC):%Y-%m-%d}"
    hour = float(figures["minutes for the day"]) * 60 / 24
    told = [
        HEAD.format(hour=hour, machine=machine, load=figures["load of the machine before"]),
        "## Promises\n",
        _promises(figures),
        "\n## What came of it\n",
        table(("what", "figure"), [(name, str(value)) for name, value in figures.items() if name not in NOTHING]),
        "\n## By the hour\n",
        _hours(played, seen),
        "",
        *(f"- {event}" for event in sorted(played.events, key=lambda event: int(event.partition(":")[0]))),
        "",
    ]
    for name, unit, values in _curves(played, seen):
        file = folder / f"{name.replace(' ', '-')}.svg"
        svg = plots.trend(f"{name}, {unit}", values, ["hour 1", f"hour {len(values)}"])
        file.write_text(plots.alone(svg), encoding="utf-8")
        told.append(f"![{name} in {unit}, by the hour]({folder.name}/{file.name})\n")
    page.write_text("\n".join(told), encoding="utf-8")


def _promises(figures: Figures) -> str:
    rows = [(name, str(figures[name]), "0, " + _met(figures[name] == 0)) for name in NOTHING]
    growth = float(figures["growth of memory %"])
    rows.append(("growth of memory %", f"{growth:g}", f"{MOST_GROWTH:g}, {_met(growth <= MOST_GROWTH)}"))
    return table(("what", "figure", "at most"), rows)


def _met(met: bool) -> str:  # noqa: FBT001 - one question
    return "met" if met else "**missed**"


def _hours(played: Played, seen: Seen) -> str:
    names = (
        "hour",
        "messages",
        "text answered p50 / p95 s",
        "web answered p50 / p95 ms",
        "waiting",
        "cases",
        "memory MB",
    )
    rows = []
    for number, hour in enumerate(played.hours):
        texts, web = _middle_and_high(seen.by_text[number]), _middle_and_high(seen.by_web[number])
        rows.append(
            (
                str(number),
                str(seen.messages[number]),
                f"{texts[0]:.2f} / {texts[1]:.2f}",
                f"{web[0] * 1000:.0f} / {web[1] * 1000:.0f}",
                str(hour.waiting),
                str(hour.cases),
                f"{hour.memory_mb:.0f}",
            )
        )
    return table(names, rows)


def _curves(played: Played, seen: Seen) -> list[tuple[str, str, list[float]]]:
    hours = range(len(played.hours))
    return [
        ("messages", "an hour", [float(seen.messages[each]) for each in hours]),
        ("text answered", "seconds, p95", [_middle_and_high(seen.by_text[each])[1] for each in hours]),
        ("web answered", "milliseconds, p95", [_middle_and_high(seen.by_web[each])[1] * 1000 for each in hours]),
        ("memory", "MB", [each.memory_mb for each in played.hours]),
    ]


def _middle_and_high(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile; zeros for too few."""
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]
