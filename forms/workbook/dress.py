"""What an issued sheet looks like and allows, told to openpyxl: cells, validations, protection, print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from forms.spec import Campaign, Field, Form
from forms.workbook.entry import entry
from forms.workbook.layout import HEADER_ROW, SheetLayout, numbered
from forms.workbook.skin import Face, Line, Skin

AnyCell = Cell | MergedCell
_INCH: Final = 25.4


def validate(
    ws: Worksheet,
    field: Field,
    campaign: Campaign,
    ranges: Mapping[str, str],
    where: str,
    nil: bool,
) -> None:
    said = entry(field, campaign, ranges, nil)
    rule = DataValidation(
        type=said.kind,  # type: ignore[arg-type]
        operator=said.operator,  # type: ignore[arg-type]
        formula1=said.formula,
        allow_blank=True,
        showErrorMessage=bool(said.kind),
        showInputMessage=True,
        promptTitle=said.title,
        prompt=said.prompt or None,
        error=said.error if said.kind else None,
        errorTitle=said.title if said.kind else None,
        errorStyle="stop" if said.stop else "warning",
    )
    rule.add(where)
    ws.add_data_validation(rule)


def protect(ws: Worksheet) -> None:
    """Titles and headers are held, without a password; sorting, filtering, adding, deleting stay free."""
    guard = ws.protection
    guard.sheet = True
    for allowed in (
        "formatCells",
        "formatColumns",
        "formatRows",
        "insertRows",
        "deleteRows",
        "sort",
        "autoFilter",
    ):
        setattr(guard, allowed, False)


def print_setup(ws: Worksheet, form: Form, sheet: SheetLayout, skin: Skin) -> None:
    page, margins = skin.page, skin.page.margins_mm
    ws.page_setup.paperSize = getattr(ws, f"PAPERSIZE_{page.paper}")
    ws.page_setup.orientation = page.orientation  # type: ignore[assignment]
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    for side in ("top", "bottom", "left", "right", "header", "footer"):
        setattr(ws.page_margins, side, round(getattr(margins, side) / _INCH, 4))
    ws.print_options.horizontalCentered = True
    ws.print_title_rows = f"{HEADER_ROW}:{sheet.first_row - 1}"
    for part, text in (("left", f"{numbered(form)}　版本 {form.version}"), ("center", "第 &P 页　共 &N 页")):
        item = getattr(ws.oddFooter, part)
        item.text, item.size = text, page.footer_size


def merged(
    ws: Worksheet, row: int, first: int, last: int, text: str, face: Face, aside: str, height: float
) -> None:
    written(ws.cell(row, first), text, face, aside, wrap=True)
    ws.row_dimensions[row].height = height
    if last > first:
        ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)


def written(cell: AnyCell, words: str, face: Face, aside: str, wrap: bool = False) -> None:
    text(cell, words)
    cell.font = font(face)
    cell.alignment = Alignment(horizontal=aside, vertical="center", wrap_text=wrap)


def text(cell: AnyCell, value: str) -> None:
    """Text stays text: openpyxl would take a leading = for a formula."""
    cell.value = value
    cell.data_type = "s"


def font(face: Face) -> Font:
    return Font(name=face.name, size=face.size, bold=face.bold)


def fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def side(line: Line) -> Side:
    return Side(style=line.style, color=line.colour)  # type: ignore[arg-type]


def edge(line: Line) -> Border:
    one = side(line)
    return Border(left=one, right=one, top=one, bottom=one)
