"""The index: built in a directory of its own and put in use in one step, so that a half-written one is never served.

    <data>/index/current               the version in use
    <data>/index/<version>/            manifest.json, chroma/, and a folder a language: passages, vectors, words
    <data>/vectors/<encoder>.db        vectors kept between builds

Chroma finds by meaning: embedded, with our own vectors, one collection a language so that no filter is needed. It never
embeds for us (its default downloads a model) and never runs as a server. What it finds is approximate, so it only names
candidates; they are scored exactly elsewhere.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from zipfile import BadZipFile

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings
from chromadb.errors import ChromaError
from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from knowledge.article import Article, SearchUnavailable
from knowledge.axes import principal_axes
from knowledge.kept_vectors import kept_vectors
from knowledge.nearness import write_nearness
from knowledge.stock import Stock, stocked
from knowledge.tongues import Tongues
from knowledge.vectors import Encoder, Progress, Vectors

FORMAT = 4
"""Counts up whenever the files of an index change their meaning."""

KEPT = 2
"""How many versions stay on disk: the one in use and the one before, which another process may still have open."""

AT_ONCE = 2000
AXES = "axes.npz"
NEIGHBOURS = CreateHNSWConfiguration(
    space="ip", ef_construction=200, ef_search=56, max_neighbors=16, num_threads=1, batch_size=100, sync_threshold=1000
)


class IndexBroken(SearchUnavailable):
    """An index cannot be read; the sentence names its directory and the cure."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The index {str(folder)!r} is broken ({why}); run `beacon index` to build it again.")
        self.folder = folder


