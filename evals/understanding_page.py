"""Writes the page about understanding: the tables of a run, calibration, confusions, the worst errors, and what is not
clean about them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure
from evals.measure_services import BINS, Judged, bins_of, boston, confusions, judge, worst

HEAD = """# Understanding

Written by `beacon evals measure understanding --data DIR --page docs/understanding.md`; do not edit it by hand.
It tells how well the embedded engine, which needs no model and no network, reads what residents write. The texts are
not part of this project, so no text is quoted here: errors are named by id, labels and single words.
"""
UNCLEAN = """## What is not clean about these figures

- In 129 of the 1,500 records of corners both streets have one name apart from their type ("Reed St" and "Reed Ter"),
  and nearly all of those texts name one street: the record's second was found by that very word. The rows "names of
  their own" leave these records out; they have no target, and the rows with them stand as they are.
- The temperature of the service ranking was fitted on the half of the labelled Boston texts whose id has an even hash.
  The settings of the training were picked with both halves and the other cities in view, so that no figure about
  services is untouched by that choice.
- The rules for look-alikes were written after the development texts had been seen.
- The mapping of other cities' categories to our services was changed after it was first measured; the figures before
  each change stand in `evals/other_cities.yaml`.
- Whoever wrote the safety rules saw the misses of the emergency file, so that its figures are no test on new texts.
- Native readers have reviewed none of the safety rules. Only their author has read them.
- Kinds are counted on few rows: status, information and spam have about ten each, and one row moves them by a tenth.
- The own sentences outside English, and the own messages by kind, were written before the words and examples that now
  read them, but whoever wrote those had seen which were missed: shares before were .93 (pt), .88 (ht), .90 and .88
  (Chinese), .83 (vi), .68 (fr), .03 (ru, so, kea), .00 (ar), and by kind .67 of questions, .44 of statuses, .25 of
  feedback, .35 of what is no request. In each language one hand wrote sentences, words and examples.
- Times to read a message are processor time of one core, after a first message that opens what is read once a process;
  those of places are by the clock of a machine that does other work too.
"""


def page(parts: Parts, data: Path, figures: Sequence[Figure]) -> str:
    """The page of a run whose figures are given."""
    catalogue = parts.engine.catalogue
    judged = judge(parts, boston(data / "reports", known=set(catalogue.services)))
    told = [
        HEAD,
        "## Figures\n",
        _table(("what", "figure", "95 % interval", "of", "target", "baselines in this run"), map(_row, figures)),
        "## How sure, and how often right\n\nServices of labelled Boston texts, by confidence of the first choice.\n",
        _table(("confidence", "texts", "mean confidence", "right"), _bins(judged)),
        "## Services mixed up\n",
        _table(("right", "read as", "times"), (map(str, each) for each in confusions(judged))),
        "## The twenty worst errors\n\nThe wrong readings that were surest, each with the words that misled.\n",
        "\n".join(f"- {each}" for each in worst(judged)) + "\n",
        UNCLEAN,
    ]
    return "\n".join(told)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "<=" if figure.at_most else ">="
    target = "" if figure.target is None else f"{sign} {figure.target:g} {'met' if figure.reached else '**missed**'}"
    span = f"{figure.low:.3f}-{figure.high:.3f}" if figure.low is not None and figure.high is not None else ""
    against = ", ".join(f"{name} {value:.3f}" for name, value in figure.baselines.items())
    return figure.what, f"{figure.value:.3f} {figure.unit}".strip(), span, str(figure.total), target, against


def _bins(judged: Sequence[Judged]) -> Iterable[tuple[str, ...]]:
    for sure, right, count in bins_of(judged):
        low = min(int(sure * BINS), BINS - 1) / BINS
        yield f"{low:.1f}-{low + 1 / BINS:.1f}", str(count), f"{sure:.3f}", f"{right:.3f}"


def _table(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
