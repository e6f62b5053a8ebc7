"""Vectors kept on disk by the text they were made from: nothing is computed twice, and a killed build goes on."""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.vectors import Encodes, Progress, Vectors

AT_ONCE = 64
"""How many vectors are computed between two writes: at most a second's work is lost."""


def kept_vectors(
    texts: Sequence[str], encoder: Encodes, data_dir: Path, *, progress: Progress | None = None
) -> Vectors:
    """One row a text, (n, width), computed once and then kept under `data_dir`/vectors.

    For texts of ours (articles, example questions), never for what residents write. `progress` hears (done, all).
    """
    path = data_dir / "vectors" / f"{encoder.version}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
    _drop_if_damaged(path)
    with closing(sqlite3.connect(path, timeout=60)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS vector (text BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        known = _known(database, keys, encoder.width)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if progress:
            progress(len(known), len(known) + len(missing))
        for start in range(0, len(missing), AT_ONCE):
            chunk = list(missing)[start : start + AT_ONCE]
            made = dict(zip(chunk, encoder.encode([missing[key] for key in chunk]), strict=True))
            _keep(database, made)
            known |= made
            if progress:
                progress(len(known), len(known) + len(missing) - start - len(chunk))
    return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), encoder.width)


def _drop_if_damaged(path: Path) -> None:
    """Everything kept here can be made again, so a damaged file is not worth a word."""
    try:
        with closing(sqlite3.connect(path, timeout=60)) as database:
            sound = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        sound = False
    if not sound:
        path.unlink()


def _known(database: sqlite3.Connection, keys: Sequence[bytes], width: int) -> dict[bytes, Vectors]:
    found: dict[bytes, Vectors] = {}
    for key in dict.fromkeys(keys):
        row = database.execute("SELECT value FROM vector WHERE text = ?", (key,)).fetchone()
        if row is not None and len(row[0]) == width * 4:
            found[key] = np.frombuffer(row[0], dtype="<f4")
    return found


def _keep(database: sqlite3.Connection, made: dict[bytes, Vectors]) -> None:
    rows = [(key, vector.astype("<f4").tobytes()) for key, vector in made.items()]
    with database:
        database.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
