"""What a peer is: it takes texts with their vectors, and ranks them for a question. All get the same of both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from knowledge.vectors import Vectors

DEPTH = 10


class Peer(Protocol):
    """A way of searching, on an index of its own."""

    name: str

    def build(self, texts: Sequence[str], vectors: Vectors, folder: Path) -> None:
        """Index these texts, a vector each."""
        ...

    def search(self, question: str, vector: Vectors, limit: int) -> list[int]:
        """The rows that fit best, best first."""
        ...
