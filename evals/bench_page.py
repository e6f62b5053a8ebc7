"""Writes docs/benchmarks.md and its plots from one run of every benchmark."""

import asyncio
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import build_reading
from assistant.settings import Settings
from evals import plots
from evals.bench import Build, measure
from evals.history import BUDGETS, Measured, keep, plain_figures
from evals.model_page import table
from evals.scale_bench import Point, case_curve, conversation_curve, passage_curve, ratios

HEAD = Path(__file__).with_suffix(".md")


def write_page(settings: Settings, build: Build, page: Path, *, load: float) -> None:
    """Measure everything, keep it, and write the page with a folder of plots beside it."""
    figures = asyncio.run(measure(settings, build))
    points = asyncio.run(_curves(settings))
    at = datetime.now(UTC)
    keep(settings.data_dir, Measured(what="bench", at=at, versions={}, figures=plain_figures(figures)))
    grown = {f"{each.curve}, {each.size:,}, p95 {each.unit}": each.p95 for each in points}
    keep(settings.data_dir, Measured(what="bench scale", at=at, versions={}, figures=plain_figures(grown)))
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    machine = f"Python {platform.python_version()} on {platform.machine()}, {at:%Y-%m-%d}"
    told = [
        HEAD.read_text(encoding="utf-8").format(load=load, machine=machine),
        "## Budgets\n",
        _budgets(figures),
        "\n## How it grows\n",
        _grown(points),
    ]
    for curve in dict.fromkeys(each.curve for each in points):
        chosen = [each for each in points if each.curve == curve]
        name = "".join(letter if letter.isalnum() else "-" for letter in curve.casefold()).strip("-")
        unit = chosen[0].unit
        svg = plots.trend(f"{curve}, {unit}", [each.p95 for each in chosen], [f"{each.size:,}" for each in chosen])
        (folder / f"{name}.svg").write_text(plots.alone(svg), encoding="utf-8")
        told.append(f"![{curve}: p95 in {unit} by size]({folder.name}/{name}.svg)\n")
    page.write_text("\n".join(told), encoding="utf-8")


async def _curves(settings: Settings) -> list[Point]:
    reading = build_reading(settings)
    return [*await case_curve(), *passage_curve(), *await conversation_curve(settings, reading)]


def _budgets(figures: Mapping[str, float]) -> str:
    rows = [
        (name, f"{value:g}", f"{BUDGETS[name]:g}, {'met' if value <= BUDGETS[name] else '**missed**'}")
        if name in BUDGETS
        else (name, f"{value:g}", "")
        for name, value in figures.items()
    ]
    return table(("what", "figure", "at most"), rows) + "\n"


def _grown(points: Sequence[Point]) -> str:
    rows = [
        (each.curve, f"{each.size:,}", f"{each.p50:g} {each.unit}", f"{each.p95:g} {each.unit}", f"{ratio:.2f}")
        for each, ratio in ratios(points)
    ]
    return table(("what", "size", "p50", "p95", "p95 beside the smallest"), rows) + "\n"
