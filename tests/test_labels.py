"""Labels are kept for good, the newest of each reviewer counts, and agreement is told beyond chance."""

from datetime import UTC, datetime

import pytest

from evals.agreement import agreement, alpha, disputes, kappa, pairs
from evals.label import Label, LabelRefused, Verdict
from evals.labels import Labels, newest
from tools.database import Database

FIRST = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0)
SECOND = (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
"""Two observers, two values: the worked example of Krippendorff, Computing Krippendorff's Alpha-Reliability (2011)."""


def label(who: str = "Ada", verdict: Verdict = Verdict.OK, **more: object) -> Label:
    about = {"item": "run/one/a/1", "turn": 1, "question": "answer", "reviewer": who, "verdict": verdict}
    comment = {"comment": "wrong fee"} if verdict is Verdict.NOT_OK else {}
    return Label.model_validate({**about, "at": datetime(2026, 3, 1, tzinfo=UTC), **comment, **more})


def verdict(value: int) -> Verdict:
    return (Verdict.OK, Verdict.NOT_OK)[value]


@pytest.fixture
async def labels(database: Database) -> Labels:
    kept = Labels(database)
    await kept.prepare()
    return kept


async def test_a_newer_label_counts_and_the_older_one_stays_in_the_history(labels: Labels) -> None:
    await labels.put([label()])
    await labels.put([label(verdict=Verdict.NOT_OK)])

    assert [each.verdict for each in await labels.of_run("one")] == [Verdict.NOT_OK]
    assert [each.verdict for each in await labels.history("run/one/a/1")] == [Verdict.OK, Verdict.NOT_OK]


async def test_labels_of_another_run_or_of_live_conversations_are_apart(labels: Labels) -> None:
    await labels.put([label(), label(item="run/one_two/a/1"), label(item="live/c1")])

    assert [each.item for each in await labels.of_run("one")] == ["run/one/a/1"]
    assert [each.item for each in await labels.of_live()] == ["live/c1"]
    assert len(await labels.of_all()) == 3


async def test_what_is_wrong_must_be_said_and_nothing_of_a_refused_form_is_kept(labels: Labels) -> None:
    with pytest.raises(LabelRefused, match="say in a few words what is wrong"):
        await labels.put([label(), label(turn=2, verdict=Verdict.NOT_OK, comment="  ")])
    with pytest.raises(LabelRefused, match="no question 'shape'"):
        await labels.put([label(question="shape")])

    assert await labels.of_all() == ()


def test_the_published_example_gives_its_published_alpha() -> None:
    units = [[verdict(one), verdict(other)] for one, other in zip(FIRST, SECOND, strict=True)]

    assert alpha(units) == pytest.approx(0.095, abs=0.001)
    assert kappa([(one, other) for one, other in units]) == pytest.approx(0.0909, abs=0.0001)


def test_without_any_difference_to_explain_there_is_no_figure() -> None:
    assert alpha([[Verdict.OK, Verdict.OK]] * 3) is None
    assert alpha([]) is None
    assert kappa([(Verdict.OK, Verdict.OK)]) is None


def test_agreement_is_told_by_question_and_by_pair_and_cannot_say_counts_for_nothing() -> None:
    given = [
        *(label("Ada", turn=at) for at in range(1, 6)),
        *(label("Ben", verdict(at == 5), turn=at) for at in range(1, 6)),
        label("Ada", verdict(1), turn=6),
        label("Ben", verdict(1), turn=6),
        label("Eve", Verdict.CANNOT_SAY),
    ]

    (told,) = agreement(given)
    (pair,) = pairs(given)

    assert (told.question, told.units, told.reviewers) == ("answer", 6, 2)
    assert (pair.first, pair.second, pair.alike, pair.both) == ("Ada", "Ben", 5, 6)
    assert pair.kappa == pytest.approx(
        (5 / 6 - (5 / 6 * 4 / 6 + 1 / 6 * 2 / 6)) / (1 - (5 / 6 * 4 / 6 + 1 / 6 * 2 / 6)), abs=1e-4
    )


def test_a_dispute_shows_who_said_what_and_a_lead_decides_it() -> None:
    given = [label("Ada"), label("Ben", Verdict.NOT_OK), label("Ada", turn=2), label("Ben", turn=2)]

    (open_one,) = disputes(given)
    (decided,) = disputes(newest([*given, label("Lead", Verdict.NOT_OK, resolves=True)]))

    assert (open_one.said, open_one.resolved) == ({"Ada": Verdict.OK, "Ben": Verdict.NOT_OK}, None)
    assert open_one.comments == {"Ben": "wrong fee"}
    assert decided.resolved is Verdict.NOT_OK
