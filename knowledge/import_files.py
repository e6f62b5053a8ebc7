"""The files of an import: those of a folder that can be read, and what they hold.

ImportRefused    what was named cannot be imported; the sentence says why
"""

from pathlib import Path

from knowledge.extracted import NotExtracted
from knowledge.fetch import MOST_BYTES

KINDS = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx", ".md": "markdown", ".markdown": "markdown"}


class ImportRefused(Exception):
    """What was named cannot be imported; the sentence says why."""


def files_of(source: str) -> list[str]:
    """A file, or those of a folder in order; a link that leads out of the folder is left. Raises ImportRefused."""
    path = Path(source)
    if path.is_dir():
        inside = [each for each in sorted(path.rglob("*")) if each.suffix.casefold() in KINDS and each.is_file()]
        files = [str(each) for each in inside if each.resolve().is_relative_to(path.resolve())]
        if not files:
            raise ImportRefused(f"The folder {source!r} holds no HTML, PDF, DOCX or Markdown.")
        return files
    if not path.is_file():
        raise ImportRefused(f"{source!r} is neither an address nor a file or folder.")
    if path.suffix.casefold() not in KINDS:
        raise ImportRefused(f"{source!r} is not HTML, PDF, DOCX or Markdown.")
    return [source]


def content_of(page: str) -> bytes:
    """What a file holds. Raises NotExtracted for one that is too large."""
    path = Path(page)
    if path.stat().st_size > MOST_BYTES:
        raise NotExtracted(f"The file {page!r} is larger than {MOST_BYTES // 2**20} MB.")
    return path.read_bytes()
