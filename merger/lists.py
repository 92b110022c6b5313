"""A plain list as a workbook for the bureau's own use: title, note, header, rows."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from merger.workbook import CREATED
from merger.workbook.style import A4_HOLDS, Styles, landscape, wide

FIRST = 3
NARROWEST = 6.0  # characters of Excel's measure
WIDEST = (36.0, 30.0, 24.0, 20.0, 18.0, 16.0)  # the first with which all columns fit A4
LINE = 13.5  # points


def listing(
    title: str, labels: Mapping[str, str], rows: Iterable[Mapping[str, Any]], note: str, sheet_name: str
) -> bytes:
    """`labels`: column → header, in the order to print.  Equal input gives equal bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": title, "created": CREATED})
    styles = Styles(book)
    sheet = book.add_worksheet(sheet_name)
    styles.banner(sheet, title, len(labels), note)
    lines = [[row.get(name) for name in labels] for row in rows]
    columns = [(label, *(line[at] for line in lines)) for at, label in enumerate(labels.values())]
    widths = _fitting([max(map(_wide, column)) + 2.0 for column in columns])
    styles.heading(sheet, list(labels.values()), FIRST - 1, widths)
    for offset, line in enumerate(lines):
        for at, value in enumerate(line):
            styles.put(sheet, FIRST + offset, at, value, widths[at])
        most = max(math.ceil((_wide(value) + 1) / width) for value, width in zip(line, widths, strict=True))
        sheet.set_row(FIRST + offset, LINE * most + 4)
    count = len(lines)
    sheet.freeze_panes(FIRST, 0)
    sheet.autofilter(FIRST - 1, 0, max(FIRST, FIRST + count - 1), len(labels) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=widths, repeat=2, a4=True)
    book.close()
    return out.getvalue()


def _fitting(full: Sequence[float]) -> list[float]:
    """Widths that leave every column on one A4 page if they can; longer texts take more lines."""
    for most in WIDEST:
        widths = [max(NARROWEST, min(most, each)) for each in full]
        if sum(widths) <= A4_HOLDS:
            break
    return widths


def _wide(value: Any) -> int:
    return wide("、".join(value) if isinstance(value, list) else "" if value is None else str(value))
