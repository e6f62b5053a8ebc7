"""What the gate learned: what the articles answer and what to decline; nothing it is measured on taught it."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from assistant.bootstrap import Reading
from evals.question_sets import read_own
from knowledge.gate import Reason
from knowledge.gate_model import ANSWER, QUESTIONS, load_gate
from knowledge.loader import BOSTON, load_articles

TODAY = date(2026, 3, 10)


def learned_from() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return rows


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("is my claim already settled", Reason.PERSONAL_ACCOUNT),
        ("could i take my roommate to small claims court and win", Reason.LEGAL_ADVICE),
        ("which novel should i read next", Reason.OUT_OF_SCOPE),
        ("how many elevators are there in the city", Reason.NO_SOURCE),
    ],
)
def test_what_no_rule_names_is_declined_for_what_was_learned(reading: Reading, question: str, reason: Reason) -> None:
    found = reading.library.search(question, language="en", limit=8)

    verdict = reading.gate.decide(question, found, today=TODAY)

    assert verdict.reason is reason


@pytest.mark.parametrize(
    "question",
    [
        "what is the price of a license for a poodle",
        "i own a condo, what is the last day for the residential exemption",
        "which number do i dial about a tow",
    ],
)
def test_what_the_articles_answer_is_let_through(reading: Reading, question: str) -> None:
    found = reading.library.search(question, language="en", limit=8)

    assert reading.gate.decide(question, found, today=TODAY).reason is None


def test_enough_questions_were_learned_from_and_each_has_one_label() -> None:
    rows = learned_from()
    declined = [text for label, texts in rows.items() if label != ANSWER for text in texts]
    every = [*rows[ANSWER], *declined]

    assert len(rows[ANSWER]) >= 290
    assert len(declined) >= 150
    assert len(every) == len(set(every))
    assert rows.keys() - {ANSWER} <= {reason.value for reason in Reason}


def test_nothing_it_is_measured_on_was_learned_from() -> None:
    taught = {text.casefold() for texts in learned_from().values() for text in texts}
    measured = {asked.text.casefold() for asked in read_own()}
    articles = {question.casefold() for article in load_articles(BOSTON) for question in article.questions}

    assert taught.isdisjoint(measured)
    assert taught.isdisjoint(articles)


def test_a_damaged_model_is_trained_again(reading: Reading, data_dir: Path, tmp_path: Path) -> None:
    kept = next((data_dir / "gate").glob("*.npz"))
    (tmp_path / "gate").mkdir()
    (tmp_path / "vectors").symlink_to(data_dir / "vectors")
    damaged = tmp_path / "gate" / kept.name
    damaged.write_bytes(b"half of a file")

    load_gate(tmp_path, reading.encoder, reading.library)

    assert damaged.read_bytes() == kept.read_bytes() or damaged.stat().st_size == kept.stat().st_size
