"""Our own search as a peer among the others: the same index and weights that answer residents."""

from collections.abc import Sequence
from pathlib import Path

from knowledge.index import build_stock
from knowledge.library import BostonLibrary
from knowledge.stock import Stock
from knowledge.vectors import Encoder, Vectors


class Ours:
    """Implements `Peer` on the library. It takes the stock itself, for it indexes more than plain texts."""

    name = "Beacon"

    def __init__(self, stock: Stock, encoder: Encoder) -> None:
        self._stock, self._encoder = stock, encoder
        self._rows = {passage.id: row for row, passage in enumerate(stock.passages)}

    def build(self, texts: Sequence[str], vectors: Vectors, folder: Path) -> None:
        """Index the stock; its vectors were made already and are kept in the folder."""
        del texts, vectors
        build_stock([self._stock], self._encoder, folder)
        self._library = BostonLibrary(folder, self._encoder)

    def search(self, question: str, vector: Vectors, limit: int) -> list[int]:
        """The rows that fit best, best first."""
        del vector
        found = self._library.search(question, language=self._stock.language, limit=limit)
        return [self._rows[each.passage.id] for each in found]

    def close(self) -> None:
        """Let go of the files."""
        self._library.close()
