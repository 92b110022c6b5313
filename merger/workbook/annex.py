"""An annex as the city's table: the source's header, a row per unit in official order, live totals, links
to evidence."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.worksheet import Worksheet

from forms import Form, Table
from merger.city import NOTHING_COUNTED, City
from merger.inserts import override_notes
from merger.workbook.evidence import Ranges
from merger.workbook.style import Styles, column, landscape, link

TOP = 2  # 0-based row in which the header begins: title, note, header


def write(city: City, styles: Styles, sheet: Worksheet, form: Form, table: Table, ranges: Ranges) -> None:
    """Number cells lead to their evidence rows; a unit that is not in reads 未报送; overrides carry ※ and a
    footnote."""
    fields = table.fields
    inputs = city.inputs
    styles.banner(
        sheet,
        form.title,
        len(fields),
        f"{city.campaign.settings.bureau.name}　数据截至 {inputs.cutoff}　"
        f"快照 {city.snapshot}　已计入 {len(city.complete)} 个单位，应报送 {len(city.campaign.units)} 个单位",
    )
    depth = table.depth
    for row in table.headers():
        for cell in row:
            box = (
                TOP + cell.first_row - 1,
                cell.first_column - 1,
                TOP + cell.last_row - 1,
                cell.last_column - 1,
            )
            if box[:2] == box[2:]:
                sheet.write_string(*box[:2], cell.label, styles.head)
            else:
                sheet.merge_range(*box, cell.label, styles.head)
    for level in range(depth):
        sheet.set_row(TOP + level, 26 if level < depth - 1 else 58)
    for index, each in enumerate(fields):
        sheet.set_column(
            index, index, max(each.width or 9, 7.5 if each.figure else 5, 34 if each.kind == "text" else 0)
        )
    first = TOP + depth
    totals: dict[str, int] = {}
    for offset, unit in enumerate(city.campaign.units):
        row_at = first + offset
        sheet.set_row(row_at, 19)
        for index, each in enumerate(fields):
            if each.figure is None:
                sheet.write(
                    row_at,
                    index,
                    offset + 1 if each.kind == "serial" else unit.name,
                    styles.number if each.kind == "serial" else styles.text,
                )
                continue
            number = city.number(unit.code, each.figure)
            override = city.override(unit.code, each.figure)
            where = ranges.get((each.figure, unit.code))
            if number is None:
                sheet.write_string(row_at, index, city.standing(unit.code), styles.missing)
            elif override is not None:
                sheet.write_number(row_at, index, number, styles.override)
            elif where is not None:
                sheet.write_url(
                    row_at, index, link(where.sheet, where.cells), styles.number_link, str(number)
                )
                sheet.write_number(row_at, index, number, styles.number_link)
            else:
                sheet.write_number(row_at, index, number, styles.number)
            totals[each.name] = totals.get(each.name, 0) + (number or 0)
    _total(styles, sheet, table, first, first + len(city.campaign.units), totals if city.complete else {})
    at = first + len(city.campaign.units) + 1
    notes = (
        *override_notes(city, table),
        "注：蓝色带下划线的数可点开，看它所数的每一行；未报送、审核中的单位未计入合计。",
    )
    for offset, note in enumerate(notes):
        sheet.write_string(at + offset, 0, note, styles.note)
    sheet.freeze_panes(first, 2)
    landscape(sheet, head_rows=(0, first - 1))


def _total(
    styles: Styles, sheet: Worksheet, table: Table, first: int, at: int, totals: Mapping[str, int]
) -> None:
    """The 合计 row: formulas with the values already counted, so that readers without a calculator see
    them; 「—」 where no unit is counted and `totals` is empty."""
    labels = [index for index, each in enumerate(table.fields) if each.figure is None]
    if len(labels) > 1:
        sheet.merge_range(at, labels[0], at, labels[-1], table.total or "", styles.total)
    sheet.set_row(at, 24)
    for index, each in enumerate(table.fields):
        if each.figure is not None and not totals:
            sheet.write_string(at, index, NOTHING_COUNTED, styles.total)
        elif each.figure is not None:
            letters = column(index)
            sheet.write_formula(
                at, index, f"=SUM({letters}{first + 1}:{letters}{at})", styles.total, totals.get(each.name, 0)
            )
