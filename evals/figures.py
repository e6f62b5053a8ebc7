"""A measured figure with its interval, its target and its named baselines, and how figures are printed."""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import Field as Limits
from rich.table import Table

from tools.value import Value

Row = TypeVar("Row")

Z = 1.96
"""Half-width of a 95 % interval in standard deviations."""

RESAMPLES = 500
"""How often rows are drawn again for a bootstrap interval."""


class Figure(Value):
    """One figure over `total` rows, with a 95 % interval where one is known.

    `value` is a share (0 to 1) unless `unit` says otherwise ("ms", "MB"). `target` is what is aimed at: a least
    value, or with `at_most` a greatest one. `baselines` are other ways of doing it, measured in the same run.
    `against` are the rows that count against it, in full, for people to judge. `bins` of a calibration are (how sure,
    how often right, how many); `pairs` of a classification are mixed up most often: (right, read as, times).
    """

    what: str
    value: float
    total: int
    low: float | None = None
    high: float | None = None
    unit: str = ""
    target: float | None = None
    at_most: bool = False
    baselines: dict[str, float] = Limits(default_factory=dict)
    against: tuple[str, ...] = ()
    bins: tuple[tuple[float, float, int], ...] = ()
    pairs: tuple[tuple[str, str, int], ...] = ()

    @property
    def reached(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target


def share(
    what: str,
    right: int,
    total: int,
    *,
    target: float | None = None,
    at_most: bool = False,
    baselines: dict[str, float] | None = None,
) -> Figure:
    """A share with its 95 % interval (E. B. Wilson, 1927)."""
    against = baselines or {}
    if total == 0:
        return Figure(what=what, value=0.0, total=0, target=target, at_most=at_most, baselines=against)
    part = right / total
    middle = (part + Z * Z / (2 * total)) / (1 + Z * Z / total)
    half = Z * math.sqrt(part * (1 - part) / total + Z * Z / (4 * total * total)) / (1 + Z * Z / total)
    return Figure(
        what=what,
        value=round(part, 4),
        total=total,
        low=round(middle - half, 4),
        high=round(middle + half, 4),
        target=target,
        at_most=at_most,
        baselines=against,
    )


def bootstrap(
    rows: Sequence[Row], statistic: Callable[[Sequence[Row]], float], *, seed: int = 1
) -> tuple[float, float]:
    """The 95 % percentile interval of a statistic over rows drawn again with replacement (B. Efron, 1979)."""
    draw = random.Random(seed)
    values = sorted(statistic(draw.choices(rows, k=len(rows))) for _ in range(RESAMPLES))
    return values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part (0 to 1) of the values lies. Raises ValueError for no values."""
    if not values:
        raise ValueError("There are no values to take a percentile of.")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def as_table(title: str, figures: Sequence[Figure]) -> Table:
    """The figures as a table for people."""
    table = Table(title=title)
    for heading in ("what", "figure", "95 % interval", "of", "target", "baselines in this run"):
        table.add_column(heading, justify="left" if heading in ("what", "baselines in this run") else "right")
    for each in figures:
        table.add_row(
            each.what,
            f"{each.value:.3f}{f' {each.unit}' if each.unit else ''}",
            f"{each.low:.3f}-{each.high:.3f}" if each.low is not None and each.high is not None else "",
            str(each.total),
            _target(each),
            ", ".join(f"{name} {value:.3f}" for name, value in each.baselines.items()),
        )
    return table


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    sign = "<=" if figure.at_most else ">="
    return f"{sign} {figure.target:g} {'met' if figure.reached else 'missed'}"
