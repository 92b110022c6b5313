"""The looks of the city workbook, in one place; and how a value is written as text, number or date."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

LINKS_PER_SHEET = 65_530  # Excel's limit; beyond it links are dropped silently
WIDEST_CENTRED = 21  # columns; Annex 2 has twenty
TITLE_WIDTH = 1.75  # of a letter of the title (18 points), in the widths of columns (letters of 11 points)
_TEXT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_CELL = {**_TEXT, "border": 1, "border_color": "#9C9C9C"}


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        def made(**options: Any) -> Format:
            return book.add_format(options)

        self.title = made(
            **{**_TEXT, "font_name": "方正小标宋简体", "font_size": 18, "align": "center", "text_wrap": True}
        )
        left = {**_TEXT, "font_name": "方正小标宋简体", "font_size": 18}
        self.title_left, self.title_within = made(**left), made(**left, text_wrap=True)
        self.note = made(**{**_TEXT, "font_size": 9, "font_color": "#555555"})
        self.line = made(**_TEXT)
        self.head = made(
            **{**_CELL, "font_name": "黑体", "align": "center", "text_wrap": True, "bg_color": "#E7EDF5"}
        )
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
        self.level = {
            "error": made(**_CELL, align="center", bg_color="#F8CBAD"),
            "warning": made(**_CELL, align="center", bg_color="#FFE699"),
            "notice": made(**_CELL, align="center", bg_color="#BDD7EE"),
        }

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, width: float = 0) -> None:
        """One value with the format of its type; a list is joined with 、; text never becomes a formula.

        A text longer than the column's `width` (in characters, where given) wraps.
        """
        if value is None:
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "是" if value else "否", self.center)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.number)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.date)
        else:
            text = "、".join(value) if isinstance(value, list) else str(value)
            sheet.write_string(row, column, text, self.wrap if width and wide(text) > width else self.text)

    def heading(
        self, sheet: Worksheet, labels: Sequence[str], row: int, widths: Sequence[float] = ()
    ) -> None:
        """A row of column heads; with `widths` the columns get them, and the row the height its longest
        head needs."""
        for column, label in enumerate(labels):
            sheet.write_string(row, column, label, self.head)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        lines = max(
            (math.ceil((wide(label) + 1) / width) for label, width in zip(labels, widths, strict=False)),
            default=1,
        )
        sheet.set_row(row, 8 + 13 * lines)

    def banner(
        self, sheet: Worksheet, title: str, columns: int, note: str, repeated: Sequence[float] = ()
    ) -> None:
        """Rows 1 and 2: the title, and what the reader must know.

        It is centred over the table's width; over a table wider than a screen it stands at the left, where
        it is seen. `repeated`: the widths of the columns printed on each page of several side by side; it
        stays within them, or it would be cut off on all but the first.
        """
        lines = math.ceil(wide(title) * TITLE_WIDTH / sum(repeated)) if repeated else 1
        if columns > WIDEST_CENTRED and repeated:
            sheet.merge_range(0, 0, 0, len(repeated) - 1, title, self.title_within)
        elif columns > WIDEST_CENTRED:
            sheet.write_string(0, 0, title, self.title_left)
        elif columns > 1:
            sheet.merge_range(0, 0, 0, columns - 1, title, self.title)
        else:
            sheet.write_string(0, 0, title, self.title)
        sheet.set_row(0, 6 + 24 * lines)
        sheet.write_string(1, 0, note, self.note)


def wide(text: str) -> int:
    """Width in characters of Excel's measure: a Chinese character counts for two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


A4, A3 = 9, 8
A4_HOLDS, A3_HOLDS = (
    190,
    300,
)  # characters across a landscape page at the smallest readable print (about 65 %)


def landscape(
    sheet: Worksheet,
    *,
    head_rows: tuple[int, int],
    widths: Sequence[float] = (),
    repeat: int = 0,
    a4: bool = False,
) -> None:
    """Landscape, header rows on every page, margins 20/15 mm, page numbers.

    One A4 page wide; a table too wide for that goes on A3, and over several pages side by side where it
    must, with its first `repeat` columns on each. `a4`: over several A4 pages instead.
    """
    across, again = sum(widths), sum(widths[:repeat])
    holds = A4_HOLDS if a4 or across <= A4_HOLDS else A3_HOLDS
    pages = max(1, math.ceil((across - again) / (holds - again)))
    sheet.set_landscape()
    sheet.set_paper(A4 if holds == A4_HOLDS else A3)
    if pages > 1 and repeat:
        sheet.repeat_columns(0, repeat - 1)
    sheet.set_margins(left=15 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(*head_rows)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def column(index: int) -> str:
    """Column letters of a 0-based index."""
    return str(xl_col_to_name(index))


def link(sheet: str, cells: str) -> str:
    """An internal link target; a quote in a sheet's name is doubled."""
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!{cells}"
