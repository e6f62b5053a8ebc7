"""Measures the search on public sets: corpus, queries and judgements go in, rows of figures come out."""

import csv
import gzip
import json
import math
import os
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy as np

from assistant.bootstrap import Reading as Parts
from evals.figures import Figure, percentile
from knowledge.article import Freshness, Passage
from knowledge.index import build_stock
from knowledge.library import BostonLibrary
from knowledge.shelf import WEIGHTS, Weights
from knowledge.stock import Stock
from knowledge.vectors import WIDTH, Encoder, Progress, Vectors

DEPTH = 10
QUERIES = 200
FEW, MANY = 200, 20_000
FIRST = 20
"""Questions that are asked before the clock runs, because the first ones of a process read files."""
SETS = {"scifact": 0.70, "conditionalqa_govuk": None}
"""Public sets, with the nDCG@10 to reach; None where it is to lie above vectors alone and words alone."""

_SYLLABLES = [f"{first}{second}" for first in "bdfgklmnprstvz" for second in "aeiou"]
WAYS = {
    "both": WEIGHTS,
    "meaning alone": Weights(asked=0.0, told=1.0, words=0.0),
    "words alone": Weights(asked=0.0, told=0.0, words=1.0),
}


@dataclass(frozen=True)
class RetrievalRow:
    """How one way of searching did on one set."""

    set: str
    way: str
    questions: int
    passages: int
    ndcg: float
    recall: float
    p50_ms: float
    p95_ms: float


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """nDCG@10 of the hybrid beside vectors alone and words alone, and latency at 200 and at 20,000 passages."""
    found: list[Figure] = []
    for name, target in SETS.items():
        with TemporaryDirectory(prefix="beacon-retrieval-") as folder:
            rows = measure_retrieval(data / "retrieval" / name, parts.encoder, Path(folder))
        both, *others = rows
        baselines = {row.way: round(row.ndcg, 4) for row in others}
        least = target or max(baselines.values())
        found += [
            Figure(
                what=f"{name}: nDCG@10",
                value=round(both.ndcg, 4),
                total=both.questions,
                target=least,
                baselines=baselines,
            ),
            Figure(what=f"{name}: recall@10", value=round(both.recall, 4), total=both.questions),
            Figure(what=f"{name}: query, p95", value=round(both.p95_ms, 2), total=both.questions, unit="ms"),
        ]
    return (*found, *measure_growth())


def measure_growth() -> Iterator[Figure]:
    """How much slower a query is, and how much more memory is held, at 20,000 passages than at 200.

    The passages are made up of words at random and their vectors too: only the search is timed. Both indexes are asked
    in turn, so that whatever else the machine does slows both.
    """
    draw = random.Random(1)
    with TemporaryDirectory(prefix="beacon-growth-") as folder:
        small, before = _made_up(FEW, draw, Path(folder) / "few"), _resident_mb()
        large, after = _made_up(MANY, draw, Path(folder) / "many"), _resident_mb()
        times: tuple[list[float], list[float]] = ([], [])
        for question in made_up_texts(QUERIES, draw, words=6):
            for library, took in zip((small, large), times, strict=True):
                start = time.perf_counter()
                library.search(question, language="en", limit=DEPTH)
                took.append((time.perf_counter() - start) * 1000)
        small.close()
        large.close()
    for passages, took in zip((FEW, MANY), times, strict=True):
        yield Figure(
            what=f"query p50 at {passages:,} passages", value=round(percentile(took, 0.5), 2), total=QUERIES, unit="ms"
        )
    few, many = (percentile(took, 0.95) for took in times)
    yield Figure(what=f"query p95 at {FEW} passages", value=round(few, 2), total=QUERIES, unit="ms")
    yield Figure(what=f"query p95 at {MANY:,} passages", value=round(many, 2), total=QUERIES, unit="ms")
    yield Figure(
        what="growth of query p95", value=round(many / few, 2), total=QUERIES, unit="times", target=1.5, at_most=True
    )
    yield Figure(what=f"memory for {MANY:,} passages", value=round(after - before, 1), total=1, unit="MB")


