"""What is wrong with a sheet as a whole: headers and strays (S03), duplicates, serials, totals, S07, S11."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from forms.findings import Finding, Level
from forms.spec import Field, Table
from forms.workbook.cells import RawSheet, letters
from forms.workbook.locate import Located
from forms.workbook.probe import Hidden
from forms.workbook.rows import Sorted, inked
from forms.workbook.table import Rows, Where, by_kind, hashable, raw_text

_RESTORE: Final = "请恢复下发模板的表头。"
_FEW: Final = 8  # row numbers named in one sentence


def headers(
    table: Table, sheet: RawSheet, located: Located, order: Sorted, where: Where
) -> Iterator[Finding]:
    """S03.

    A renamed or lost mandatory header is an error, an optional one a warning, a moved column a notice.
    """
    places = {name: n for n, name in enumerate(table.by_name, 1)}
    for each in table.fields:
        level: Level = "error" if each.required and not each.auto else "warning"
        if each.name in located.renamed:
            column = located.columns[each.name]
            yield where.finding(
                "S03",
                level,
                f"表头被改动（第{column}列应为“{each.label}”）。",
                _RESTORE,
                row=_leaf_row(located, each),
                column=column,
                field=each.name,
                value=_seen(sheet, located, column),
            )
        elif each.name in located.missing:
            column = places[each.name]
            yield where.finding(
                "S03",
                level,
                f"表头被改动（第{column}列应为“{each.label}”），没有找到这一列。",
                _RESTORE,
                row=_leaf_row(located, each),
                column=column,
                field=each.name,
            )
        elif each.name in located.moved:
            column = located.columns[each.name]
            yield where.finding(
                "S03",
                "notice",
                f"“{each.label}”移到了第{column}列，系统已按表头识别。",
                "无需处理。",
                row=_leaf_row(located, each),
                column=column,
                field=each.name,
            )
    yield from _unknown(sheet, located, order, where)


def strays(order: Sorted, sheet: RawSheet, where: Where) -> Iterator[Finding]:
    """Rows with ink that cannot be placed: refused, and said so."""
    for number in order.strays:
        yield where.finding(
            "S03",
            "warning",
            f"第{number}行只在表格各列之外有内容，没有读取。",
            "请移入表格，或删去。",
            row=number,
            column=_first(sheet, number),
            value=_ink(sheet, number),
        )
    for number in order.below:
        yield where.finding(
            "S03",
            "error",
            f"第{number}行写在表尾（注、填表人）之下，没有读取。",
            "请移到表尾之上。",
            row=number,
            column=_first(sheet, number),
            value=_ink(sheet, number),
        )


def duplicates(rows: Rows) -> Iterator[Finding]:
    """S04, at the later row."""
    key = rows.table.key
    if any(name not in rows.readings for name in key):
        return
    first: dict[tuple[Any, ...], int] = {}
    for n in rows.accepted():
        values = tuple(hashable(rows.readings[name][n].value) for name in key)
        number = rows.numbers[n]
        earlier = first.setdefault(values, number)
        if earlier != number:
            yield rows.where.finding(
                "S04",
                "error",
                f"第{number}行与第{earlier}行重复（{rows.keys[n]}）。",
                "请删除重复的一行。",
                row=number,
                column=rows.located.columns[key[0]],
                field=key[0],
                key=rows.keys[n],
                value=rows.keys[n],
            )


def serials(rows: Rows) -> Iterator[Finding]:
    """S05, once: the first row whose number is not its place; a refused row without one has no place."""
    serial = by_kind(rows.table, "serial")
    readings = rows.readings.get(serial.name) if serial else None
    if serial is None or readings is None:
        return
    place = 0
    for n, reading in enumerate(readings):
        if reading.value is None and n in rows.refused:
            continue
        place += 1
        if reading.value != place:
            number = rows.numbers[n]
            yield rows.where.finding(
                "S05",
                "notice",
                "序号已自动重排。",
                "无需处理。",
                row=number,
                column=rows.located.columns[serial.name],
                field=serial.name,
                key=rows.keys[n],
                value=raw_text(rows.raw(number, serial.name)),
            )
            return


def totals(rows: Rows, order: Sorted) -> Iterator[Finding]:
    """S06: a total that is not the sum of the rows above it."""
    for number in order.totals:
        for each in rows.table.fields:
            raw = rows.raw(number, each.name)
            if each.kind != "count" or each.name not in rows.readings or not inked(raw):
                continue
            total = rows.readers[each.name](raw).value
            counted = [
                (n, reading) for n, reading in enumerate(rows.readings[each.name]) if rows.numbers[n] < number
            ]
            if any(reading.unreadable for _, reading in counted):
                continue  # that cell is a finding already; its sum is unknown
            due = sum(reading.value or 0 for _, reading in counted)
            if total != due:
                yield rows.where.finding(
                    "S06",
                    "error",
                    f"“{each.label}”合计数应为{due}，现为{raw_text(raw)}。",
                    "请更正。",
                    row=number,
                    column=rows.located.columns[each.name],
                    field=each.name,
                    value=raw_text(raw),
                )


def emptiness(table: Table, order: Sorted, located: Located, where: Where) -> tuple[bool, list[Finding]]:
    """S07: (whether the table is a valid nil return, findings)."""
    row, column = located.bottom + 1, min(located.columns.values())
    if order.nil and not order.data and table.nil:
        return True, []
    found = []
    for number in order.nil:
        if table.nil:
            message = f"第{number}行填了“无”，但本表另有{len(order.data)}行内容。"
            fix = "确无情况的只填“无”，有情况的请删去“无”。"
        else:
            message, fix = f"第{number}行填了“无”，但本表不能零报告。", "请按实际情况填写。"
        found.append(where.finding("S07", "error", message, fix, row=number, column=column, value="无"))
    if not order.inked:
        message, fix = (
            ("本表没有内容；无相关情况的请在第一格填“无”。", "请填“无”，或补填内容。")
            if table.nil
            else ("本表没有内容，此表不能为空。", "请按实际情况填写。")
        )
        found.append(where.finding("S07", "error", message, fix, row=row, column=column))
    return False, found


def concealed(sheet: RawSheet, rows: Rows, hidden: Hidden, where: Where) -> Iterator[Finding]:
    """S11: hidden rows, columns or sheets that hold data. They are read."""
    fix = "请取消隐藏，核对内容。"
    some = [number for number in rows.numbers if number in hidden.rows]
    if some:
        yield where.finding(
            "S11",
            "warning",
            f"第{_some(some)}行被隐藏，其中有内容。",
            fix,
            row=some[0],
            column=min(rows.located.columns.values()),
            value=_some(some),
        )
    for name, column in rows.located.columns.items():
        if column in hidden.columns and any(inked(rows.raw(number, name)) for number in rows.numbers):
            label = rows.table.by_name[name].label
            yield where.finding(
                "S11",
                "warning",
                f"第{column}列“{label}”被隐藏，其中有内容。",
                fix,
                row=rows.located.top,
                column=column,
                field=name,
                value=label,
            )
    if sheet.state != "visible" and rows.numbers:
        yield where.finding(
            "S11", "warning", f"工作表“{sheet.name}”被隐藏，其中有内容。", fix, row=1, column=1
        )


def merged(rows: Rows, taken_over: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """F24: cells under a merged range took over its text; once a column, at the first of them."""
    names = {column: name for name, column in rows.located.columns.items()}
    index = {number: n for n, number in enumerate(rows.numbers)}
    for column in sorted({column for _, column in taken_over}):
        some = [number for number, at in taken_over if at == column and number in index]
        if not some or rows.table.by_name[names[column]].kind == "serial":
            continue
        value = raw_text(rows.raw(some[0], names[column]))
        yield rows.where.finding(
            "F24",
            "notice",
            f"第{_some(some)}行“{rows.table.by_name[names[column]].label}”是合并单元格，已按同一内容读取：“{value}”。",
            "请核对；内容不同的请取消合并后分别填写。",
            row=some[0],
            column=column,
            field=names[column],
            key=rows.keys[index[some[0]]],
            value=value,
        )


def _unknown(sheet: RawSheet, located: Located, order: Sorted, where: Where) -> Iterator[Finding]:
    own = set(located.columns.values())
    count: Counter[int] = Counter()
    first: dict[int, int] = {}
    for number in order.data:
        for column, raw in enumerate(sheet.rows[number - 1], 1):
            if column not in own and raw is not None and inked(raw):
                count[column] += 1
                first.setdefault(column, number)
    for column in sorted(set(located.unknown) | set(count)):
        label = located.unknown.get(column)
        named = f"“{label}”" if label else "没有表头，"
        ink = f"，其中{count[column]}格有内容" if count[column] else ""
        row = located.bottom if label else first.get(column, located.bottom)
        yield where.finding(
            "S03",
            "notice",
            f"第{column}列（{letters(column)}列）{named}不是下发表格中的列，没有读取{ink}。",
            "其中内容如需报送，请填入备注等相应列。",
            row=row,
            column=column,
            value=label,
        )


def _leaf_row(located: Located, each: Field) -> int:
    return min(located.top + len(each.path or (each.label,)) - 1, located.bottom)


def _seen(sheet: RawSheet, located: Located, column: int) -> str | None:
    """The header as it stands there now: the lowest text of the block."""
    for number in range(located.bottom, located.top - 1, -1):
        row = sheet.rows[number - 1] if number <= len(sheet.rows) else ()
        if column <= len(row) and inked(row[column - 1]):
            return raw_text(row[column - 1])
    return ""


def _first(sheet: RawSheet, number: int) -> int:
    return next(column for column, raw in enumerate(sheet.rows[number - 1], 1) if inked(raw))


def _ink(sheet: RawSheet, number: int) -> str:
    return " ".join(raw_text(raw) for raw in sheet.rows[number - 1] if inked(raw))[:200]


def _some(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:_FEW])) + ("…" if len(numbers) > _FEW else "")
