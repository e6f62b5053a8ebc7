"""Takes the text of a PDF as plain paragraphs; text drawn invisibly or in white is left out and named."""

import io
import logging
import re
import time
from datetime import date

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.extracted import Extracted, NotExtracted, day_of, tidied

MOST_PAGES = 100
MOST_SECONDS = 30.0
INVISIBLE = 3
"""The rendering mode of text that is not drawn."""

_NEARLY_WHITE = 0.95


class _Pen:
    """How text is drawn as the operators of a page go by, and what was drawn so that nobody sees it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.hidden: list[str] = []
        self._invisible = self._white = False
        self._kept: list[tuple[bool, bool]] = []

    def operator(self, operator: bytes, operands: list[object], *_where: object) -> None:
        """Follow an operator that changes how text looks."""
        numbers = [float(each) for each in operands if isinstance(each, (int, float))]
        match operator:
            case b"q":
                self._kept.append((self._invisible, self._white))
            case b"Q" if self._kept:
                self._invisible, self._white = self._kept.pop()
            case b"Tr" if numbers:
                self._invisible = int(numbers[0]) == INVISIBLE
            case b"g" | b"rg" | b"sc" | b"scn" if numbers:
                self._white = min(numbers) >= _NEARLY_WHITE
            case b"k" if numbers:
                self._white = max(numbers) <= 1 - _NEARLY_WHITE
            case _:
                pass

    def text(self, text: str, *_where: object) -> None:
        """Take down a piece of text."""
        (self.hidden if self._invisible or self._white else self.seen).append(text)


def extract_pdf(content: bytes) -> Extracted:
    """The text of a PDF. Raises NotExtracted for one that is damaged, locked, too long, or only a picture."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings about sloppy files are of no use to an editor
    until = time.monotonic() + MOST_SECONDS
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotExtracted("The PDF is locked with a password.")
        if len(reader.pages) > MOST_PAGES:
            raise NotExtracted(f"The PDF has {len(reader.pages)} pages; at most {MOST_PAGES} are read.")
        pages, hidden = [], []
        for page in reader.pages:
            if time.monotonic() > until:
                raise NotExtracted(f"The PDF takes longer than {MOST_SECONDS:.0f} seconds to read.")
            pen = _Pen()
            page.extract_text(
                visitor_operand_before=pen.operator,
                visitor_text=pen.text,
            )
            pages.append("".join(pen.seen))
            hidden.append(" ".join("".join(pen.hidden).split()))
        title, said = _about(reader)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OverflowError,
    ) as error:
        raise NotExtracted(f"The PDF is damaged ({type(error).__name__}).") from error
    body = tidied("\n\n".join(_paragraphs(text) for text in pages))
    if not any(letter.isalpha() for letter in body):
        raise NotExtracted("The PDF holds no text; it may be a scanned picture.")
    first = next(line for line in body.splitlines() if line.strip())
    return Extracted(title=title or first[:100], body=body, said=said, hidden=tuple(filter(None, hidden)))


def _about(reader: PdfReader) -> tuple[str, date | None]:
    about = reader.metadata
    if about is None:
        return "", None
    title = " ".join(str(about.title or "").split())
    return title, day_of(str(about.get("/ModDate") or about.get("/CreationDate") or ""))


def _paragraphs(text: str) -> str:
    """Lines of a page joined to paragraphs: a line goes on unless it ends a sentence or the next begins an item."""
    out: list[str] = []
    for line in (each.strip() for each in text.splitlines()):
        goes_on = out and out[-1] and not re.search(r"[.:!?]$", out[-1]) and not re.match(r"[-•·*▪]|\d+[.)]\s", line)
        if line and goes_on and (line[:1].islower() or len(out[-1]) > 60):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(re.sub(r"^[•·▪]\s*", "- ", line))
    return "\n\n".join(out)
