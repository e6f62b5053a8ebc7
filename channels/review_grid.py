"""Writes the rows of the review grid: as text and not by the template, since fifty runs have 25,000 cells."""

from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from evals.grid import Summary

MARKS = {"green": "✓", "amber": "±", "red": "✗", "grey": "?"}
TAGS = {"green": "tag good", "amber": "tag warn", "red": "tag wrong", "grey": "tag"}


def grid_rows(runs: Sequence[Summary], names: Sequence[str]) -> Markup:
    """A row a scenario, a cell a run; a cell leads to the first trial, beside the run before it."""
    against = [*(f"?against={quote(run.run_id)}" for run in runs[1:]), *([""] if runs else [])]
    folders = [f"/review/runs/{quote(run.run_id)}/" for run in runs]
    columns = list(zip((run.cells for run in runs), folders, against, strict=True))
    lines: list[str] = []
    for name in names:
        lines.append(f'<tr><th scope="row">{escape(name)}</th>')
        path = quote(name)
        for cells, folder, beside in columns:
            cell = cells.get(name)
            if cell is None:
                lines.append("<td></td>")
            else:
                colour = cell.colour
                shown = f"{MARKS[colour]} {cell.passed}/{cell.total}"
                lines.append(f'<td><a class="{TAGS[colour]}" href="{folder}{path}/1{beside}">{shown}</a></td>')
        lines.append("</tr>\n")
    return Markup("".join(lines))  # noqa: S704 - names are escaped or quoted, all else is ours
