"""Measures whether own messages are taken for what they are: a question, a report, a wish to know how a case stands."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from assistant.bootstrap import Reading as Parts
from assistant.embedded import EmbeddedEngine
from assistant.reading import Asked
from evals.figures import Figure, share
from tools.draft import Kind

MESSAGES = Path(__file__).parent / "kinds.yaml"


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """What own messages are taken for; `data` is not needed. Those taken wrong are told in full, for they are ours."""
    del data
    return tuple(measure_kinds(parts.engine))


def measure_kinds(engine: EmbeddedEngine) -> Iterator[Figure]:
    """The share of each kind's messages that are read as one request of that kind, and of jokes known as jokes."""
    held: dict[str, Any] = yaml.load(MESSAGES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    jokes = held.pop("jokes")
    for kind, rows in held.items():
        read = {text: _kinds(engine, text, language) for language, texts in rows.items() for text in map(str, texts)}
        wrong = tuple(text for text, kinds in read.items() if kinds != (Kind(kind),))
        yield _share(f"own messages, kind: {kind}", wrong, len(read))
    unknown = tuple(text for text in jokes if not _is_a_joke(engine, text))
    yield _share("own messages, jokes known as jokes", unknown, len(jokes))


def _kinds(engine: EmbeddedEngine, text: str, language: str) -> tuple[Kind, ...]:
    read = asyncio.run(engine.read(text, Asked(language=language)))
    return tuple(request.kind for request in read.requests)


def _is_a_joke(engine: EmbeddedEngine, text: str) -> bool:
    return any(request.joke for request in asyncio.run(engine.read(text, Asked())).requests)


def _share(what: str, wrong: tuple[str, ...], total: int) -> Figure:
    return share(what, total - len(wrong), total).model_copy(update={"against": wrong})
