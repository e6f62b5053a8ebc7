"""Writes measured figures into a page between its markers, so that no figure in it is ever typed.

    python -m evals.page_figures README.md bench.json understanding.json …

Each JSON file is what `beacon bench --json` or `beacon evals measure … --json` wrote.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def with_figures(page: str, files: tuple[Path, ...]) -> str:
    """The page with its block of figures made again. Raises ValueError for a page without the markers."""
    if not BLOCK.search(page):
        raise ValueError("The page has no place for figures: <!-- figures --> … <!-- /figures -->.")
    rows = [row for path in files for row in _rows(json.loads(path.read_text(encoding="utf-8")))]
    table = "\n".join(["| what | figure | of | target |", "|---|---|---|---|", *rows])
    return BLOCK.sub(lambda match: f"{match[1]}{table}\n{match[2]}", page)


def _rows(content: Any) -> list[str]:  # noqa: ANN401 - JSON of one of two shapes
    """The rows of a file: figures with a target, or the plain figures of the benchmark."""
    if isinstance(content, dict):
        return [f"| {name} | {value} | | |" for name, value in content.items()]
    return [_measured(each) for each in content if each["target"] is not None]


def _measured(figure: dict[str, Any]) -> str:
    interval = f" ({figure['low']:.3f}-{figure['high']:.3f})" if figure["low"] is not None else ""
    unit = f" {figure['unit']}" if figure["unit"] else ""
    reached = figure["value"] <= figure["target"] if figure["at_most"] else figure["value"] >= figure["target"]
    target = f"{'at most' if figure['at_most'] else 'at least'} {figure['target']:g}, {'met' if reached else 'missed'}"
    return f"| {figure['what']} | {figure['value']:.3f}{unit}{interval} | {figure['total']} | {target} |"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    made = with_figures(target.read_text(encoding="utf-8"), tuple(map(Path, sys.argv[2:])))
    target.write_text(made, encoding="utf-8")
