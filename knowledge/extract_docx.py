"""Takes the text of a Word document as Markdown: headings, lists and tables; hidden text is left out and named."""

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from knowledge.extracted import Extracted, NotExtracted, tidied

MOST_BYTES = 100 * 1024 * 1024
"""What a document may unpack to; a small file can claim to hold far more."""

WHITE = "FFFFFF"


def extract_docx(content: bytes) -> Extracted:
    """The text of a Word document. Raises NotExtracted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_BYTES:
                raise NotExtracted("The document unpacks to more than it should hold.")
        document = Document(io.BytesIO(content))
        hidden: list[str] = []
        body = tidied("\n\n".join(_blocks(document, hidden)))
        about = document.core_properties
        said = about.modified.date() if about.modified else None
        title = " ".join((about.title or "").split())
    except (zipfile.BadZipFile, OpcError, SyntaxError, KeyError, ValueError, NotImplementedError) as error:
        raise NotExtracted(f"The document is damaged or no Word document ({type(error).__name__}).") from error
    if not any(letter.isalpha() for letter in body):
        raise NotExtracted("The document holds no text.")
    first = next(line.lstrip("# ") for line in body.splitlines() if line.strip())
    named = title or first[:100]
    return Extracted(title=named, body=_without(body, named), said=said, hidden=tuple(dict.fromkeys(hidden)))


def _blocks(document: WordDocument, hidden: list[str]) -> Iterator[str]:
    """The blocks of the document in order, lines of one list together."""
    items: list[str] = []
    for block in document.iter_inner_content():
        line = _table(block, hidden) if isinstance(block, Table) else _paragraph(block, hidden)
        if line.startswith("- "):
            items.append(line)
            continue
        if items:
            yield "\n".join(items)
            items = []
        if line:
            yield line
    if items:
        yield "\n".join(items)


def _paragraph(paragraph: Paragraph, hidden: list[str]) -> str:
    text = "".join(_shown(run, hidden) for part in paragraph.iter_inner_content() for run in _runs(part)).strip()
    style = (paragraph.style.name if paragraph.style else "") or ""
    if not text:
        return ""
    if style == "Title":
        return f"# {text}"
    if style.startswith("Heading"):
        level = int(style.rpartition(" ")[2]) if style.rpartition(" ")[2].isdecimal() else 1
        return f"{'#' * min(level + 1, 6)} {text}"
    return f"- {text}" if style.startswith("List") else text


def _runs(part: object) -> tuple[Run, ...]:
    """The runs of a part of a paragraph: itself, or those of a hyperlink."""
    return (part,) if isinstance(part, Run) else tuple(getattr(part, "runs", ()))


def _shown(run: Run, hidden: list[str]) -> str:
    color = run.font.color.rgb if run.font.color is not None else None
    if run.font.hidden or (color is not None and str(color) == WHITE):
        if run.text.strip():
            hidden.append(" ".join(run.text.split()))
        return ""
    return run.text


def _table(table: Table, hidden: list[str]) -> str:
    """A table as Markdown; its first row is its head."""
    rows = [
        [" ".join(_paragraph(each, hidden) for each in cell.paragraphs) for cell in row.cells] for row in table.rows
    ]
    cells = [[text.replace("|", "\\|").replace("\n", " ") for text in row] for row in rows]
    if not cells:
        return ""
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], f"|{' --- |' * len(cells[0])}", *lines[1:]])


def _without(body: str, title: str) -> str:
    first, _, rest = body.partition("\n")
    return rest.strip() if first.lstrip("# ").strip() == title and rest.strip() else body
