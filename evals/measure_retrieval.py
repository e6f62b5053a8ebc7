"""Measures the search on public sets: corpus, queries and judgements go in, rows of figures come out."""

import csv
import gzip
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.article import Freshness, Passage
from knowledge.index import build_stock
from knowledge.library import BostonLibrary
from knowledge.shelf import WEIGHTS, Weights
from knowledge.stock import Stock
from knowledge.vectors import Encoder, Progress

DEPTH = 10
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


def measure_retrieval(
    folder: Path, encoder: Encoder, data_dir: Path, *, progress: Progress | None = None
) -> tuple[RetrievalRow, ...]:
    """nDCG@10, recall@10 and latency of the hybrid, of vectors alone and of words alone, in one run on one index.

    `folder` holds `corpus.jsonl` (or `.jsonl.gz`), `queries.jsonl` and `qrels/test.tsv` or `qrels/train.tsv`.
    """
    passages = [_passage(row) for row in _rows(folder / "corpus.jsonl")]
    build_stock([Stock("en", passages)], encoder, data_dir, progress=progress)
    judged = _judgements(folder / "qrels")
    asked = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl") if row["_id"] in judged}
    return tuple(_measured(folder.name, way, len(passages), asked, judged, encoder, data_dir) for way in WAYS)


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
