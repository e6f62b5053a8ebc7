"""The figures of the residents' page say what is promised and what is missed, and keep their place in the page."""

from channels.web_bench_table import carried_over, into_page, section

FIGURES = {
    "weight kB": 30.2,
    "paint ms": 301.0,
    "paint ms longest": 400.0,
    "reply ms p50": 100.0,
    "reply ms p95": 200.0,
    "replies": 60.0,
    "people": 50.0,
    "forms ms p50": 90.0,
    "forms ms p95": 300.0,
    "streams": 1000.0,
    "memory MB before": 440.0,
    "memory MB": 490.0,
    "busy %": 1.0,
    "event ms": 30.0,
}


def test_a_promise_that_is_missed_is_said() -> None:
    told = section(FIGURES)

    assert "| first visit: transferred, kB | 30.2 | 60, met |" in told
    assert "| first visit: first paint, ms, median | 301 | 300, **missed** |" in told


def test_newer_figures_take_the_place_of_the_older_ones() -> None:
    page = into_page("# Benchmarks\n\n## Budgets\n\nx\n", FIGURES)

    again = into_page(f"{page}\n## After\n\ny\n", FIGURES | {"weight kB": 99.0})

    assert again.count("## The residents' page") == 1
    assert "99 | 60, **missed**" in again
    assert again.endswith("## After\n\ny\n")


def test_a_page_that_is_written_anew_keeps_the_section() -> None:
    old = into_page("# Old\n", FIGURES)

    assert carried_over(old, "# New\n").startswith("# New\n\n## The residents' page")
    assert carried_over("# Old\n", "# New\n") == "# New\n"
