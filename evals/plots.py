"""Draws small plots as SVG for pages: each with a title and a description that a screen reader says, and no script.

Colours and type come from the page (`currentColor`, classes `plot-…`), so that a plot follows its dark and
high-contrast modes. The table with the same figures stands beneath a plot, on the page.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as Tree

WIDTH, HEIGHT = 480, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 28

Point = tuple[float, float]


def trend(
    title: str,
    values: Sequence[float],
    labels: Sequence[str],
    *,
    target: float | None = None,
    from_zero: bool = False,
) -> str:
    """A line through values in the order of time. `labels` name the first and the last; counts are drawn from zero.
    Raises ValueError for none."""
    if not values:
        raise ValueError("There are no values to draw.")
    known = [*values, *([target] if target is not None else [])]
    low, high = min(known), max(known)
    margin = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    scale = _Scale(0.0 if from_zero else low - margin, high + margin)
    told = f"From {values[0]:g} to {values[-1]:g} over {len(values)} measurements."
    svg = _svg(title, told)
    _axis(svg, scale)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values) - 1)
    points = [(LEFT + step * at, scale.y(value)) for at, value in enumerate(values)]
    if target is not None:
        _line(svg, (LEFT, scale.y(target)), (WIDTH - RIGHT, scale.y(target)), "plot-target")
    Tree.SubElement(svg, "polyline", {"class": "plot-line", "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points)})
    for point in points:
        _dot(svg, point)
    _text(svg, (LEFT, HEIGHT - 8), labels[0] if labels else "")
    _text(svg, (WIDTH - RIGHT, HEIGHT - 8), labels[-1] if len(labels) > 1 else "", anchor="end")
    return Tree.tostring(svg, encoding="unicode")


def reliability(title: str, bins: Sequence[tuple[float, float, int]]) -> str:
    """How often right (up) for how sure (across), both 0 to 1, a dot a bin: (how sure, how often right, how many)."""
    scale = _Scale(0.0, 1.0)
    svg = _svg(title, "Dots on the rising line are as often right as they are sure.")
    _axis(svg, scale)
    across = WIDTH - LEFT - RIGHT
    _line(svg, (LEFT, scale.y(0)), (WIDTH - RIGHT, scale.y(1)), "plot-target")
    most = max((count for _, _, count in bins), default=1)
    for sure, right, count in bins:
        _dot(svg, (LEFT + across * sure, scale.y(right)), radius=3 + 7 * (count / most) ** 0.5)
    _text(svg, (WIDTH - RIGHT, HEIGHT - 8), "how sure", anchor="end")
    return Tree.tostring(svg, encoding="unicode")


def bars(title: str, rows: Sequence[tuple[str, float]], *, most: float | None = None) -> str:
    """Level bars with their names and values, from 0 to `most` (else the greatest value)."""
    row, names = 22, 180
    height = row * len(rows) + 8
    svg = _svg(title, f"{len(rows)} bars.", height=height)
    greatest = most or max((value for _, value in rows), default=0.0) or 1.0
    for at, (name, value) in enumerate(rows):
        y = at * row + 4
        _text(svg, (names - 6, y + 14), name if len(name) <= 28 else f"{name[:27]}…", anchor="end")
        width = max(0.0, min(1.0, value / greatest)) * (WIDTH - names - 60)
        about = {"x": str(names), "y": str(y + 3), "width": f"{width:.1f}", "height": str(row - 8)}
        Tree.SubElement(svg, "rect", {"class": "plot-bar", **about})
        _text(svg, (names + width + 4, y + 14), f"{value:g}")
    return Tree.tostring(svg, encoding="unicode")


def alone(svg: str) -> str:
    """A plot as a file of its own, which brings its style along."""
    return svg.replace("<title>", f"<style>svg{{color:#0b3d70;background:#fff}}{STYLE}</style><title>", 1)


class _Scale:
    """From values to places down the plot."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def y(self, value: float) -> float:
        """The place of a value."""
        return HEIGHT - BOTTOM - (value - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)


def _svg(title: str, told: str, *, height: int = HEIGHT) -> Tree.Element:
    about = {"role": "img", "viewBox": f"0 0 {WIDTH} {height}", "class": "plot", "aria-label": f"{title}. {told}"}
    svg = Tree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **about})
    Tree.SubElement(svg, "title").text = title
    return svg


def _axis(svg: Tree.Element, scale: _Scale) -> None:
    _line(svg, (LEFT, TOP), (LEFT, HEIGHT - BOTTOM), "plot-axis")
    _line(svg, (LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM), "plot-axis")
    for part in (0.0, 0.5, 1.0):
        value = scale.low + part * (scale.high - scale.low)
        _text(svg, (LEFT - 6, scale.y(value) + 4), f"{value:.3g}", anchor="end")


def _line(svg: Tree.Element, start: Point, end: Point, kind: str) -> None:
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    Tree.SubElement(svg, "line", {"class": kind, **{name: f"{value:.1f}" for name, value in ends.items()}})


def _dot(svg: Tree.Element, at: Point, *, radius: float = 3.5) -> None:
    Tree.SubElement(
        svg, "circle", {"class": "plot-dot", "cx": f"{at[0]:.1f}", "cy": f"{at[1]:.1f}", "r": f"{radius:.1f}"}
    )


def _text(svg: Tree.Element, at: Point, words: str, *, anchor: str = "start") -> None:
    where = {"x": f"{at[0]:.1f}", "y": f"{at[1]:.1f}", "text-anchor": anchor, "class": "plot-text"}
    Tree.SubElement(svg, "text", where).text = words


STYLE = """
.plot{max-width:30rem;width:100%;height:auto}.plot-text{font:11px system-ui,sans-serif;fill:currentColor}
.plot-axis{stroke:currentColor;stroke-opacity:.4}.plot-line{fill:none;stroke:currentColor;stroke-width:2}
.plot-dot,.plot-bar{fill:currentColor;fill-opacity:.75}.plot-target{stroke:currentColor;stroke-dasharray:4 4}
"""
"""What a page that has no other style needs for plots."""
