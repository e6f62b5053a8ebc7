"""How times and storage grow: with open cases, with passages (beside plain Chroma and bm25s), and with conversations.

Sizes of one curve are measured in turns, or one after another in one run, and told as ratios to the smallest: whatever
else the machine does slows all of them.
"""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert, select

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.message import Channel, Inbound
from assistant.settings import Settings
from assistant.tables import conversations, deliveries, messages, turns
from evals.bench import CONVERSATION
from evals.figures import percentile
from evals.measure_retrieval import DEPTH, RandomVectors, made_up_texts, stock_of
from evals.peers.bm25_alone import BM25Alone
from evals.peers.chroma_dense import ChromaDense
from evals.peers.ours import Ours
from evals.peers.peer import Peer
from evals.search_bench import search_figures
from tools.database import Database
from tools.value import Value

CASES = (1_000, 10_000, 100_000)
PASSAGES = (200, 2_000, 20_000)
CONVERSATIONS = (200, 2_000, 10_000)
QUESTIONS, ROUNDS, AT_ONCE = 200, 6, 2_000


class Point(Value):
    """One measurement of a curve: milliseconds, or bytes where `unit` says so."""

    curve: str
    size: int
    p50: float
    p95: float
    unit: str = "ms"


async def case_curve() -> list[Point]:
    """The search for duplicates near so many open cases."""
    points = []
    for size in CASES:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite+aiosqlite:///{folder}/cases.db")
            told = await search_figures(database, count=size)
            await database.close()
        p50, p95 = (told[f"search near {size} open cases {part} ms"] for part in ("p50", "p95"))
        points.append(Point(curve="search for duplicates", size=size, p50=p50, p95=p95))
    return points


def passage_curve() -> list[Point]:
    """A search among so many passages of made-up words and vectors: ours, Chroma's nearest vectors, bm25s's words."""
    encoder, draw = RandomVectors(), random.Random(1)
    points = []
    for size in PASSAGES:
        texts = made_up_texts(size, draw)
        questions = made_up_texts(QUESTIONS + 20, draw, words=6)
        stock, vectors = stock_of(texts), encoder.encode(texts)
        ours = Ours(stock, encoder)
        peers: Sequence[Peer] = (ours, ChromaDense(), BM25Alone())
        with tempfile.TemporaryDirectory() as folder:
            for peer in peers:
                peer.build(texts, vectors, Path(folder) / peer.name)
            times: dict[str, list[float]] = {peer.name: [] for peer in peers}
            for question in questions:
                vector = encoder.encode_one(question)
                for peer in peers:
                    began = time.perf_counter()
                    peer.search(question, vector, DEPTH)
                    times[peer.name].append((time.perf_counter() - began) * 1000)
            ours.close()
        points += [_point(f"search, {name}", size, took[20:]) for name, took in times.items()]
    return points


async def conversation_curve(settings: Settings, reading: Reading) -> list[Point]:
    """A turn while the database holds so many conversations of ten turns, and the bytes of all divided by the turns."""
    points = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turns.db"
        assistant = await build_assistant(settings, reading=reading, database=Database(f"sqlite+aiosqlite:///{path}"))
        await _talk(assistant)
        rows = await _rows(assistant.store.database)
        held = 1
        for size in CONVERSATIONS:
            await _copy(assistant.store.database, rows, size - held)
            held = size
            told: list[float] = []
            for _ in range(ROUNDS):
                told += await _talk(assistant)
                held += 1
            points.append(_point("turn", size, told))
            each = round(await _bytes(assistant.store.database) / (held * len(CONVERSATION)))
            points.append(Point(curve="storage a turn", size=size, p50=each, p95=each, unit="bytes"))
        await assistant.close(seconds=5)
    return points


def _point(curve: str, size: int, took: Sequence[float]) -> Point:
    return Point(curve=curve, size=size, p50=round(percentile(took, 0.5), 2), p95=round(percentile(took, 0.95), 2))


async def _talk(assistant: Assistant) -> list[float]:
    """Milliseconds of each turn of one conversation."""
    opened = await assistant.open(Channel.WEB)
    took = []
    for text in CONVERSATION:
        inbound = Inbound(
            conversation_id=opened.conversation_id,
            channel=Channel.WEB,
            message_id=uuid4().hex,
            text=text,
            at=datetime.now(UTC),
        )
        began = time.perf_counter()
        await assistant.take(inbound, wait_seconds=30)
        took.append((time.perf_counter() - began) * 1000)
    return took


_TABLES = (conversations, messages, turns, deliveries)
_IDS = ("conversation_id", "message_id", "turn_id", "delivery_id", "token_hash")


async def _rows(database: Database) -> list[list[dict[str, object]]]:
    """The rows of the one conversation there is, table by table."""
    async with database.read() as connection:
        return [[dict(row) for row in (await connection.execute(select(each))).mappings()] for each in _TABLES]


async def _copy(database: Database, rows: Sequence[list[dict[str, object]]], times: int) -> None:
    """Put in the conversation so often, every time under ids of its own."""
    for start in range(0, times, 100):
        marks = [uuid4().hex[:12] for _ in range(min(100, times - start))]
        async with database.write() as connection:
            for table, known in zip(_TABLES, rows, strict=True):
                made = [marked(row, mark) for mark in marks for row in known]
                for at in range(0, len(made), AT_ONCE):
                    await connection.execute(insert(table), made[at : at + AT_ONCE])


def marked(row: dict[str, object], mark: str) -> dict[str, object]:
    """The row with the mark in all of its ids, so that what belongs together still does."""
    made = {name: value for name, value in row.items() if name != "id"}
    return made | {name: f"{made[name]}"[:40] + mark for name in _IDS if made.get(name) is not None}


async def _bytes(database: Database) -> int:
    """The bytes of the database's pages that are in use."""
    async with database.read() as connection:
        pages, free, size = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        ]
    return (int(pages) - int(free)) * int(size)


def ratios(points: Sequence[Point]) -> Iterator[tuple[Point, float]]:
    """Every point with its p95 beside that of the smallest size of its curve."""
    smallest = {each.curve: each.p95 for each in sorted(points, key=lambda each: -each.size)}
    for each in points:
        yield each, each.p95 / smallest[each.curve] if smallest[each.curve] else 0.0
