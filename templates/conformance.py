"""Measures produced files against GB/T 9704-2012: what is required, what is there, whether it conforms.

The docx is read as XML, the PDF as positioned characters (pdfplumber). Ids are those of docx/gbt9704.yaml.
`ok` is None where a requirement cannot be measured in that file or does not apply to the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from templates.blocks import Document, Heading
from templates.measures import SkinOptions, measures

IDS = tuple(f"G{number:02d}" for number in range(1, 40))


@dataclass(frozen=True)
class Row:
    """One requirement measured in one file."""

    id: str
    file: str
    required: str
    measured: str
    ok: bool | None


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
    from templates.conformance_docx import measure as measure_docx
    from templates.conformance_pdf import measure as measure_pdf

    options = options or SkinOptions()
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


class Rows:
    """Collects rows of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[Row] = []

    def near(self, id: str, wanted: float, got: float | None, tolerance: float, unit: str = "mm") -> None:
        """A length: within the tolerance or not."""
        required = f"{wanted:g}±{tolerance:g} {unit}"
        if got is None:
            self.rows.append(Row(id, self.file, required, "—", False))
        else:
            self.rows.append(
                Row(id, self.file, required, f"{got:.2f} {unit}", abs(got - wanted) <= tolerance)
            )

    def between(self, id: str, low: float, high: float, got: float | None, unit: str = "mm") -> None:
        """A length within bounds."""
        measured = "—" if got is None else f"{got:.2f} {unit}"
        self.rows.append(
            Row(id, self.file, f"{low:g}–{high:g} {unit}", measured, got is not None and low <= got <= high)
        )

    def is_(self, id: str, required: object, measured: object, ok: bool | None = None) -> None:
        """A fact: equal, or judged by the caller."""
        self.rows.append(
            Row(id, self.file, str(required), str(measured), required == measured if ok is None else ok)
        )

    def unmeasured(self, id: str, why: str) -> None:
        """Not measurable here, or not applicable; said, not skipped."""
        self.rows.append(Row(id, self.file, why, "—", None))