class IndexManifest(BaseModel):
    """What an index was built from. It is complete when this file stands in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    format: int
    encoder: str
    passages: dict[str, int]
    entries: dict[str, int]
    files: dict[str, str]


def build_index(
    articles: Sequence[Article],
    encoder: Encoder,
    data_dir: Path,
    *,
    tongues: Tongues | None = None,
    progress: Progress | None = None,
) -> IndexManifest:
    """Build the index of these articles and put it in use. The same articles and encoder give the same version at once.

    Only texts that are new are encoded; a build that was killed goes on where it stopped. `progress` hears (done, all)
    counted in texts. One build runs at a time; another waits.
    """
    return build_stock(stocked(articles), encoder, data_dir, tongues=tongues, progress=progress)


def build_stock(
    stock: Sequence[Stock],
    encoder: Encoder,
    data_dir: Path,
    *,
    tongues: Tongues | None = None,
    progress: Progress | None = None,
) -> IndexManifest:
    """Like `build_index`, for passages that come from elsewhere than articles."""
    home = data_dir / "index"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".lock"):
        version = index_version(stock, encoder)
        try:
            manifest = verified(home / version)
        except IndexBroken:
            manifest = _build(stock, encoder, data_dir, version, progress, tongues or Tongues(data_dir))
        _use(home, version)
        _clear(home)
    return manifest


def index_version(stock: Sequence[Stock], encoder: Encoder) -> str:
    """The version that an index of this stock has: a digest of its content, the encoder and the format."""
    whole = hashlib.sha256(f"{FORMAT} {encoder.version} {Tongues.version}".encode())
    for part in stock:
        for passage in part.passages:
            whole.update(passage.model_dump_json().encode("utf-8", "replace"))
        ways = json.dumps([part.language, [asdict(way) for way in part.ways], part.authority])
        whole.update(ways.encode())
    return whole.hexdigest()[:16]


def current_version(data_dir: Path) -> str | None:
    """The version in use, or None if no index was built."""
    pointer = data_dir / "index" / "current"
    return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None


def verified(folder: Path) -> IndexManifest:
    """The manifest of an index whose every file is as it was built. Raises IndexBroken."""
    try:
        manifest = IndexManifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise IndexBroken(folder, "its manifest is missing or cannot be read") from error
    for name, digest in manifest.files.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise IndexBroken(folder, f"its file {name!r} is missing or damaged")
    Dense(folder / "chroma", manifest.entries).close()
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(
    stock: Sequence[Stock],
    encoder: Encoder,
    data_dir: Path,
    version: str,
    progress: Progress | None,
    tongues: Tongues,
) -> IndexManifest:
    home = data_dir / "index"
    work = Path(mkdtemp(prefix=".building-", dir=home))
    texts = [text for part in stock for text in (*part.texts, *part.sentences)]
    vectors = iter(kept_vectors(texts, encoder, data_dir, progress=progress))
    rows: dict[str, Vectors] = {}
    for part in stock:
        rows[part.language] = _first(len(part.texts), vectors, encoder.width)
        part.write(work / part.language, rows[part.language], _first(len(part.sentences), vectors, encoder.width))
    rows = {language: own for language, own in rows.items() if len(own)}
    write_nearness(stock, work, tongues, data_dir)
    files = {str(path.relative_to(work)): _digest(path) for path in sorted(work.rglob("*")) if path.is_file()}
    write_dense(work / "chroma", rows)
    manifest = IndexManifest(
        version=version,
        format=FORMAT,
        encoder=encoder.version,
        passages={part.language: len(part.passages) for part in stock},
        entries={part.language: len(part.texts) for part in stock if part.texts},
        files=files,
    )
    (work / "manifest.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    shutil.rmtree(home / version, ignore_errors=True)
    os.replace(work, home / version)
    return manifest


def _first(count: int, vectors: Iterator[Vectors], width: int) -> Vectors:
    """The next so many rows as a matrix."""
    return np.array(list(islice(vectors, count)), dtype=np.float32).reshape(count, width)


def _use(home: Path, version: str) -> None:
    unfinished = home / ".current"
    unfinished.write_text(version, encoding="utf-8")
    os.replace(unfinished, home / "current")


def _clear(home: Path) -> None:
    """Remove what killed builds left and all versions but the newest."""
    for left in home.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)
    current = (home / "current").read_text(encoding="utf-8")
    others = [folder for folder in home.iterdir() if folder.is_dir() and folder.name != current]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in others[KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def write_dense(folder: Path, vectors: Mapping[str, Vectors]) -> None:
    """Index the vectors of every language in a new folder; a vector is known by its row."""
    client = _client(folder)
    axes = {language: principal_axes(rows) for language, rows in vectors.items()}
    np.savez(folder / AXES, allow_pickle=False, **axes)
    for language, rows in vectors.items():
        collection = client.create_collection(
            _name(language), embedding_function=None, configuration={"hnsw": NEIGHBOURS}
        )
        for start in range(0, len(rows), AT_ONCE):
            chunk = rows[start : start + AT_ONCE] @ axes[language]
            collection.add(ids=[str(start + place) for place in range(len(chunk))], embeddings=chunk)
    client.close()


class Dense:
    """A folder made by `write_dense`, opened for searching. Raises IndexBroken when it cannot be."""

    def __init__(self, folder: Path, sizes: Mapping[str, int]) -> None:
        if not (folder / "chroma.sqlite3").is_file():
            raise IndexBroken(folder, "its database is missing")
        _check_sqlite(folder)
        try:
            self._client = _client(folder)
            self._collections = {
                language: self._client.get_collection(_name(language), embedding_function=None) for language in sizes
            }
            counts = {language: collection.count() for language, collection in self._collections.items()}
        except (ChromaError, ValueError, OSError, sqlite3.Error) as error:
            raise IndexBroken(folder, str(error)) from error
        if counts != dict(sizes):
            raise IndexBroken(folder, f"it holds {counts!r} vectors instead of {dict(sizes)!r}")
        self._sizes = counts
        self._axes = _axes(folder)

    def nearest(self, vector: Vectors, language: str, *, limit: int) -> list[int]:
        """The rows nearest to a vector of unit length, nearly always the true ones, best first."""
        found = self._collections[language].query(
            query_embeddings=vector[None, :] @ self._axes[language],
            n_results=min(limit, self._sizes[language]),
            include=[],
        )
        return [int(row) for row in found["ids"][0]]

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def _axes(folder: Path) -> dict[str, Vectors]:
    try:
        with np.load(folder / AXES) as kept:
            return dict(kept)
    except (OSError, ValueError, BadZipFile) as error:
        raise IndexBroken(folder, f"its axes: {error}") from error


def _check_sqlite(folder: Path) -> None:
    """Raises IndexBroken before Chroma opens a damaged file, which it could not let go of in this process."""
    try:
        with closing(sqlite3.connect(folder / "chroma.sqlite3", timeout=60)) as database:
            answer = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise IndexBroken(folder, f"its database: {error}") from error
    if answer != "ok":
        raise IndexBroken(folder, f"its database: {answer}")


def _client(folder: Path) -> Client:
    return Client(settings=Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False))


def _name(language: str) -> str:
    return f"passages-{language}"
