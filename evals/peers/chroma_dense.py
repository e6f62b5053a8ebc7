"""Plain Chroma: one collection with its default settings, our vectors, nearest first."""

from collections.abc import Sequence
from pathlib import Path

import chromadb
from chromadb.config import Settings

from knowledge.vectors import Vectors

AT_ONCE = 2_000


class ChromaDense:
    """Implements `Peer` on an embedded Chroma."""

    name = "Chroma, vectors alone"

    def build(self, texts: Sequence[str], vectors: Vectors, folder: Path) -> None:
        """Index these texts, a vector each; Chroma never embeds."""
        client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._rows = client.create_collection("peer", embedding_function=None, metadata={"hnsw:space": "cosine"})
        for start in range(0, len(texts), AT_ONCE):
            ids = [str(row) for row in range(start, min(start + AT_ONCE, len(texts)))]
            self._rows.add(ids=ids, embeddings=vectors[start : start + AT_ONCE])

    def search(self, question: str, vector: Vectors, limit: int) -> list[int]:
        """The rows that fit best, best first."""
        del question
        found = self._rows.query(query_embeddings=[vector.tolist()], n_results=limit, include=[])
        return [int(each) for each in found["ids"][0]]
