"""Measures produced files against GB/T 9704-2012: what is required, what is there, whether it conforms.

The docx is read as XML, the PDF as positioned characters (PDFium). Ids are those of docx/gbt9704.yaml.
`ok` is None where a requirement cannot be measured in that file or does not apply to the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from templates.blocks import Document, Heading
from templates.conformance.rows import Row
from templates.measures import SkinOptions, measures

__all__ = ["IDS", "Row", "Substitution", "conformance", "substitutions"]
IDS = tuple(f"G{number:02d}" for number in range(1, 40))


@dataclass(frozen=True)
class Substitution:
    """A face the standard names, and the family a PDF embeds instead of it (G39)."""

    role: str
    wanted: str
    used: str


def conformance(
    docx: bytes, pdf: bytes, document: Document, options: SkinOptions | None = None
) -> tuple[Row, ...]:
    """Every requirement measured in both files, in the standard's order."""
    from templates.conformance.docx import measure as measure_docx
    from templates.conformance.pdf import measure as measure_pdf
    from templates.fitting import fitted

    options = fitted(document, options or SkinOptions())
    rows = [*measure_docx(docx, document, options), *measure_pdf(pdf, document, options)]
    seen = {row.id for row in rows}
    rows += [Row(id, "—", "不适用或不能由文件测得", "—", None) for id in IDS if id not in seen]
    return tuple(sorted(rows, key=lambda row: (row.id, row.file)))


def substitutions(pdf: bytes, document: Document) -> tuple[Substitution, ...]:
    """Which of the standard's faces the PDF replaces by open ones; none where the real ones are embedded.

    A face the document has no text in is not spoken of: its last resort may be another face's first choice.
    """
    from templates.printed import embedded, plain

    fonts = embedded(pdf)
    m = measures()
    found = []
    for role, font in m.fonts.items():
        if role == "kai" and not _in_kai(document):
            continue
        if any(own.lower() in name.lower() for own in m.font_names[role] for name in fonts):
            continue
        used = [family for family in font.open if any(plain(family) in plain(name) for name in fonts)]
        if used:
            found.append(Substitution(role, font.word, used[0]))
    return tuple(found)


def _in_kai(document: Document) -> bool:
    """Signers (G15) and headings of the second level (G20) are set in 楷体."""
    level = measures().levels.index("kai") + 1
    shown = (*document.blocks, *(block for item in document.attachments for block in item.blocks))
    return bool(document.signers) or any(
        isinstance(block, Heading) and block.level == level for block in shown
    )
