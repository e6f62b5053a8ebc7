"""What a reviewer says of one turn: an answer to one question, with a comment where something is wrong."""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import Field as Limits

from tools.value import Value

QUESTIONS = Path(__file__).parent / "review_questions.yaml"
LONGEST_COMMENT = 2_000


class LabelRefused(Exception):
    """A label cannot be kept; the sentence says what to do."""


class Verdict(StrEnum):
    """The answers to every question."""

    OK = "ok"
    NOT_OK = "not_ok"
    CANNOT_SAY = "cannot_say"


class ReviewQuestion(Value):
    """A question that is put about a turn. `key` answers it from the keyboard, `wrong` says what "not OK" means."""

    code: str
    words: str
    hint: str
    wrong: str
    key: str


class Label(Value):
    """One answer. `turn` counts the assistant's turns from 1; 0 is the conversation as a whole. `resolves` marks a
    lead's decision where reviewers disagreed."""

    item: str = Limits(max_length=200)
    turn: int = Limits(ge=0)
    question: str
    verdict: Verdict
    comment: str = Limits(default="", max_length=LONGEST_COMMENT)
    reviewer: str = Limits(max_length=120)
    resolves: bool = False
    at: datetime


@lru_cache
def review_questions() -> tuple[ReviewQuestion, ...]:
    """The questions, in the order in which they are put."""
    rows = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return tuple(ReviewQuestion(code=code, **row) for code, row in rows.items())


def checked(label: Label) -> Label:
    """The label, if it can be kept. Raises LabelRefused."""
    if label.question not in {each.code for each in review_questions()}:
        raise LabelRefused(f"There is no question {label.question!r}. Please load the page again.")
    if label.verdict is Verdict.NOT_OK and not label.comment.strip():
        raise LabelRefused("Please say in a few words what is wrong, so that it can be put right.")
    return label.model_copy(update={"comment": label.comment.strip()})
