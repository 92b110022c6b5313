"""A plain list as a workbook for the bureau's own use: title, note, header, rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter

from merger.workbook import CREATED
from merger.workbook.style import Styles, landscape

FIRST = 3


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
    styles.heading(sheet, list(labels.values()), FIRST - 1)
    count = 0
    widths = {name: 2.0 * len(label) for name, label in labels.items()}
    for row in rows:
        for at, name in enumerate(labels):
            value = row.get(name)
            styles.put(sheet, FIRST + count, at, value)
            text = "、".join(value) if isinstance(value, list) else str(value or "")
            wide = sum(2 if ord(letter) > 255 else 1 for letter in text)
            widths[name] = max(widths[name], min(36.0, wide))
        count += 1
    for at, width in enumerate(widths.values()):
        sheet.set_column(at, at, width + 2)
    sheet.freeze_panes(FIRST, 0)
    sheet.autofilter(FIRST - 1, 0, max(FIRST, FIRST + count - 1), len(labels) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1))
    book.close()
    return out.getvalue()
