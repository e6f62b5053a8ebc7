"""Measures our search against others in one run, on the same texts and vectors, and writes the table into a page.

    python -m evals.peers.compare --data DIR [--page docs/knowledge.md] [--work DIR]

Needs the extra `peers`. Each question's vector is made beforehand, so that only the search is timed. Vectors of texts
are kept in the work folder, so that a second run need not make them again.
"""

import argparse
import math
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.bootstrap import ARTICLES
from evals.figures import percentile
from evals.measure_retrieval import ndcg, read_set
from evals.peers.bm25_alone import BM25Alone
from evals.peers.chroma_dense import ChromaDense
from evals.peers.ours import Ours
from evals.peers.peer import DEPTH, Peer
from evals.question_sets import Expect, read_own
from knowledge.kept_vectors import kept_vectors
from knowledge.loader import load_articles
from knowledge.stock import Stock, stocked
from knowledge.vectors import Encoder, load_encoder

BLOCK = re.compile(r"(<!-- peers -->\n).*?(<!-- /peers -->)", re.DOTALL)
MOST_ASKED = 300
"""Of a set with more questions, so many at even distances: one of the peers needs long for each."""

QUIET = ("HAYSTACK_TELEMETRY_ENABLED", "False")
"""Haystack sends what it does to its makers unless this is set before it is loaded."""


@dataclass(frozen=True)
class Task:
    """Questions with the documents that answer them. `owners` says for every row which document it belongs to."""

    name: str
    stock: Stock
    owners: Sequence[str]
    asked: Mapping[str, str]
    judged: Mapping[str, set[str]]


@dataclass(frozen=True)
class Row:
    """How a peer did on a task."""

    task: str
    peer: str
    questions: int
    rows: int
    first: float
    ndcg: float
    recall: float
    p50_ms: float
    p95_ms: float
    build_s: float

    def told(self) -> str:
        """The row of a table."""
        quality = f"{self.first:.3f} | {self.ndcg:.3f} | {self.recall:.3f}"
        times = f"{self.p50_ms:.1f} | {self.p95_ms:.1f} | {self.build_s:.1f}"
        return f"| {self.task} | {self.peer} | {self.questions} | {self.rows} | {quality} | {times} |"


def tasks(data: Path) -> Iterator[Task]:
    """Our own questions to our own articles (the half kept for reporting), and two public sets."""
    yield own_task()
    for name in ("scifact", "conditionalqa_govuk"):
        passages, every, judged = read_set(data / "retrieval" / name)
        asked = dict(list(every.items())[:: math.ceil(len(every) / MOST_ASKED)])
        yield Task(name, Stock("en", passages), [each.article for each in passages], asked, judged)


def own_task(articles: Path = ARTICLES) -> Task:
    """The report half of our own English questions that an article answers; a document is an article."""
    stock = next(each for each in stocked(load_articles(articles)) if each.language == "en")
    owners = [each.article for each in stock.passages] + [stock.passages[way.first].article for way in stock.ways]
    known = set(owners)
    chosen = [
        each
        for each in read_own()
        if each.in_report_half and each.language == "en" and each.expect is Expect.ANSWER and not each.earlier
    ]
    judged = {each.id: set(each.articles) & known for each in chosen}
    asked = {each.id: each.text for each in chosen if judged[each.id]}
    return Task("Boston articles", stock, owners, asked, {name: judged[name] for name in asked})


def compared(task: Task, peers: Sequence[Peer], encoder: Encoder, folder: Path) -> Iterator[Row]:
    """Every peer on a task, one after the other."""
    texts = task.stock.texts
    vectors = kept_vectors(texts, encoder, folder)
    for peer in peers:
        with TemporaryDirectory(prefix="beacon-peer-") as home:
            if isinstance(peer, Ours):
                (Path(home) / "vectors").symlink_to((folder / "vectors").absolute())
            began = time.perf_counter()
            peer.build(texts, vectors, Path(home))
            yield _row(task, peer, encoder, len(texts), time.perf_counter() - began)
            if isinstance(peer, Ours):
                peer.close()


def _row(task: Task, peer: Peer, encoder: Encoder, rows: int, build_s: float) -> Row:
    first, gains, found, times = [], [], [], []
    for name, text in task.asked.items():
        vector = encoder.encode_one(text)
        began = time.perf_counter()
        ranked = peer.search(text, vector, 3 * DEPTH if task.stock.ways else DEPTH)
        times.append((time.perf_counter() - began) * 1000)
        documents = list(dict.fromkeys(task.owners[row] for row in ranked))[:DEPTH]
        right = task.judged[name]
        first.append(documents[:1] != [] and documents[0] in right)
        gains.append(ndcg(documents, right))
        found.append(len(right & set(documents)) / len(right))
    return Row(
        task=task.name,
        peer=peer.name,
        questions=len(gains),
        rows=rows,
        first=float(np.mean(first)),
        ndcg=float(np.mean(gains)),
        recall=float(np.mean(found)),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        build_s=build_s,
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as a table of Markdown."""
    head = (
        "| questions of | way | questions | texts | first is right | nDCG@10 | recall@10 | p50 ms | p95 ms | build s |"
    )
    return "\n".join([head, f"|{'---|' * 10}", *(row.told() for row in rows)])


def with_table(page: str, rows: Sequence[Row]) -> str:
    """The page with its table made again. Raises ValueError for a page without the markers."""
    if not BLOCK.search(page):
        raise ValueError("The page has no place for the table: <!-- peers --> … <!-- /peers -->.")
    return BLOCK.sub(lambda match: f"{match[1]}{table(rows)}\n{match[2]}", page)


def all_peers(stock: Stock, encoder: Encoder) -> tuple[Peer, ...]:
    """Ours and the others. Raises SystemExit if Haystack would send what it does, or is not installed."""
    if os.environ.get(QUIET[0]) != QUIET[1]:
        sys.exit(f"Set {QUIET[0]}={QUIET[1]} first: `make peers` does.")
    try:
        from evals.peers.haystack_hybrid import HaystackHybrid  # noqa: PLC0415 - an extra that may be missing
    except ImportError:
        sys.exit("Haystack is not installed: pip install 'beacon311[peers]', or `make peers`.")
    return Ours(stock, encoder), ChromaDense(), BM25Alone(), HaystackHybrid()


def main() -> None:
    """Measure, print the table, and write it into a page if one is given."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--work", type=Path, default=Path("var") / "peers-work")
    given = parser.parse_args()
    rows: list[Row] = []
    encoder = load_encoder(given.work)
    for task in tasks(given.data):
        rows += compared(task, all_peers(task.stock, encoder), encoder, given.work)
    sys.stdout.write(f"{table(rows)}\n")
    if given.page is not None:
        given.page.write_text(with_table(given.page.read_text(encoding="utf-8"), rows), encoding="utf-8")


if __name__ == "__main__":
    main()
