"""Native charts of the main figures: each annex's totals, the units side by side, and every breakdown of
the city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from forms import Field, Table
from merger.city import City, annexes
from merger.workbook.style import Styles, landscape, link

SHEET = "图表"
TOP_UNITS = 12
COLOURS = ("#2F5D8C", "#9DB7D3")
ROW, COLUMN = 20, 64  # pixels of a default row and column
WIDE = 12  # columns under a chart
DATA = WIDE + 1  # where the tables stand that the charts are drawn from
HEAD, PER_BAR = 110, 30  # pixels
PAGE = 52  # rows of an upright A4 page


@dataclass(frozen=True)
class Chart:
    """Bars with one or two numbers each."""

    title: str
    series: tuple[str, ...]
    bars: tuple[tuple[str, tuple[int, ...]], ...]


def write(city: City, book: Workbook, styles: Styles, sheet: Worksheet) -> None:
    """Each chart stands on a small table to its right, so that it can be changed or copied into a paper."""
    sheet.write_string(0, 0, f"主要数据图　数据截至 {city.inputs.cutoff}　快照 {city.snapshot}", styles.line)
    sheet.write_url(0, DATA, link("目录", "A1"), styles.text_link, "返回目录")
    sheet.set_default_row(15)
    sheet.set_column(DATA, DATA, 34)
    row, begun, breaks = 2, 0, []
    for chart in charts(city):
        height = HEAD + PER_BAR * len(chart.bars) * len(chart.series)
        rows = max(-(-height // ROW), len(chart.bars) + 2) + 2
        if row + rows > begun + PAGE and row > 2:
            begun = row
            breaks.append(row)
        _draw(book, styles, sheet, row, chart, height)
        row += rows
    landscape(sheet, head_rows=(0, 0))
    sheet.set_portrait()
    sheet.print_area(0, 0, max(row, 3), WIDE)
    sheet.set_h_pagebreaks(breaks)


def charts(city: City) -> Iterator[Chart]:
    """What is drawn: nothing without a number."""
    for form, table in annexes(city.campaign):
        figures = [each for each in table.fields if each.figure]
        totals = tuple((each.label, (city.total(each.figure or ""),)) for each in figures)
        yield Chart(f"{form.number}　全市合计", ("合计",), totals)
        for pair in _compared(city, table):
            bars = _by_unit(city, pair)
            if bars:
                yield Chart(
                    f"{form.number}　{'、'.join(each.label for each in pair)}（前{len(bars)}个单位）",
                    tuple(each.label for each in pair),
                    bars,
                )
    for (owner, figure), pairs in city.breakdowns.items():
        if owner is None and len(pairs) > 1 and any(n for _, n in pairs):
            yield Chart(
                city.labels.get(figure, figure), ("数量",), tuple((label, (n,)) for label, n in pairs)
            )


def _compared(city: City, table: Table) -> Iterator[tuple[Field, ...]]:
    """What units are compared by: of each group the whole and its part where a ratio names them, else the
    largest column."""
    groups: dict[tuple[str, ...], list[Field]] = {}
    for each in table.fields:
        if each.figure:
            groups.setdefault(each.path[:1], []).append(each)
    for group in groups.values():
        own = {each.figure or "": each for each in group}
        pairs = [
            (own[whole], own[part]) for part, whole in city.ratios.values() if part in own and whole in own
        ]
        yield from pairs
        if not pairs:
            yield (max(group, key=lambda each: city.total(each.figure or "")),)


def _by_unit(city: City, fields: tuple[Field, ...]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    counted = [
        (unit.short_name, tuple(city.number(unit.code, each.figure or "") or 0 for each in fields))
        for unit in city.campaign.units
    ]
    largest = sorted((each for each in counted if any(each[1])), key=lambda each: -each[1][0])
    return tuple(largest[:TOP_UNITS])


def _draw(book: Workbook, styles: Styles, sheet: Worksheet, row: int, drawn: Chart, height: int) -> None:
    sheet.write_string(row, DATA, drawn.title, styles.line)
    for index, name in enumerate(drawn.series, 1):
        sheet.write_string(row + 1, DATA + index, name, styles.head)
    chart = book.add_chart({"type": "bar"})
    first, last, name = row + 2, row + 1 + len(drawn.bars), sheet.get_name()
    for offset, (label, numbers) in enumerate(drawn.bars):
        sheet.write_string(first + offset, DATA, label, styles.text)
        for index, number in enumerate(numbers, 1):
            sheet.write_number(first + offset, DATA + index, number, styles.number)
    for index, series in enumerate(drawn.series):
        chart.add_series(
            {
                "name": series,
                "categories": [name, first, DATA, last, DATA],
                "values": [name, first, DATA + 1 + index, last, DATA + 1 + index],
                "fill": {"color": COLOURS[index]},
                "gap": 45,
                "data_labels": {"value": True, "font": {"name": "宋体", "size": 9}},
            }
        )
    chart.set_title({"name": drawn.title, "name_font": {"name": "黑体", "size": 12, "bold": False}})
    chart.set_legend({"position": "bottom"} if len(drawn.series) > 1 else {"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"name": "宋体", "size": 9}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_size({"width": WIDE * COLUMN, "height": height})
    sheet.insert_chart(row, 0, chart, {"description": drawn.title})
