"""版记 as WordprocessingML: a table that hangs on the bottom of the type area (G30-G32)."""

from __future__ import annotations

from templates.blocks import Imprint
from templates.measures import MM, Sheet, measures
from templates.ooxml import Element, Look, e, paragraph, run, twips


def imprint_table(imprint: Imprint, area: Sheet, letter: bool) -> Element | None:
    """Recipients, issuing office and date between their lines; a letter has the recipients only, no lines.

    None where there is nothing to print.
    """
    m = measures()
    indent = m.imprint.indent_chars * m.imprint.size_pt
    width, labels = area.text_width, m.labels
    rows: list[list[Element]] = []
    sent = [
        paragraph(
            "Imprint",
            [run(label + labels.separator.join(names) + labels.copies_end)],
            Look(left=indent + hang, hanging=hang, right=indent),
        )
        for label, names in ((labels.main, imprint.main), (labels.copies, imprint.copies))
        for hang in (len(label) * m.imprint.size_pt,)
        if names
    ]
    if sent:
        rows.append(sent)
    if not letter and (imprint.office or imprint.printed):
        printed = (imprint.printed or "") + (labels.printed if imprint.printed else "")
        contents = [run(f"{imprint.office or ''}\t{printed}")]
        rows.append([paragraph("Imprint", contents, Look(left=indent, tab=width - indent))])
    return _table(rows, area, letter) if rows else None


def _table(rows: list[list[Element]], area: Sheet, letter: bool) -> Element:
    m, width = measures().imprint, area.text_width
    thick, thin = round(m.thick_mm * MM * 8), round(m.thin_mm * MM * 8)

    def edge(tag: str, size: int) -> Element:
        return e(tag, {"w:val": "single", "w:sz": size, "w:space": 0, "w:color": measures().black})

    # Across from the page, not the margin: LibreOffice lets only such a table hang at the bottom.
    position = {
        "w:leftFromText": 0,
        "w:rightFromText": 0,
        "w:vertAnchor": "margin",
        "w:horzAnchor": "page",
        "w:tblpX": twips(area.left),
        "w:tblpYSpec": "bottom",
    }
    none = [e(f"w:{side}", {"w:w": 0, "w:type": "dxa"}) for side in ("top", "left", "bottom", "right")]
    properties = e(
        "w:tblPr",
        None,
        e("w:tblpPr", position),
        e("w:tblW", {"w:w": twips(width), "w:type": "dxa"}),
        e("w:tblLayout", {"w:type": "fixed"}),
        e("w:tblCellMar", None, *none),
    )
    grid = e("w:tblGrid", None, e("w:gridCol", {"w:w": twips(width)}))
    last = len(rows) - 1
    lines = []
    for at, row in enumerate(rows):
        above = edge("w:top", thin if at else thick)
        below = edge("w:bottom", thick if at == last else thin)
        borders = None if letter else e("w:tcBorders", None, above, below)
        lines.append(_row(row, width, borders))
    if area.below > 0:
        spacer = paragraph("Imprint", [], Look(line=area.below))
        lines.append(_row([spacer], width, None, area.below))
    return e("w:tbl", None, properties, grid, *lines)


def _row(row: list[Element], width: float, borders: Element | None, height: float = 0.0) -> Element:
    exact = {"w:val": twips(height), "w:hRule": "exact"}
    return e(
        "w:tr",
        None,
        e("w:trPr", None, e("w:cantSplit"), e("w:trHeight", exact) if height else None),
        e("w:tc", None, e("w:tcPr", None, e("w:tcW", {"w:w": twips(width), "w:type": "dxa"}), borders), *row),
    )
