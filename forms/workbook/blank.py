"""A form's workbook built with openpyxl: once per form as the blank to compile, in tests as the model."""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import copy
from math import ceil
from typing import Final

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Protection
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from forms import stamp
from forms.kinds import KINDS
from forms.spec import Campaign, Field, Form
from forms.workbook import content as filling
from forms.workbook.cells import letters
from forms.workbook.content import Content, Filled
from forms.workbook.dress import (
    AnyCell,
    edge,
    fill,
    font,
    merged,
    print_setup,
    protect,
    side,
    text,
    validate,
    written,
)
from forms.workbook.entry import long_lists
from forms.workbook.layout import (
    CODES,
    HEADER_ROW,
    META,
    PREFILL,
    TITLE_ROW,
    UNIT_LABEL,
    UNIT_ROW,
    Place,
    SheetLayout,
)
from forms.workbook.skin import Skin
from forms.workbook.write_rows import heights

_OPEN: Final = Protection(locked=False)
_LEFT: Final = ("text", "countries", "choices")


def build(
    form: Form, sheets: tuple[SheetLayout, ...], campaign: Campaign, skin: Skin, content: Content
) -> Workbook:
    """The whole workbook with its rows. Slow: the issued files are compiled from it."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.title = form.title
    book.properties.creator = ""
    # Widths are counted in digits of the Normal style's font.
    book._named_styles["Normal"].font = font(skin.fonts.normal)  # type: ignore[attr-defined]
    ranges = long_lists((each for sheet in sheets for each in sheet.table.fields), campaign)
    most = max((each.count for each in content.tables.values()), default=0)
    for sheet in sheets:
        _sheet(book.create_sheet(sheet.table.sheet), form, sheet, campaign, ranges, skin, content, most)
    if ranges:
        listed = book.create_sheet(CODES)
        listed.sheet_state = "hidden"
        for at, name in enumerate(ranges, 1):
            for row, label in enumerate((campaign.codes[name].label, *campaign.codes[name].labels), 1):
                text(listed.cell(row, at), label)
    remembered = book.create_sheet(PREFILL)
    remembered.sheet_state = "hidden"
    row = 1
    for sheet in sheets:
        name = sheet.table.name
        for line in filling.remembered(sheet.table, content.tables.get(name, Filled())):
            text(remembered.cell(row, 1), name)
            text(remembered.cell(row, 2), line)
            row += 1
    meta = book.create_sheet(META)
    meta.sheet_state = "hidden"
    for row, (name, value) in enumerate(content.stamp.items(), 1):
        text(meta.cell(row, 1), name)
        if value:
            text(meta.cell(row, 2), value)
    if content.stamp:
        book.custom_doc_props.append(  # type: ignore[attr-defined]
            StringProperty(name=stamp.PROPERTY, value=stamp.Stamp(**content.stamp).text)
        )
    book.security = WorkbookProtection(lockStructure=True)
    book.active = 0
    return book


def save(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(
    ws: Worksheet,
    form: Form,
    sheet: SheetLayout,
    campaign: Campaign,
    ranges: Mapping[str, str],
    skin: Skin,
    content: Content,
    most: int,
) -> None:
    table = sheet.table
    filled = content.tables.get(table.name, Filled())
    rows = sheet.rows(filled.count, most, skin)
    last = sheet.first_row + rows - 1
    for column, width in enumerate(sheet.widths, 1):
        ws.column_dimensions[letters(column)].width = width
    _head(ws, sheet, skin, campaign, content.unit_name)
    _data(ws, sheet, skin, filled, rows)
    for column, field in enumerate(table.fields, 1):
        column_name = letters(column)
        validate(
            ws,
            field,
            campaign,
            ranges,
            f"{column_name}{sheet.first_row}:{column_name}{last}",
            table.nil and column == 1,
        )
    row = last + 1
    if sheet.footnote:
        merged(ws, row, 1, sheet.columns, sheet.footnote, skin.fonts.foot, "left", skin.heights.foot)
        row += 1
    for place in sheet.bottom:
        _fact(ws, row, place, skin, campaign, ranges)
    if sheet.bottom:
        ws.row_dimensions[row].height = skin.heights.foot
    ws.freeze_panes = f"{letters(sheet.frozen_columns + 1)}{sheet.first_row}"
    if table.rows is None:
        ws.auto_filter.ref = f"A{sheet.first_row - 1}:{letters(sheet.columns)}{last}"
    protect(ws)
    print_setup(ws, form, sheet, skin)


def _head(ws: Worksheet, sheet: SheetLayout, skin: Skin, campaign: Campaign, unit_name: str) -> None:
    table = sheet.table
    merged(ws, TITLE_ROW, 1, sheet.columns, sheet.title, skin.fonts.title, "center", skin.heights.title)
    ws.row_dimensions[UNIT_ROW].height = skin.heights.unit
    middle = next((each.label for each in sheet.top), sheet.columns + 1)
    written(ws.cell(UNIT_ROW, 1), f"{UNIT_LABEL}{unit_name}", skin.fonts.unit, "left")
    if sheet.head_line:
        half = next(
            at for at in range(1, sheet.columns + 1) if sum(sheet.widths[:at]) > sum(sheet.widths) * 0.4
        )
        written(ws.cell(UNIT_ROW, min(half, middle - 1)), sheet.head_line, skin.fonts.unit, "left")
    for place in sheet.top:
        _fact(ws, UNIT_ROW, place, skin, campaign, {})
    around = edge(skin.borders)
    lines = _lines(sheet)
    for at in range(table.depth):
        least = skin.heights.group if at < table.depth - 1 else 0
        height = max(least, lines[at] * skin.heights.header_line + skin.heights.header_padding)
        ws.row_dimensions[HEADER_ROW + at].height = height
    for row in table.headers():
        for header in row:
            top, bottom = HEADER_ROW + header.first_row - 1, HEADER_ROW + header.last_row - 1
            for y in range(top, bottom + 1):
                for x in range(header.first_column, header.last_column + 1):
                    ws.cell(y, x).border = around
                    ws.cell(y, x).fill = fill(skin.fills.header)
            leaf = table.fields[header.first_column - 1]
            optional = header.last_row == table.depth and not (leaf.required or leaf.required_when)
            face = skin.fonts.header_optional if optional else skin.fonts.header
            written(ws.cell(top, header.first_column), header.label, face, "center", wrap=True)
            if (top, header.first_column) != (bottom, header.last_column):
                ws.merge_cells(
                    start_row=top,
                    start_column=header.first_column,
                    end_row=bottom,
                    end_column=header.last_column,
                )


def _lines(sheet: SheetLayout) -> list[int]:
    """Lines of text each header row must hold; a label over several rows asks it of the last."""
    found = [1] * sheet.table.depth
    for row in sheet.table.headers():
        for header in row:
            width = sum(sheet.widths[header.first_column - 1 : header.last_column])
            need = ceil(len(header.label) * 2 / max(width - 1, 1))
            need -= header.last_row - header.first_row
            found[header.last_row - 1] = max(found[header.last_row - 1], need)
    return found


def _data(ws: Worksheet, sheet: SheetLayout, skin: Skin, filled: Filled, rows: int) -> None:
    least = skin.heights.printed_row if sheet.printed else skin.heights.row
    high = [float(each) for each in heights(sheet, skin, filled)]
    models: dict[tuple[int, bool], AnyCell] = {}
    for at in range(rows):
        row = sheet.first_row + at
        dimension = ws.row_dimensions[row]
        dimension.height = high[at] if at < filled.count else least
        # Excel deletes a row of a protected sheet only when the whole row is unlocked, cells without ink too.
        dimension.protection = _OPEN
        for column, field in enumerate(sheet.table.fields, 1):
            value = (
                filled.columns[field.name][at] if at < filled.count and field.name in filled.columns else None
            )
            cell = ws.cell(row, column)
            if isinstance(value, str):
                text(cell, value)
            else:
                cell.value = value
            # openpyxl looks every style up again for every cell: most of what a blank costs.
            model = models.setdefault((column, value is not None), cell)
            if model is cell:
                _look(cell, field, skin, value is not None)
            else:
                cell._style = copy(model._style)  # type: ignore[union-attr]


def _look(cell: AnyCell, field: Field, skin: Skin, prefilled: bool) -> None:
    cell.font = font(skin.fonts.body)
    cell.border = edge(skin.borders)
    cell.number_format = KINDS[field.kind].number_format
    cell.protection = _OPEN
    aside = "left" if field.kind in _LEFT and (field.width or 0) >= 14 else "center"
    cell.alignment = Alignment(horizontal=aside, vertical="center", wrap_text=True)
    if prefilled:
        cell.fill = fill(skin.fills.prefilled)
    elif field.auto:
        cell.fill = fill(skin.fills.computed)


def _fact(
    ws: Worksheet,
    row: int,
    place: Place,
    skin: Skin,
    campaign: Campaign,
    ranges: Mapping[str, str],
) -> None:
    face = skin.fonts.unit if row == UNIT_ROW else skin.fonts.foot
    written(ws.cell(row, place.label), f"{place.field.label}：", face, "right")
    for column in range(place.first, place.last + 1):
        cell = ws.cell(row, column)
        cell.font = font(face)
        cell.border = Border(bottom=side(skin.borders.entry))
        cell.protection = _OPEN
        cell.alignment = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
        usual = KINDS[place.field.kind].number_format
        cell.number_format = skin.formats.get(place.field.kind, usual)
    first, last = letters(place.first), letters(place.last)
    if place.last > place.first:
        ws.merge_cells(start_row=row, start_column=place.first, end_row=row, end_column=place.last)
    validate(
        ws,
        place.field,
        campaign,
        ranges,
        f"{first}{row}:{last}{row}" if first != last else f"{first}{row}",
        False,
    )