class RandomVectors:
    """An encoder whose vectors are random, one and the same a text; it knows every word, so that none is corrected."""

    version = "random-vectors"
    width = WIDTH

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        return np.array([self.encode_one(text) for text in texts], dtype=np.float32)

    def encode_one(self, text: str) -> Vectors:
        """The vector of one text."""
        draw = np.random.default_rng(crc32(text.encode()))
        vector = draw.standard_normal(WIDTH).astype(np.float32)
        made: Vectors = vector / np.linalg.norm(vector)
        return made

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Nothing: every vector is made anew."""

    def knows(self, word: str) -> bool:
        """Every word."""
        del word
        return True


def made_up_texts(count: int, draw: random.Random, *, words: int = 40) -> list[str]:
    """So many texts of random words, of which there are about 5,000."""
    known = [f"{first}{second}" for first in _SYLLABLES for second in _SYLLABLES]
    return [" ".join(draw.choices(known, k=words)) for _ in range(count)]


def stock_of(texts: Sequence[str]) -> Stock:
    """The texts as passages, numbered from 0."""
    rows = [{"_id": str(place), "title": text[:20], "text": text} for place, text in enumerate(texts)]
    return Stock("en", [_passage(row) for row in rows])


def _made_up(passages: int, draw: random.Random, folder: Path) -> BostonLibrary:
    """A library of so many passages of random words, which has answered a few questions already."""
    texts = made_up_texts(passages, draw)
    encoder = RandomVectors()
    folder.mkdir()
    build_stock([stock_of(texts)], encoder, folder)
    library = BostonLibrary(folder, encoder)
    for text in texts[:FIRST]:
        library.search(text, language="en", limit=DEPTH)
    return library


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_retrieval(
    folder: Path, encoder: Encoder, data_dir: Path, *, progress: Progress | None = None
) -> tuple[RetrievalRow, ...]:
    """nDCG@10, recall@10 and latency of the hybrid, of vectors alone and of words alone, in one run on one index."""
    passages, asked, judged = read_set(folder)
    build_stock([Stock("en", passages)], encoder, data_dir, progress=progress)
    return tuple(_measured(folder.name, way, len(passages), asked, judged, encoder, data_dir) for way in WAYS)


def read_set(folder: Path) -> tuple[list[Passage], dict[str, str], dict[str, set[str]]]:
    """The passages of a public set, its questions, and which passages are right for each.

    `folder` holds `corpus.jsonl` (or `.jsonl.gz`), `queries.jsonl` and `qrels/test.tsv` or `qrels/train.tsv`.
    """
    passages = [_passage(row) for row in _rows(folder / "corpus.jsonl")]
    judged = _judgements(folder / "qrels")
    asked = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl") if row["_id"] in judged}
    return passages, asked, judged


def _measured(
    name: str,
    way: str,
    passages: int,
    asked: Mapping[str, str],
    judged: Mapping[str, set[str]],
    encoder: Encoder,
    data_dir: Path,
) -> RetrievalRow:
    library = BostonLibrary(data_dir, encoder, WAYS[way])
    gains, found, times = [], [], []
    for question, text in asked.items():
        start = time.perf_counter()
        ids = [each.passage.id for each in library.search(text, language="en", limit=DEPTH)]
        times.append((time.perf_counter() - start) * 1000)
        gains.append(ndcg(ids, judged[question]))
        found.append(len(judged[question] & set(ids)) / len(judged[question]))
    library.close()
    times.sort()
    return RetrievalRow(
        set=name,
        way=way,
        questions=len(asked),
        passages=passages,
        ndcg=sum(gains) / len(gains),
        recall=sum(found) / len(found),
        p50_ms=times[len(times) // 2],
        p95_ms=times[int(len(times) * 0.95)],
    )


def ndcg(ids: Sequence[str], right: set[str]) -> float:
    """Normalised discounted cumulative gain of a ranking, every right answer weighing the same (0 to 1)."""
    gain = sum(1 / math.log2(place + 2) for place, each in enumerate(ids) if each in right)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(len(right), DEPTH)))


def _rows(path: Path) -> list[dict[str, str]]:
    packed = path.with_suffix(".jsonl.gz")
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    return [json.loads(line) for line in text.splitlines()]


def _passage(row: Mapping[str, str]) -> Passage:
    key, title = row["_id"], row.get("title", "")
    fixed = {"url": "", "as_of": date(2024, 1, 1), "freshness": Freshness.STABLE, "language": "en"}
    return Passage.model_validate(
        {"id": key, "article": key, "title": title, "heading": title, "text": row["text"], **fixed}
    )


def _judgements(folder: Path) -> dict[str, set[str]]:
    path = next(path for name in ("test.tsv", "train.tsv") if (path := folder / name).exists())
    judged: dict[str, set[str]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if int(row["score"]) > 0:
                judged.setdefault(row["query-id"], set()).add(row["corpus-id"])
    return judged
