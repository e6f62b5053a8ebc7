"""The review grid on a machine that never played a scenario."""

from channels.review_grid import grid_rows


def test_without_runs_the_grid_is_empty() -> None:
    assert grid_rows((), ()) == ""
