"""Figures in a page are made, never typed."""

import json
from pathlib import Path

import pytest

from evals.figures import share
from evals.page_figures import with_figures

PAGE = "# A page\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nafter\n"


def test_the_block_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    measured = [
        share("right", 9, 10, target=0.8),
        share("wrong", 2, 10, target=0.1, at_most=True),
        share("no aim", 1, 2),
    ]
    (tmp_path / "a.json").write_text(json.dumps([each.model_dump() for each in measured]), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"turn p50 ms": 12.5}), encoding="utf-8")

    page = with_figures(PAGE, (tmp_path / "b.json", tmp_path / "a.json"))

    assert page.startswith("# A page\n\n<!-- figures -->\n| what")
    assert page.endswith("<!-- /figures -->\n\nafter\n")
    assert "| turn p50 ms | 12.5 | | |\n| right | 0.900" in page
    assert "at least 0.8, met" in page
    assert "at most 0.1, missed" in page
    assert "no aim" not in page
    assert "old" not in page


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for figures"):
        with_figures("# A page\n", ())
