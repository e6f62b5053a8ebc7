"""Live conversations are drawn with known chances, so that rates over all of them are unbiased."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from evals.label import Label, Verdict
from evals.labels import live_item
from evals.sampling import CHANCES, is_drawn, rates

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def label(name: str, verdict: Verdict) -> Label:
    return Label(item=live_item(name), turn=1, question="answer", verdict=verdict, comment="no", reviewer="Ada", at=NOW)


def test_as_many_are_drawn_as_their_chance_says_and_always_the_same() -> None:
    names = [UUID(int=number).hex for number in range(4_000)]

    drawn = [name for name in names if is_drawn(name, 0.3)]

    assert len(drawn) / len(names) == pytest.approx(0.3, abs=0.03)
    assert drawn == [name for name in names if is_drawn(name, 0.3)]
    assert all(is_drawn(name, CHANCES["flagged"]) for name in names)


def test_what_is_drawn_rarely_weighs_more() -> None:
    given = [label("rare", Verdict.OK), *(label(f"often{at}", Verdict.NOT_OK) for at in range(2))]
    chances = {live_item("rare"): 0.05, live_item("often0"): 1.0, live_item("often1"): 1.0}

    (rate,) = rates(given, chances)

    assert rate.value == pytest.approx(20 / 22, abs=1e-4)
    assert rate.labelled == 3


def test_without_labels_there_are_no_rates() -> None:
    assert rates([], {}) == ()
    assert rates([label("a", Verdict.CANNOT_SAY)], {live_item("a"): 1.0}) == ()
