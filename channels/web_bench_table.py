"""The figures of the residents' page as a table, beside what is promised of them."""

import re

Figures = dict[str, float]
TITLE = "## The residents' page"
_SECTION = re.compile(rf"{re.escape(TITLE)}\n.*?(?=\n## |\Z)", re.DOTALL)


def rows(figures: Figures) -> list[tuple[str, str, str]]:
    """What was measured, the figure, and the promise with whether it is kept."""
    people, streams = f"{figures['people']:g}", f"{figures['streams']:g}"
    return [
        ("first visit: transferred, kB", f"{figures['weight kB']:g}", _most(figures["weight kB"], 60)),
        ("first visit: first paint, ms, median", f"{figures['paint ms']:g}", _most(figures["paint ms"], 300)),
        ("first visit: first paint, ms, longest", f"{figures['paint ms longest']:g}", ""),
        (f"reply seen, {people} people chatting, ms, p50", f"{figures['reply ms p50']:g}", ""),
        (
            f"reply seen, {people} people chatting, ms, p95",
            f"{figures['reply ms p95']:g}",
            _most(figures["reply ms p95"], 1_000),
        ),
        ("the same by plain forms, ms, p95", f"{figures['forms ms p95']:g}", ""),
        (
            f"server's memory with {streams} open event streams, MB",
            f"{figures['memory MB']:g}",
            _most(figures["memory MB"], 500),
        ),
        ("server's memory just before, MB", f"{figures['memory MB before']:g}", ""),
        (f"of a core, {streams} open event streams and nothing else, %", f"{figures['busy %']:g}", ""),
        (f"event heard beside {streams} streams, ms after sending", f"{figures['event ms']:g}", ""),
    ]


def shown(figures: Figures) -> str:
    """The table as Markdown."""
    lines = ["| what | figure | at most |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows(figures))])


def section(figures: Figures) -> str:
    """The section of a page that holds the table."""
    told = (
        "`beacon bench web`: Chromium, with an empty cache, and the server on one machine; "
        f"{figures['people']:g} people who send, read and type for 4 to 12 seconds, each with an event stream, "
        f"all the time that the page is looked at, one of them in Chromium ({figures['replies']:g} messages); "
        "then event streams of conversations of their own."
    )
    return f"{TITLE}\n\n{told}\n\n{shown(figures)}\n"


def into_page(page: str, figures: Figures) -> str:
    """The page with this section in the place of the older one, or at its end."""
    if _SECTION.search(page):
        return _SECTION.sub(lambda _: section(figures), page)
    return f"{page.rstrip()}\n\n{section(figures)}"


def carried_over(old: str, new: str) -> str:
    """The new page with the section that the old one had."""
    found = _SECTION.search(old)
    return f"{new.rstrip()}\n\n{found[0].rstrip()}\n" if found else new


def _most(value: float, most: float) -> str:
    return f"{most:g}, {'met' if value <= most else '**missed**'}"
