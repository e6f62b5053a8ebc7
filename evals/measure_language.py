"""Measures how the language of a message is told, on sentences of public texts and on their first words."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.bootstrap import Reading as Parts
from assistant.language import LanguageReader
from evals.figures import Figure, share
from tools.value import Value

LEAST = 0.95
LEAST_KEA = 0.80
LONGEST = 160
"""Characters of a line; a text message is no longer."""

BEGINNING = 5
"""Words of the beginnings on which languages without spaces are left out."""


class Line(Value):
    """A line in a known language. A line of Chinese without its script says "zh"."""

    language: str
    text: str


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How languages are told. `data` is the folder with `language/`."""
    reader = parts.engine.languages
    declared = list(declaration(data / "language" / "udhr_boston_languages.jsonl"))
    sentences = list(collected(data / "language"))
    beginnings = [line.model_copy(update={"text": _beginning(line.text)}) for line in declared if _spaced(line)]
    return (
        _right("language: all short lines", [*declared, *sentences], reader, target=0.97),
        *_each([*declared, *sentences], reader),
        _right("language: sentences from the web", sentences, reader),
        _right(f"language: first {BEGINNING} words of a line", beginnings, reader),
    )


def declaration(path: Path) -> Iterator[Line]:
    """Lines of the Universal Declaration of Human Rights in our languages ("ht2" is its second Haitian version)."""
    with path.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            if len(row["text"]) <= LONGEST and _has_words(row["text"]):
                yield Line(language=row["lang"].rstrip("2"), text=row["text"])


def collected(folder: Path) -> Iterator[Line]:
    """Sentences collected from the web in nine languages; a few of them are in another one."""
    for path in sorted(folder.glob("lingua_sentences_*.txt")):
        language = path.stem.removeprefix("lingua_sentences_")
        for text in path.read_text(encoding="utf-8").splitlines():
            if 12 <= len(text) <= LONGEST and _has_words(text):
                yield Line(language=language, text=text)


def _has_words(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]", text)) >= 6


def _spaced(line: Line) -> bool:
    return len(line.text.split()) > BEGINNING


def _beginning(text: str) -> str:
    return " ".join(text.split()[:BEGINNING])


def _each(lines: list[Line], reader: LanguageReader) -> Iterator[Figure]:
    for language in sorted({line.language for line in lines} - {"zh"}):
        chosen = [line for line in lines if line.language == language]
        yield _right(f"language: {language}", chosen, reader, target=LEAST_KEA if language == "kea" else LEAST)


def _right(what: str, lines: Iterable[Line], reader: LanguageReader, *, target: float | None = None) -> Figure:
    told = [reader.detect(line.text).language.startswith(line.language) for line in lines]
    return share(what, sum(told), len(told), target=target)
