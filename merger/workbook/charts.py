"""Native charts of the main figures: for each annex, its totals by column and the units that stand out."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from forms import Table
from merger.city import City, annexes
from merger.workbook.style import Styles, link

SHEET = "图表"
TOP_UNITS = 10
HEIGHT = 24         # rows a chart covers
BLUE, TEAL = "#2F5D8C", "#4F9D9A"


def write(city: City, book: Workbook, styles: Styles, sheet: Worksheet) -> None:
    """Each chart stands on a small table to the right, so that it can be copied into a paper."""
    sheet.write_string(0, 0, f"主要数据图（{city.campaign.title}）", styles.line)
    sheet.write_url(0, 12, link("目录", "A1"), styles.text_link, "返回目录")
    row = 2
    for form, table in annexes(city.campaign):
        totals = [(each.label, city.total(each.figure)) for each in table.fields if each.figure]
        row = _chart(book, styles, sheet, row, f"{form.number}　全市合计", totals, BLUE)
        units = _largest(city, table)
        if units:
            row = _chart(book, styles, sheet, row, f"{form.number}　{units[0]}", units[1], TEAL)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _largest(city: City, table: Table) -> tuple[str, list[tuple[str, int]]] | None:
    """The units with the most in the annex's largest problem column (or first column)."""
    figures = [each for each in table.fields if each.figure]
    shown = figures[2] if len(figures) > 2 else figures[0]
    counted = [(unit.short_name, city.number(unit.code, shown.figure or "") or 0) for unit in city.campaign.units]
    largest = sorted((each for each in counted if each[1]), key=lambda each: -each[1])[:TOP_UNITS]
    return (f"{shown.label}（前{len(largest)}个单位）", largest) if largest else None


def _chart(book: Workbook, styles: Styles, sheet: Worksheet, row: int, title: str, values: list[tuple[str, int]],
           colour: str) -> int:
    at = 13
    sheet.write_string(row, at, title, styles.line)
    for offset, (label, number) in enumerate(values, 1):
        sheet.write_string(row + offset, at, label, styles.text)
        sheet.write_number(row + offset, at + 1, number, styles.number)
    chart = book.add_chart({"type": "bar"})
    name = sheet.get_name()
    chart.add_series({"name": title, "categories": [name, row + 1, at, row + len(values), at],
                      "values": [name, row + 1, at + 1, row + len(values), at + 1],
                      "fill": {"color": colour}, "gap": 45,
                      "data_labels": {"value": True, "font": {"name": "宋体", "size": 9}}})
    chart.set_title({"name": title, "name_font": {"name": "黑体", "size": 12, "bold": False}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"name": "宋体", "size": 9}})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}, "min": 0})
    chart.set_size({"width": 860, "height": HEIGHT * 20 - 20})
    sheet.insert_chart(row, 0, chart, {"description": title})
    sheet.set_column(at, at, 34)
    return row + max(HEIGHT, len(values) + 2)
