"""The same question in ten wordings and ten conversations gets the same facts; the known exceptions stand here."""

import pytest

from assistant.bootstrap import Reading
from evals.measure_consistency import asked, contradictions
from evals.question_sets import Graded

NOT_ANSWERED_YET = {
    "my car has a boot on it how much do i owe": "taken for a question about the resident's own bill",
}
"""Wordings that get no answer, and why. One that is answered now is taken out."""


@pytest.fixture(scope="module")
def groups(reading: Reading) -> dict[str, list[Graded]]:
    return asked(reading)


def test_no_wording_is_answered_with_other_facts_than_the_rest(groups: dict[str, list[Graded]]) -> None:
    assert [row.told() for row in contradictions(groups)] == []


def test_every_wording_but_the_known_ones_gets_the_facts(groups: dict[str, list[Graded]]) -> None:
    silent = {row.asked.text for group in groups.values() for row in group if not row.holds}

    assert silent == set(NOT_ANSWERED_YET)


def test_there_are_ten_wordings_of_every_question(groups: dict[str, list[Graded]]) -> None:
    assert {len(group) for group in groups.values()} == {10}
    assert len(groups) >= 10
