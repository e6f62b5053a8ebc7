"""Measures answers outside English, language by language: right, wrong, and declined when there is nothing to say."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure, share
from evals.measure_knowledge import Asker
from evals.question_sets import Asked, Expect, Graded, read_own

QUESTIONS = Path(__file__).parent / "questions_other_languages"
"""A file a language, named for it."""


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """The figures of the report half, language by language and all together."""
    del data
    return _figures(parts, [each for each in read_questions() if each.in_report_half])


def development_figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """The figures of the half that may be looked at while developing."""
    del data
    return _figures(parts, [each for each in read_questions() if not each.in_report_half])


def read_questions(folder: Path = QUESTIONS) -> tuple[Asked, ...]:
    """The questions of every language; the file's name is the language."""
    return tuple(each.model_copy(update={"language": each.id.rpartition("-")[0]}) for each in read_own(folder))


def _figures(parts: Parts, questions: Sequence[Asked]) -> tuple[Figure, ...]:
    rows = Asker(parts).ask_all(questions)
    languages = sorted({row.asked.language for row in rows})
    by_language = [
        figure for name in languages for figure in _of(name, [row for row in rows if row.asked.language == name])
    ]
    return (*by_language, *_of("all", rows))


def _of(name: str, rows: Sequence[Graded]) -> Iterator[Figure]:
    to_answer = [row for row in rows if row.asked.expect is Expect.ANSWER]
    to_decline = [row for row in rows if row.asked.expect is Expect.ABSTAIN]
    yield _told(f"{name}: right", to_answer, [row.answered and row.holds for row in to_answer], target=0.95)
    yield _told(f"{name}: wrong", rows, [row.wrong or _made_up(row) for row in rows], target=0.01, at_most=True)
    yield _told(f"{name}: declined when it should", to_decline, [_declined(row) for row in to_decline], 0.95)


def _declined(row: Graded) -> bool:
    """Declined; or told from the very article of the matter, where there is one in English only."""
    told = row.answered and bool(set(row.articles) & set(row.asked.articles))
    return row.holds and (row.declined or told)


def _made_up(row: Graded) -> bool:
    """An answer to what should be declined."""
    return row.asked.expect is Expect.ABSTAIN and row.answered and not _declined(row)


def _told(what: str, rows: Sequence[Graded], hits: Sequence[bool], target: float, *, at_most: bool = False) -> Figure:
    figure = share(what, sum(hits), len(rows), target=target, at_most=at_most)
    against = tuple(row.told() for row, hit in zip(rows, hits, strict=True) if hit == at_most)
    return figure.model_copy(update={"against": against})
