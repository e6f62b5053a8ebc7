"""The comparison with other searches: the same texts for all, figures from one run, a table written by the command."""

from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from evals.peers.bm25_alone import BM25Alone
from evals.peers.chroma_dense import ChromaDense
from evals.peers.compare import Row, Task, all_peers, compared, own_task, with_table
from evals.peers.ours import Ours
from knowledge.stock import stocked
from tests.sample_articles import sample_articles


def small_task() -> Task:
    stock = next(each for each in stocked(sample_articles()) if each.language == "en")
    owners = [each.article for each in stock.passages] + [stock.passages[way.first].article for way in stock.ways]
    asked = {each.id: each.questions[0] for each in sample_articles() if each.language == "en"}
    return Task("samples", stock, owners, asked, {name: {name} for name in asked})


def test_every_peer_finds_what_is_asked_in_its_own_words(reading: Reading, tmp_path: Path) -> None:
    task = small_task()
    peers = (Ours(task.stock, reading.encoder), ChromaDense(), BM25Alone())

    rows = tuple(compared(task, peers, reading.encoder, tmp_path))

    assert [row.first for row in rows] == [1.0, 1.0, 1.0]
    assert {row.rows for row in rows} == {len(task.stock.texts)}


def test_our_own_questions_are_those_kept_for_reporting() -> None:
    task = own_task()

    assert len(task.asked) > 50
    assert all(task.judged[name] for name in task.asked)


def test_the_table_is_written_between_its_marks() -> None:
    row = Row("samples", "Beacon", 3, 9, 1.0, 0.5, 1.0, 2.0, 3.0, 0.1)

    page = with_table("before\n<!-- peers -->\nold\n<!-- /peers -->\nafter\n", [row])

    assert "| samples | Beacon | 3 | 9 | 1.000 | 0.500 | 1.000 | 2.0 | 3.0 | 0.1 |" in page
    assert "old" not in page


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        with_table("nothing", [])


def test_nothing_is_measured_while_haystack_would_send_what_it_does(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HAYSTACK_TELEMETRY_ENABLED", raising=False)

    with pytest.raises(SystemExit, match="HAYSTACK_TELEMETRY_ENABLED"):
        all_peers(small_task().stock, reading.encoder)
