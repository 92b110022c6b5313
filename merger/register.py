"""The problem register (问题台账) as a workbook for the bureau's own use."""

from __future__ import annotations

import io

import xlsxwriter

from merger.city import City
from merger.lives import NONE, Lives, lived_rows
from merger.workbook import CREATED
from merger.workbook.style import Styles, landscape

FIRST = 3
FACT = 36
HIDDEN = ("unit", "document", "row", "id_number", "code", "settled", "late")


def problem_register(city: City, lives: Lives = NONE) -> bytes:
    """One row per problem, columns as the campaign's view names them; full names: it must not leave the
    bureau.

    `lives`: what the bureau did about each problem; it replaces the number and the state that the documents
    suggest.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": city.campaign.title, "comments": city.snapshot, "created": CREATED})
    styles = Styles(book)
    sheet = book.add_worksheet("问题台账")
    view = city.views["problem_register"]
    shown = [
        (name, city.campaign.labels.get(f"problem_register.{name}", name))
        for name in view.column_names
        if name not in HIDDEN
    ]
    shown += lives.columns.items()
    rows = lived_rows(view.to_pylist(), lives, {unit.code: unit.order for unit in city.campaign.units})
    labels = ["序号", "单位", "单位类别", *(label for _, label in shown)]
    styles.banner(
        sheet, f"{city.campaign.title}问题台账", len(labels), f"内部资料，请勿外传。快照 {city.snapshot}"
    )
    widths = [
        {"序号": 5, "单位": 30}.get(label, FACT if name == "fact" else 13)
        for label, name in zip(labels, ["", "", "", *(name for name, _ in shown)], strict=True)
    ]
    styles.heading(sheet, labels, FIRST - 1, widths)
    units = city.campaign.units_by_code
    for offset, row in enumerate(rows):
        unit = units[row["unit"]]
        values = [offset + 1, unit.name, unit.type, *(row.get(name) for name, _ in shown)]
        for column, value in enumerate(values):
            styles.put(sheet, FIRST + offset, column, value, widths[column])
    sheet.freeze_panes(FIRST, 4)
    sheet.autofilter(FIRST - 1, 0, max(FIRST, FIRST + len(rows) - 1), len(labels) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=widths, repeat=2)
    book.close()
    return out.getvalue()
