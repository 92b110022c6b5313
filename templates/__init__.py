"""The look of everything Huizong hands out: prose in a skin. Imports nothing of ours; knows no campaign.

>>> document = compose("circular.md", context, folders=[campaign / "text"])
>>> render_docx(document), render_pdf(document)
"""

from __future__ import annotations

from templates import pdf as _pdf
from templates import word as _word
from templates.blocks import (
    Attachment,
    Block,
    Cell,
    Document,
    Heading,
    Image,
    Imprint,
    Paragraph,
    Remark,
    Run,
    Signature,
    Table,
)
from templates.chart import bars
from templates.compiled import CompiledDocx
from templates.document import compose
from templates.measures import SkinOptions, measures
from templates.parse import Inserts, widths
from templates.prose import TEXT, Prose, ProseError, fill_text, find, load, placeholder_lines, placeholders

__all__ = [
    "TEXT",
    "Attachment",
    "Block",
    "Cell",
    "CompiledDocx",
    "Document",
    "Heading",
    "Image",
    "Imprint",
    "Inserts",
    "Paragraph",
    "Prose",
    "ProseError",
    "Remark",
    "Run",
    "Signature",
    "SkinOptions",
    "Table",
    "bars",
    "compose",
    "fill_text",
    "find",
    "load",
    "measures",
    "placeholder_lines",
    "placeholders",
    "render_docx",
    "render_pdf",
    "widths",
]


def render_docx(document: Document, options: SkinOptions | None = None) -> bytes:
    """The document as docx (GB/T 9704-2012). Equal input gives equal bytes."""
    options = options or SkinOptions()
    return _word.docx(document, options, _pdf.placement(document, options))


def render_pdf(document: Document, options: SkinOptions | None = None) -> bytes:
    """The document as PDF with embedded fonts (GB/T 9704-2012). Equal input gives equal bytes."""
    options = options or SkinOptions()
    return _pdf.pdf(document, options, _pdf.placement(document, options))
