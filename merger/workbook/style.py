"""The looks of the city workbook, in one place; and how a value is written as text, number or date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

LINKS_PER_SHEET = 65_530        # Excel's limit; beyond it links are dropped silently
_TEXT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_CELL = {**_TEXT, "border": 1, "border_color": "#9C9C9C"}


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        def made(**options: Any) -> Format:
            return book.add_format(options)

        self.title = made(**{**_TEXT, "font_name": "方正小标宋简体", "font_size": 18, "align": "center"})
        self.note = made(**{**_TEXT, "font_size": 9, "font_color": "#555555"})
        self.line = made(**_TEXT)
        self.head = made(**{**_CELL, "font_name": "黑体", "align": "center", "text_wrap": True, "bg_color": "#E7EDF5"})
        self.text = made(**_CELL, num_format="@")
        self.wrap = made(**_CELL, text_wrap=True, num_format="@")
        self.center = made(**_CELL, align="center", num_format="@")
        self.number = made(**_CELL, align="center", num_format="0")
        self.date = made(**_CELL, align="center", num_format="yyyy-mm-dd")
        self.missing = made(**_CELL, align="center", font_color="#B00020", bg_color="#FDECEA")
        self.done = made(**_CELL, align="center", bg_color="#E6F4EA")
        self.open = made(**_CELL, align="center", bg_color="#FFF6DD")
        self.total = made(**_CELL, align="center", bold=True, bg_color="#F2F2F2", num_format="0")
        self.number_link = made(**_CELL, align="center", num_format="0", font_color="#0B57A4", underline=1)
        self.text_link = made(**_CELL, font_color="#0B57A4", underline=1)
        self.override = made(**_CELL, align="center", num_format='0"※"')
        self.level = {"error": made(**_CELL, align="center", bg_color="#F8CBAD"),
                      "warning": made(**_CELL, align="center", bg_color="#FFE699"),
                      "notice": made(**_CELL, align="center", bg_color="#BDD7EE")}

    def put(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        """One value with the format of its type; a list is joined with 、; text never becomes a formula."""
        if value is None:
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "是" if value else "否", self.center)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.number)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.date)  # type: ignore[arg-type]
        else:
            sheet.write_string(row, column, "、".join(value) if isinstance(value, list) else str(value), self.text)

    def heading(self, sheet: Worksheet, labels: Sequence[str], row: int) -> None:
        for column, label in enumerate(labels):
            sheet.write_string(row, column, label, self.head)

    def banner(self, sheet: Worksheet, title: str, columns: int, note: str) -> None:
        """Rows 1 and 2: the title over the table's width, and what the reader must know."""
        if columns > 1:
            sheet.merge_range(0, 0, 0, columns - 1, title, self.title)
        else:
            sheet.write_string(0, 0, title, self.title)
        sheet.set_row(0, 30)
        sheet.write_string(1, 0, note, self.note)


def landscape(sheet: Worksheet, *, head_rows: tuple[int, int], width: int = 1) -> None:
    """A4 landscape, one page wide, header rows on every page, margins 20/15 mm, page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=15 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    sheet.fit_to_pages(width, 0)
    sheet.repeat_rows(*head_rows)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def column(index: int) -> str:
    """Column letters of a 0-based index."""
    return str(xl_col_to_name(index))


def link(sheet: str, cells: str) -> str:
    """An internal link target; a quote in a sheet's name is doubled."""
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!{cells}"
