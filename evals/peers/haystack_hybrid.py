"""Haystack's hybrid: its in-memory store, BM25 and vectors each, joined by reciprocal rank fusion, as in its guide."""

from collections.abc import Sequence
from pathlib import Path

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from knowledge.vectors import Vectors

EACH = 50
"""How many documents each retriever gives to be joined."""


class HaystackHybrid:
    """Implements `Peer` on Haystack."""

    name = "Haystack, hybrid"

    def build(self, texts: Sequence[str], vectors: Vectors, folder: Path) -> None:
        """Index these texts, a vector each."""
        del folder
        store = InMemoryDocumentStore(embedding_similarity_function="cosine", return_embedding=False)
        rows = enumerate(zip(texts, vectors, strict=True))
        store.write_documents(
            [Document(id=str(row), content=text, embedding=own.tolist()) for row, (text, own) in rows]
        )
        self._words = InMemoryBM25Retriever(store, top_k=EACH)
        self._meaning = InMemoryEmbeddingRetriever(store, top_k=EACH)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(self, question: str, vector: Vectors, limit: int) -> list[int]:
        """The rows that fit best, best first."""
        words = self._words.run(query=question)["documents"]
        meaning = self._meaning.run(query_embedding=vector.tolist())["documents"]
        joined = self._joiner.run(documents=[words, meaning], top_k=limit)["documents"]
        return [int(each.id) for each in joined]
