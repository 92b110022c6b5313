"""Tables as WordprocessingML: data with spans and a repeated head, and the mark of a joint issue."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from templates.blocks import Cell, Document, Remark, Table
from templates.measures import measures
from templates.ooxml import Element, Look, e, paragraph, run, runs, twips, val
from templates.type_area import MARK_LINE, em_width, joint_mark, mark_size_pt

TOGETHER = 2
"""So many rows before the last stay with it: a total never stands alone on a page."""
SHORT = 10
WHOLE_PT = 400.0
"""A table of no more rows and points stands on one page.  A higher one would not fit under the head of an
annex, and ONLYOFFICE, asked to keep it whole, leaves that head alone on a page."""


def stands_whole(data: Table, width: float) -> bool:
    """Whether a table, `width` points wide, is kept on one page; its height is an estimate."""
    m, line_pt = measures().tables, type_of(data)[1]
    if len(data.rows) > SHORT:
        return False
    columns = column_widths(data, width)
    high = 0.0
    for row in data.rows:
        most = max((_lines(*each) for each in zip(row, columns, strict=False)), default=1)
        high += most * line_pt + 2 * m.padding_pt
    return high <= WHOLE_PT


def _lines(cell: Cell, width: float) -> int:
    """How many lines a cell takes in a column."""
    m = measures().tables
    room = max(1.0, (width - 2 * m.side_padding_pt) / m.size_pt)
    return sum(max(1, ceil(em_width(line) / room)) for line in cell.text.split("\n"))


def kept(nth: int, rows: int, whole: bool) -> bool:
    """Whether the nth of so many rows, counted from 1, stays with the next one."""
    if whole:
        return nth < rows
    return 0 < rows - nth <= TOGETHER


def type_of(table: Table) -> tuple[float, float]:
    """Size and line in points: tables of many columns are set smaller."""
    m = measures().tables
    if _dense(table):
        return m.dense_size_pt, m.dense_line_pt
    return m.size_pt, m.line_pt


def _dense(table: Table) -> bool:
    return table.columns >= measures().tables.dense_columns


def column_widths(table: Table, width: float) -> list[float]:
    """Points per column."""
    whole = sum(table.widths)
    return [width * share / whole for share in table.widths]


def table(data: Table, width: float, notes: Sequence[Remark] = ()) -> Element:
    """The table, `width` points wide, with its title over it and its notes under it.

    Title and notes are rows without lines: ONLYOFFICE binds a paragraph to no table behind it, and
    LibreOffice a paragraph behind a table to no row of it.
    """
    m = measures().tables
    columns = column_widths(data, width)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = {"w:val": "single", "w:sz": round(m.rule_pt * 8), "w:space": 0, "w:color": measures().black}
    above = m.dense_padding_pt if _dense(data) else m.padding_pt
    pads = {"top": above, "left": m.side_padding_pt, "bottom": above, "right": m.side_padding_pt}
    properties = e(
        "w:tblPr",
        None,
        e("w:tblW", {"w:w": twips(width), "w:type": "dxa"}),
        val("w:jc", "center"),
        e("w:tblBorders", None, *(e(f"w:{side}", line) for side in sides)),
        e("w:tblLayout", {"w:type": "fixed"}),
        e("w:tblCellMar", None, *(e(f"w:{s}", {"w:w": twips(p), "w:type": "dxa"}) for s, p in pads.items())),
    )
    grid = e("w:tblGrid", None, *(e("w:gridCol", {"w:w": twips(column)}) for column in columns))
    rows = [
        *_title(data.caption, width, len(columns)),
        *_rows(data.header, columns, "TableHead", True, type_of(data)),
        *_rows(data.rows, columns, "TableText", False, type_of(data), bool(notes), stands_whole(data, width)),
        *(_note(note, width, len(columns), note is notes[0], note is notes[-1]) for note in notes),
    ]
    return e("w:tbl", None, properties, grid, *rows)


def _rows(
    rows: Sequence[Sequence[Cell]],
    columns: list[float],
    style: str,
    head: bool,
    face: tuple[float, float],
    noted: bool = False,
    whole: bool = False,
) -> list[Element]:
    """Rows with HTML-like spans turned into gridSpan and vMerge."""
    covered: dict[int, tuple[int, int]] = {}  # grid column -> (rows still covered, columns of that cell)
    out = []
    for nth, row in enumerate(rows, 1):
        properties = e(
            "w:trPr",
            None,
            e("w:cantSplit"),
            e("w:tblHeader") if head else None,
        )
        line = e("w:tr", None, properties)
        keep = head or kept(nth, len(rows), whole) or (noted and nth == len(rows))
        cells, at = iter(row), 0
        while at < len(columns):
            left, across = covered.get(at, (0, 1))
            if left:
                line.append(
                    _cell(Cell("", cols=across), columns[at : at + across], style, "continue", face, keep)
                )
                covered[at] = (left - 1, across)
                at += across
                continue
            cell = next(cells, Cell(""))
            across = min(cell.cols, len(columns) - at)
            merge = "restart" if cell.rows > 1 else None
            line.append(_cell(cell, columns[at : at + across], style, merge, face, keep))
            covered[at] = (cell.rows - 1, across)
            at += across
        out.append(line)
    return out


def _title(text: str, width: float, columns: int) -> list[Element]:
    if not text:
        return []
    line = paragraph("Caption", [run(text)], Look(keep_next=True))
    properties = e("w:trPr", None, e("w:cantSplit"), e("w:tblHeader"))
    return [e("w:tr", None, properties, _bare(line, width, columns, "top"))]


def _note(note: Remark, width: float, columns: int, first: bool, last: bool) -> Element:
    text = paragraph(
        "Remark",
        runs(note.runs, note.spacing),
        Look(keep_next=not last),
        [e("w:overflowPunct", {"w:val": 0})],
    )
    above = measures().tables.padding_pt * 2 if first else 0.0
    cell = _bare(text, width, columns, "bottom", above)
    return e("w:tr", None, e("w:trPr", None, e("w:cantSplit") if note.short else None), cell)


def _bare(text: Element, width: float, columns: int, side: str, above: float = 0.0) -> Element:
    """A cell across the table without lines at its ends and at one more side."""
    sides = [each for each in ("top", "left", "bottom", "right") if each in ("left", "right", side)]
    bare = e("w:tcBorders", None, *(e(f"w:{each}", {"w:val": "nil"}) for each in sides))
    gaps = {"top": above, "left": 0.0, "bottom": 0.0, "right": 0.0}
    inner = (e(f"w:{each}", {"w:w": twips(gap), "w:type": "dxa"}) for each, gap in gaps.items())
    across = e("w:tcW", {"w:w": twips(width), "w:type": "dxa"})
    spanned = val("w:gridSpan", columns) if columns > 1 else None
    return e("w:tc", None, e("w:tcPr", None, across, spanned, bare, e("w:tcMar", None, *inner)), text)


def _cell(
    cell: Cell,
    columns: list[float],
    style: str,
    merge: str | None,
    face: tuple[float, float],
    keep: bool,
) -> Element:
    size, line = face
    properties = e(
        "w:tcPr",
        None,
        e("w:tcW", {"w:w": twips(sum(columns)), "w:type": "dxa"}),
        val("w:gridSpan", len(columns)) if len(columns) > 1 else None,
        val("w:vMerge", merge) if merge else None,
        val("w:vAlign", "center"),
    )
    contents = [run(cell.text, size=size, spacing=cell.spacing)] if cell.text else []
    return e(
        "w:tc", None, properties, paragraph(style, contents, Look(cell.align, line=line, keep_next=keep))
    )


def joint_table(document: Document, width: float) -> Element:
    """G13: the names of a joint issue under each other, spread to one width, the word at their right
    level with their middle. A table without lines, centred in `width` points."""
    mark, size = joint_mark(document), mark_size_pt(document)
    line = size * MARK_LINE
    # A blank at both ends: LibreOffice breaks a text that is as wide as its cell.
    blank = mark.gap / 2 * size
    columns = [mark.width * size + 2 * blank, *([mark.word_width * size] if mark.word else [])]
    none = [e(f"w:{side}", {"w:w": 0, "w:type": "dxa"}) for side in ("top", "left", "bottom", "right")]
    properties = e(
        "w:tblPr",
        None,
        e("w:tblW", {"w:w": twips(sum(columns)), "w:type": "dxa"}),
        val("w:jc", "center"),
        e("w:tblLayout", {"w:type": "fixed"}),
        e("w:tblCellMar", None, *none),
    )
    rows = []
    for at, (name, spread) in enumerate(mark.names):
        spread_run = run(name[:-1], size=size, spacing=spread * size)
        look = Look("left", left=blank, line=line)
        cells = [_plain_cell(columns[0], None, [spread_run, run(name[-1:], size=size)], look)]
        if mark.word:
            word = [run(mark.word, size=size)] if at == 0 else []
            look = Look("right", right=blank, line=line)
            cells.append(_plain_cell(columns[1], "continue" if at else "restart", word, look))
        height = e("w:trHeight", {"w:val": twips(line), "w:hRule": "exact"})
        rows.append(e("w:tr", None, e("w:trPr", None, e("w:cantSplit"), height), *cells))
    grid = e("w:tblGrid", None, *(e("w:gridCol", {"w:w": twips(column)}) for column in columns))
    return e("w:tbl", None, properties, grid, *rows)


def _plain_cell(width: float, merge: str | None, contents: Sequence[Element], look: Look) -> Element:
    properties = e(
        "w:tcPr",
        None,
        e("w:tcW", {"w:w": twips(width), "w:type": "dxa"}),
        val("w:vMerge", merge) if merge else None,
        e("w:noWrap"),
        val("w:vAlign", "center"),
    )
    return e("w:tc", None, properties, paragraph("Mark", list(contents), look))
