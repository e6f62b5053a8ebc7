"""Makes one page of everything that was measured and played on this machine, with its history and plots."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from evals import plots
from evals.figures import Figure
from evals.history import Measured, kept
from evals.runs import kept_run, kept_runs
from tools.value import Value

HERE = Path(__file__).parent


class Plot(Value):
    """A drawing with the table that says the same."""

    svg: str
    caption: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Part(Value):
    """What is told of one measurement: its newest figures, and plots of its history."""

    what: str
    at: datetime
    times: int
    figures: tuple[Figure, ...]
    plots: tuple[Plot, ...]


class RunLine(Value):
    """What is told of one run."""

    run_id: str
    engine: str
    passed: int
    total: int
    failed: tuple[str, ...]


def report(data_dir: Path, *, made: datetime) -> str:
    """The page, as HTML that needs nothing else."""
    measured = kept(data_dir)
    parts = [_part(each) for each in measured.values()]
    runs = [_run(data_dir, run_id) for run_id in kept_runs(data_dir)]
    shares = [run.passed / run.total for run in runs if run.total]
    page = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True).get_template("report.html")
    return page.render(
        made=made,
        style=Markup(plots.STYLE),  # noqa: S704 - our own constant
        parts=[part.model_copy(update={"plots": tuple(map(_drawn, part.plots))}) for part in parts],
        missed=[(part.what, figure) for part in parts for figure in part.figures if figure.reached is False],
        runs=runs[::-1],
        runs_plot=_markup(plots.trend("Scenarios passed", shares, [run.run_id for run in runs])) if shares else "",
        number=number,
        aim=aim,
    )


def number(figure: Figure) -> str:
    """A figure as it is read: shares with three digits, everything else as it is, with its unit."""
    value = f"{figure.value:.3f}" if not figure.unit and 0 <= figure.value <= 1 else f"{figure.value:g}"
    return f"{value} {figure.unit}".strip()


def aim(figure: Figure) -> str:
    """The target and whether it is met, in words."""
    if figure.target is None:
        return ""
    return f"{'at most' if figure.at_most else 'at least'} {figure.target:g}, {'met' if figure.reached else 'missed'}"


def _part(history: Sequence[Measured]) -> Part:
    newest = history[-1]
    drawn = [*_trends(history), *_calibrations(newest), *_confusions(newest)]
    return Part(what=newest.what, at=newest.at, times=len(history), figures=newest.figures, plots=tuple(drawn))


def _trends(history: Sequence[Measured]) -> Iterator[Plot]:
    """A line for every figure with a target that was measured more than once."""
    for figure in history[-1].figures:
        known = [(each.at, before) for each in history if (before := each.figure(figure.what)) is not None]
        if figure.target is None or len(known) < 2:
            continue
        days = [f"{at:%Y-%m-%d %H:%M}" for at, _ in known]
        values = [before.value for _, before in known]
        yield Plot(
            svg=plots.trend(figure.what, values, days, target=figure.target),
            caption=f"{figure.what}, time by time; the broken line is the target.",
            heads=("when", "figure"),
            rows=tuple((day, number(before)) for day, (_, before) in zip(days, known, strict=True)),
        )


def _calibrations(newest: Measured) -> Iterator[Plot]:
    for figure in newest.figures:
        if figure.bins:
            yield Plot(
                svg=plots.reliability(figure.what, figure.bins),
                caption=f"{figure.what}: how often right (up) for how sure (across); a dot is larger the more texts.",
                heads=("how sure", "how often right", "texts"),
                rows=tuple((f"{sure:.3f}", f"{right:.3f}", str(count)) for sure, right, count in figure.bins),
            )


def _confusions(newest: Measured) -> Iterator[Plot]:
    for figure in newest.figures:
        if figure.pairs:
            named = [(f"{right} → {read}", float(times)) for right, read, times in figure.pairs[:12]]
            yield Plot(
                svg=plots.bars(f"{figure.what}: mixed up", named),
                caption="What is mixed up most often: the right one, then the one that was read.",
                heads=("right", "read as", "times"),
                rows=tuple((right, read, str(times)) for right, read, times in figure.pairs),
            )


def _run(data_dir: Path, run_id: str) -> RunLine:
    run = kept_run(data_dir, run_id, any_grading=True)
    results = run.results()
    failed = dict.fromkeys(each.id for each in results if not each.passed)
    passed = sum(each.passed for each in results)
    return RunLine(run_id=run_id, engine=run.config.engine, passed=passed, total=len(results), failed=tuple(failed))


def _drawn(plot: Plot) -> dict[str, object]:
    return {**plot.model_dump(), "svg": _markup(plot.svg)}


def _markup(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - made by ElementTree, which escapes what it is given
