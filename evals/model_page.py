"""Writes measured tables into the page about models (`docs/model.md`), each between markers of its own."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from evals.fault_row import FaultRow
from evals.figures import Figure
from evals.parity import Parity


def write_block(page: Path, name: str, text: str) -> None:
    """Put a text between the markers of this name. Raises ValueError for a page without them."""
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    content = page.read_text(encoding="utf-8")
    if not block.search(content):
        raise ValueError(f"The page {page} has no place for this: <!-- {name} --> … <!-- /{name} -->.")
    page.write_text(block.sub(lambda match: f"{match[1]}{text}\n{match[2]}", content), encoding="utf-8")


def figures_table(figures: Sequence[Figure]) -> str:
    """Figures as a table."""
    return table(("what", "figure", "95 % interval", "of", "target"), map(_row, figures))


def faults_table(rows: Sequence[FaultRow]) -> str:
    """The fault table: mode, outcome, latency."""
    heads = ("fault", "where", "right", "outcomes", "read by", "reasons stored", "attempts", "slowest turn")
    return table(heads, map(_fault, rows))


def parity_table(told: Parity) -> str:
    """Agreement by field, and every scenario that the model changed."""
    changed = "\n".join(f"- {line}" for line in told.changed) or "- none"
    engines = ", ".join(f"{engine} {turns}" for engine, turns in told.read_by.items())
    return f"{figures_table(told.figures)}\n\nTurns read by: {engines}.\n\nWhat the model changed:\n\n{changed}"


def table(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "at most" if figure.at_most else "at least"
    reached = "met" if figure.reached else "**missed**"
    target = "" if figure.target is None else f"{sign} {figure.target:g}, {reached}"
    span = f"{figure.low:.3f}-{figure.high:.3f}" if figure.low is not None and figure.high is not None else ""
    return figure.what, f"{figure.value:g} {figure.unit}".strip(), span, str(figure.total), target


def _fault(row: FaultRow) -> tuple[str, ...]:
    right = "yes" if row.right else "; ".join(row.wrong)
    late = "" if row.in_time else ", late"
    outcomes = ", ".join(dict.fromkeys(row.outcomes))
    engines, troubles = ", ".join(row.engines), ", ".join(row.troubles)
    return (
        row.fault.value,
        row.where,
        right,
        outcomes,
        engines,
        troubles,
        str(row.attempts),
        f"{row.slowest_ms:.0f} ms{late}",
    )
