"""Keeps what was measured, so that figures can be followed over time: a file for each time something was measured."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from evals.figures import Figure
from tools.value import Value

BUDGETS = {
    "turn p50 ms": 25.0,
    "turn p95 ms": 60.0,
    "beacon ask, cold, s": 5.0,
    "memory after the turns MB": 450.0,
    "search near 100000 open cases p95 ms": 20.0,
}
"""The budgets of the design (section 6), at most, by the name of the figure."""


class Measured(Value):
    """The figures of one measurement at one time, with the versions of what was measured."""

    what: str
    at: datetime
    versions: dict[str, str]
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure | None:
        """The figure of this name."""
        return next((each for each in self.figures if each.what == name), None)


def keep(data_dir: Path, measured: Measured) -> Path:
    """Keep a measurement under the data directory; where it is."""
    folder = data_dir / "measured" / measured.what
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{measured.at:%Y%m%d-%H%M%S-%f}.json"
    path.write_text(measured.model_dump_json(indent=1, exclude_defaults=True), encoding="utf-8")
    return path


def kept(data_dir: Path) -> dict[str, tuple[Measured, ...]]:
    """What was measured, by what it was, oldest first. A file that cannot be read any more is left out."""
    found: dict[str, list[Measured]] = {}
    for path in sorted((data_dir / "measured").glob("*/*.json")):
        try:
            each = Measured.model_validate_json(path.read_text(encoding="utf-8"))
        except (ValidationError, json.JSONDecodeError):
            continue
        found.setdefault(each.what, []).append(each)
    return {what: tuple(each) for what, each in found.items()}


def plain_figures(figures: Mapping[str, float]) -> tuple[Figure, ...]:
    """Figures that have only a name and a value, the unit being in the name; those of a budget have its target."""
    return tuple(
        Figure(what=name, value=value, total=1, target=BUDGETS.get(name), at_most=True)
        for name, value in figures.items()
    )
