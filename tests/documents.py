"""Documents made on the spot for the tests of the import: PDF and Word files with visible and hidden text."""

import io
from collections.abc import Sequence

from docx import Document
from docx.shared import RGBColor
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject


def pdf(*pages: str, title: str = "", password: str = "") -> bytes:
    """A PDF of these content streams, one a page; /F1 is Helvetica."""
    writer = PdfWriter()
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
         NameObject("/BaseFont"): NameObject("/Helvetica")}
    )  # fmt: skip
    for content in pages:
        page = writer.add_blank_page(width=612, height=792)
        stream = DecodedStreamObject()
        stream.set_data(content.encode("latin-1"))
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title, "/ModDate": "D:20250601120000Z"})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def line(text: str, *, y: int, look: str = "0 g 0 Tr") -> str:
    """A line of text in a content stream."""
    return f"BT /F1 12 Tf {look} 72 {y} Td ({text}) Tj ET"


def docx(lines: Sequence[tuple[str, str]], *, hidden: str = "", white: str = "", title: str = "") -> bytes:
    """A Word document of (style, text) paragraphs, with a table, and hidden words in its last paragraph."""
    document = Document()
    document.core_properties.title = title
    for style, text in lines:
        document.add_paragraph(text, style=style)
    last = document.add_paragraph("The end. ")
    if hidden:
        last.add_run(hidden).font.hidden = True
    if white:
        last.add_run(white).font.color.rgb = RGBColor(255, 255, 255)
    table = document.add_table(rows=2, cols=2)
    for place, text in enumerate(("What", "Fee", "Gull license", "$3")):
        table.cell(place // 2, place % 2).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
