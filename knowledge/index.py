"""The dense index: Chroma with our own vectors, a collection a language, in a directory that is swapped whole.

An index lives in `<data>/index/<version>/`; `<data>/index/current` names the one in use. A build writes beside it and
changes that name last, so a half-written index is never served; vectors are cached as they are made, so a killed build
goes on where it was.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings
from pydantic import BaseModel, ConfigDict

from knowledge.article import Article, Passage
from knowledge.passages import passages_of
from knowledge.vectors import Encoder, Vectors

FORMAT = 2
BATCH = 64
Progress = Callable[[int, int], None]


class IndexBroken(Exception):
    """The index cannot be read; the sentence names it and the cure."""


class IndexManifest(BaseModel):
    """What an index was built from. `version` is a digest of the articles, the encoder and the format."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    encoder: str
    passages: int
    questions: int
    languages: tuple[str, ...]


class Entry(BaseModel):
    """One text in the index and the passage it leads to: the passage itself, or a question residents ask."""

    model_config = ConfigDict(frozen=True)

    text: str
    passage: str
    kind: str


def version_of(articles: Iterable[Article], encoder: Encoder) -> str:
    """The version an index of these articles would have."""
    digest = hashlib.sha256(f"{FORMAT}|{encoder.version}".encode())
    for article in articles:
        digest.update(article.model_dump_json().encode())
    return digest.hexdigest()[:16]


def build_index(articles: Sequence[Article], encoder: Encoder, data_dir: Path, *, progress: Progress) -> IndexManifest:
    """Build the index of these articles and put it in use; nothing is done if it is there already."""
    version = version_of(articles, encoder)
    root = data_dir / "index"
    if current_version(data_dir) == version and (root / version / "manifest.json").exists():
        return read_manifest(data_dir)
    passages = {language: _of(articles, language) for language in sorted({each.language for each in articles})}
    entries = {language: _entries(articles, passages[language], language) for language in passages}
    unfinished = root / f"{version}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _fill(unfinished, passages, entries, encoder, data_dir, progress)
    manifest = IndexManifest(
        version=version,
        encoder=encoder.version,
        passages=sum(map(len, passages.values())),
        questions=sum(entry.kind == "question" for found in entries.values() for entry in found),
        languages=tuple(passages),
    )
    (unfinished / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    shutil.rmtree(root / version, ignore_errors=True)
    unfinished.rename(root / version)
    _point_to(root, version)
    _forget_others(root, version)
    return manifest


def _of(articles: Iterable[Article], language: str) -> list[Passage]:
    return [passage for each in articles if each.language == language for passage in passages_of(each)]


def _entries(articles: Iterable[Article], passages: list[Passage], language: str) -> list[Entry]:
    found = [Entry(text=f"{each.heading}. {each.text}", passage=each.id, kind="passage") for each in passages]
    first: dict[str, str] = {}
    for passage in passages:
        first.setdefault(passage.article, passage.id)
    for article in articles:
        if article.language == language and article.id in first:
            texts = (article.title, *article.questions)
            found += [Entry(text=text, passage=first[article.id], kind="question") for text in texts]
    return found


def _fill(
    folder: Path,
    passages: dict[str, list[Passage]],
    entries: dict[str, list[Entry]],
    encoder: Encoder,
    data_dir: Path,
    progress: Progress,
) -> None:
    client = chromadb.PersistentClient(str(folder / "chroma"), Settings(anonymized_telemetry=False))
    cache = _VectorCache(data_dir / "vectors" / encoder.version, encoder)
    total, done = sum(map(len, entries.values())), 0
    for language, found in entries.items():
        collection = client.create_collection(
            f"passages-{language}", embedding_function=None, metadata={"hnsw:space": "cosine"}
        )
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            ids = [f"{start + place}" for place in range(len(batch))]
            collection.add(ids=ids, embeddings=cache.vectors([entry.text for entry in batch]))
            done += len(batch)
            progress(done, total)
        lines = [passage.model_dump_json() for passage in passages[language]]
        (folder / f"passages-{language}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        (folder / f"entries-{language}.jsonl").write_text(
            "\n".join(e.model_dump_json() for e in found), encoding="utf-8"
        )


class _VectorCache:
    """Vectors by the digest of their text, kept on disk as they are made."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._encoder = encoder

    def vectors(self, texts: Sequence[str]) -> Vectors:
        path = self._folder / f"{hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:32]}.npy"
        if path.exists():
            known: Vectors = np.load(path, allow_pickle=False)
            return known
        made = self._encoder.encode(texts)
        unfinished = path.with_suffix(f".{os.getpid()}.npy")
        np.save(unfinished, made, allow_pickle=False)
        unfinished.replace(path)
        return made


def current_version(data_dir: Path) -> str | None:
    """The version in use, or None before the first build."""
    pointer = data_dir / "index" / "current"
    return pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None


def read_manifest(data_dir: Path) -> IndexManifest:
    """The manifest of the index in use. Raises IndexBroken."""
    version = current_version(data_dir)
    path = data_dir / "index" / str(version) / "manifest.json"
    try:
        return IndexManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexBroken(f"The index {path.parent} cannot be read. Run `beacon index` to build it again.") from error


def _point_to(root: Path, version: str) -> None:
    unfinished = root / f"current.{os.getpid()}"
    unfinished.write_text(version, encoding="utf-8")
    unfinished.replace(root / "current")


def _forget_others(root: Path, version: str) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and folder.name != version:
            shutil.rmtree(folder, ignore_errors=True)


class DenseIndex:
    """One language of an index: its entries, and the search among them."""

    def __init__(self, folder: Path, language: str, client: "chromadb.api.ClientAPI") -> None:
        self.passages = {
            passage.id: passage
            for line in _lines(folder / f"passages-{language}.jsonl")
            for passage in [Passage.model_validate_json(line)]
        }
        self.entries = [Entry.model_validate_json(line) for line in _lines(folder / f"entries-{language}.jsonl")]
        self._collection = client.get_collection(f"passages-{language}", embedding_function=None)

    def nearest(self, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """The entries nearest to a vector: their place and cosine, best first."""
        found = self._collection.query(
            query_embeddings=[vector.tolist()], n_results=min(count, len(self.entries)), include=["distances"]
        )
        ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
        return [(int(each), 1.0 - float(distance)) for each, distance in zip(ids, distances, strict=True)]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def open_index(data_dir: Path) -> tuple[IndexManifest, dict[str, DenseIndex]]:
    """The index in use, language by language. Raises IndexBroken."""
    manifest = read_manifest(data_dir)
    folder = data_dir / "index" / manifest.version
    try:
        client = chromadb.PersistentClient(str(folder / "chroma"), Settings(anonymized_telemetry=False))
        return manifest, {language: DenseIndex(folder, language, client) for language in manifest.languages}
    except Exception as error:  # noqa: BLE001 - Chroma raises many kinds for a damaged directory
        raise IndexBroken(f"The index {folder} cannot be read. Run `beacon index` to build it again.") from error
