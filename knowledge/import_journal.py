"""Keeps which pages of an import are done, so that one that was stopped goes on where it stopped."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Journal:
    """Which pages of an import are done, kept in a file, so that one that was stopped goes on where it stopped."""

    path: Path
    pages: list[str] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, source: str) -> "Journal":
        """The journal of a source; empty at first, or if it was damaged."""
        journal = cls(folder / f"{hashlib.sha256(source.encode()).hexdigest()[:16]}.json")
        try:
            kept = json.loads(journal.path.read_text(encoding="utf-8"))
            journal.pages, journal.done = list(kept["pages"]), dict(kept["done"])
        except (OSError, ValueError, KeyError, TypeError):
            return journal
        return journal

    def keep(self) -> None:
        """Write it, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps({"pages": self.pages, "done": self.done}), encoding="utf-8")
        beside.replace(self.path)

    def end(self) -> None:
        """The import is whole: the next one of this source begins anew."""
        self.path.unlink(missing_ok=True)
