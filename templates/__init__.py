"""The look of everything Huizong hands out: prose in a skin. Imports nothing of ours; knows no campaign.

>>> document = compose("circular.md", context, folders=[campaign / "text"])
>>> render_docx(document), render_pdf(document)
"""

from __future__ import annotations

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
from templates.document import compose
from templates.measures import SkinOptions, measures
from templates.parse import Inserts
from templates.prose import TEXT, Prose, ProseError, fill_text, find, load, placeholder_lines, placeholders

__all__ = [
    "TEXT",
    "Attachment",
    "Block",
    "Cell",
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
]


def render_docx(document: Document, options: SkinOptions | None = None) -> bytes:
    """The document as docx (GB/T 9704-2012). Equal input gives equal bytes."""
    from templates import fitting, pdf, word  # WeasyPrint is slow to import, and most processes only read

    document, options = fitting.dressed(document, options or SkinOptions())
    place = pdf.placement(document, options)
    return word.docx(document, options, place, pdf.divided(document, options, place))


def render_pdf(document: Document, options: SkinOptions | None = None) -> bytes:
    """The document as PDF with embedded fonts (GB/T 9704-2012). Equal input gives equal bytes."""
    from templates import fitting, pdf

    document, options = fitting.dressed(document, options or SkinOptions())
    return pdf.pdf(document, options, pdf.placement(document, options))
