"""The problem register (问题台账) as a workbook for the bureau's own use."""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from merger.city import City
from merger.lives import NONE, Lives, lived_rows
from merger.workbook import CREATED
from merger.workbook.style import A3_HOLDS, Styles, landscape, wide

FIRST = 3
REPEATED = 3  # columns at the left of every page: number, the problem's number, unit
NARROWEST = 6.0  # characters of Excel's measure
WIDEST = (20.0, 18.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0)  # the first with which a row fits an A3 page
FACT = 2.25  # a long text gets so many times as much
LINE = 13.5  # points
RowId = str | tuple[str, int, str]
LONG, WHOLE = ("fact",), ("number",)  # WHOLE: never broken over two lines
NUMBERED, UNIT = (("nth", "序号"),), (("unit_name", "单位"), ("unit_type", "单位类别"))
HIDDEN = ("unit", "document", "row", "id_number", "kind", "settled", "late", "outstanding")


def problem_register(
    city: City, lives: Lives = NONE, only: Collection[RowId] | None = None, taken: str = ""
) -> bytes:
    """One row per problem, columns as the campaign's view names them; full names: it must not leave the
    bureau.

    `lives`: what the bureau did about each problem; it replaces the number and the state that the documents
    suggest.  `only`: the rows wanted (`row_id`), else all; `taken`: a sentence of who took the list away.
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
    rows = [row for row in rows if only is None or row_id(row) in only]
    first, rest = shown[:1], shown[1:]
    labels = [label for _, label in (*NUMBERED, *first, *UNIT, *rest)]
    names = [name for name, _ in (*NUMBERED, *first, *UNIT, *rest)]
    units = city.campaign.units_by_code
    lines = []
    for nth, row in enumerate(rows, 1):
        unit = units[row["unit"]]
        values = {**row, "nth": nth, "unit_name": unit.name, "unit_type": unit.type}
        lines.append([values.get(name) for name in names])
    widths = _fitting(
        [
            _width(name, label, [line[at] for line in lines])
            for at, (name, label) in enumerate(zip(names, labels, strict=True))
        ]
    )
    told = f"内部资料，请勿外传。快照 {city.snapshot}" + (f"。{taken}" if taken else "")
    styles.banner(
        sheet,
        f"{city.campaign.title}问题台账",
        len(labels),
        told,
        widths[:REPEATED] if sum(widths) > A3_HOLDS else (),
    )
    styles.heading(sheet, labels, FIRST - 1, widths)
    for offset, line in enumerate(lines):
        for column, (value, width) in enumerate(zip(line, widths, strict=True)):
            styles.put(sheet, FIRST + offset, column, value, width)
        most = max(math.ceil(_wide(value) / width) for value, width in zip(line, widths, strict=True))
        sheet.set_row(FIRST + offset, LINE * most + 4)
    sheet.freeze_panes(FIRST, REPEATED)
    sheet.autofilter(FIRST - 1, 0, max(FIRST, FIRST + len(rows) - 1), len(labels) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=widths, repeat=REPEATED)
    book.close()
    return out.getvalue()


def row_id(row: Mapping[str, Any]) -> RowId:
    """Where a document lists the problem, else its number."""
    return (row["document"], row["row"], row["code"]) if row.get("document") else str(row.get("number") or "")


def _width(name: str, label: str, values: Sequence[Any]) -> tuple[float, float]:
    """(as wide as its values or half its head, how many times the widest it may be); a date never breaks."""
    wanted = max([NARROWEST, wide(label) / 2 + 1, *map(_wide, values)])
    if name in WHOLE or any(isinstance(each, date) for each in values):
        return wanted, math.inf
    return wanted, FACT if name in LONG else 1.0


def _fitting(full: Sequence[tuple[float, float]]) -> list[float]:
    """Widths that leave a whole row on one page if they can: who reads a row must not lay sheets side by
    side.  Longer texts take more lines."""
    for most in WIDEST:
        widths = [min(wanted, most * times) for wanted, times in full]
        if sum(widths) <= A3_HOLDS:
            break
    return widths


def _wide(value: Any) -> float:
    """How wide a value is printed, with a little room."""
    return 1.0 + (10 if isinstance(value, date) else wide("" if value is None else str(value)))
