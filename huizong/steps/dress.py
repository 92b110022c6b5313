"""One paper dressed in both skins and measured: the work of one worker process."""

from __future__ import annotations

from dataclasses import dataclass

from templates import Document, SkinOptions, measures, render_docx, render_pdf
from templates.conformance import Row, conformance, substitutions
from templates.readback import Said, docx_said, pages, pdf_said


@dataclass(frozen=True)
class Dressed:
    """The same words as docx and PDF; `faults` against GB/T 9704-2012, `fonts` the PDF had to replace."""

    docx: bytes
    pdf: bytes
    held: int
    faults: tuple[str, ...]
    fonts: tuple[str, ...]
    said: Said  # what the docx says when read back
    printed: str  # and the PDF
    pages: int


def dressed(document: Document, options: SkinOptions) -> Dressed:
    docx, pdf = render_docx(document, options), render_pdf(document, options)
    rows = conformance(docx, pdf, document, options)
    return Dressed(
        docx,
        pdf,
        sum(row.ok is True for row in rows),
        tuple(_fault(row) for row in rows if row.ok is False),
        tuple(f"{each.wanted}用{each.used}" for each in substitutions(pdf, document)),
        docx_said(docx),
        pdf_said(pdf),
        pages(pdf),
    )


def _fault(row: Row) -> str:
    file = {"docx": "Word 文件", "pdf": "PDF"}.get(row.file, row.file)
    return f"{measures().names[row.id]}：应为{row.required}，{file}中为{row.measured}（{row.id}）"
