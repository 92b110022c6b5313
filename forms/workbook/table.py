"""One table read: its rows as typed columns, the rows refused, and every fault at its cell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from forms.document import TableData
from forms.findings import Finding, Level
from forms.kinds import Context, FieldFault, Reader, Reading, row_checker
from forms.kinds.base import fault, shown
from forms.spec import Field, Table
from forms.workbook.cells import Raw, RawSheet, address, letters
from forms.workbook.locate import Located
from forms.workbook.probe import Hidden
from forms.workbook.rows import Sorted, inked

_COMPUTED: Final = ("serial",)  # kinds whose cells the system writes itself: what stands there is no fault


@dataclass(frozen=True)
class Where:
    """The part of a finding's place that a whole table shares."""

    unit: str | None
    form: str
    sheet: str

    def finding(
        self,
        rule: str,
        level: Level,
        message: str,
        fix: str | None,
        *,
        row: int | None = None,
        column: int | None = None,
        field: str | None = None,
        key: str | None = None,
        value: str | None = None,
    ) -> Finding:
        cell = address(row, column) if row and column else None
        return Finding(
            rule, level, self.unit, self.form, self.sheet, cell, row, field, key, value, message, fix
        )


@dataclass
class Rows:
    """The table while it is read. `readings`: field → one reading per data row; `refused`: their indexes."""

    table: Table
    sheet: RawSheet
    located: Located
    where: Where
    numbers: tuple[int, ...]
    readings: dict[str, list[Reading]] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def raw(self, number: int, name: str) -> Raw:
        """The cell of a field in a sheet row; None where there is none."""
        column = self.located.columns.get(name)
        row = self.sheet.rows[number - 1]
        return row[column - 1] if column is not None and column <= len(row) else None

    def accepted(self) -> list[int]:
        return [n for n in range(len(self.numbers)) if n not in self.refused]

    def say(self, n: int, name: str, one: FieldFault, value: str | None = None) -> None:
        """A fault of the n-th data row at the cell of a field."""
        number = self.numbers[n]
        self.findings.append(
            self.where.finding(
                one.rule,
                one.level,
                f"第{number}行{one.message}",
                one.fix,
                row=number,
                column=self.located.columns.get(name),
                field=name,
                key=self.keys[n],
                value=one.value if value is None else value,
            )
        )


def read_rows(
    table: Table,
    sheet: RawSheet,
    located: Located,
    order: Sorted,
    hidden: Hidden,
    where: Where,
    context: Context,
) -> Rows:
    """Every data row read cell by cell, keys judged, rows between their cells judged."""
    rows = Rows(table, sheet, located, where, order.data)
    _cells(rows, hidden, context)
    _keys(rows)
    _left_behind(rows, hidden)
    for name, readings in rows.readings.items():
        if table.by_name[name].kind in _COMPUTED:
            continue
        for n, reading in enumerate(readings):
            for each in reading.findings if n not in rows.refused else ():
                rows.say(n, name, each)
    _formulas(rows, hidden)
    _between(rows, context)
    _refuse(rows)
    return rows


def columns_of(rows: Rows, nil: bool) -> TableData:
    """The accepted rows as the document keeps them."""
    accepted = rows.accepted()
    values: dict[str, list[Any]] = {}
    unreadable: list[tuple[int, str]] = []
    for each in rows.table.fields:
        readings = rows.readings.get(each.name)
        if readings is None:
            values[each.name] = [None] * len(accepted)
            if each.required:
                unreadable += [(rows.numbers[n], each.name) for n in accepted]
        elif each.kind == "serial":
            values[each.name] = list(range(1, len(accepted) + 1))
        else:
            values[each.name] = [readings[n].value for n in accepted]
            unreadable += [(rows.numbers[n], each.name) for n in accepted if readings[n].unreadable]
        for flag in each.flags:
            values[flag] = [None if readings is None else readings[n].flag == flag for n in accepted]
    found = {name: letters(column) for name, column in rows.located.columns.items()}
    return TableData(
        rows.table.name,
        rows.sheet.name,
        tuple(rows.numbers[n] for n in accepted),
        values,
        found,
        nil,
        tuple(sorted(unreadable)),
    )


def key_text(values: list[Any]) -> str:
    """The key of a row as people read it: its parts joined by `/`."""
    return "/".join(_shown(value) for value in values if value is not None)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return shown(value).strip()


def _cells(rows: Rows, hidden: Hidden, context: Context) -> None:
    lines = [rows.sheet.rows[number - 1] for number in rows.numbers]
    for each in rows.table.fields:
        column = rows.located.columns.get(each.name)
        if column is None:
            continue
        read = context.reader(each)
        rows.readers[each.name] = read
        at = column - 1
        rows.readings[each.name] = readings = [read(line[at] if at < len(line) else None) for line in lines]
        unseen = {row: why for (row, where), why in hidden.unseen.items() if where == column}
        if unseen:
            for n, number in enumerate(rows.numbers):
                if number in unseen and not inked(rows.raw(number, each.name)):
                    why = f"“{each.label}”的单元格是公式，{unseen[number]}，读不到内容。"
                    readings[n] = Reading(None, (fault("F22", why, unseen[number]),))


def _keys(rows: Rows) -> None:
    """The readable name of every row: its key as read, else what stands in those cells."""
    names = [name for name in rows.table.key if name in rows.readings]
    for n, number in enumerate(rows.numbers):
        parts: list[Any] = []
        for name in names:
            value = rows.readings[name][n].value
            parts.append(rows.raw(number, name) if value is None else value)
        rows.keys.append(key_text([part for part in parts if part is not None]) or f"第{number}行")


_LEFT_BEHIND: Final = 3
"""A row with a single cell that lacks so many mandatory ones is nobody's, but a word left behind."""


def _left_behind(rows: Rows, hidden: Hidden) -> None:
    """Refuses a row of a single cell that is no part of the key, in one sentence in place of one for every
    empty cell."""
    fields = [each for each in rows.table.fields if each.name in rows.readings and each.kind not in _COMPUTED]
    unseen = {row for row, _ in hidden.unseen}
    for n, number in enumerate(rows.numbers):
        if number in unseen or any(inked(rows.raw(number, name)) for name in rows.table.key):
            continue
        full = [each for each in fields if inked(rows.raw(number, each.name))]
        if len(full) != 1:
            continue
        one = full[0]
        if sum(each.required for each in fields) - one.required < _LEFT_BEHIND:
            continue
        rows.refused.add(n)
        said = f"只有“{one.label}”一格有内容，其余各列都空着。"
        fix = "多余的请删除这一行；漏填的请补齐这一行。"
        rows.say(n, one.name, fault("F01", said, rows.raw(number, one.name), fix=fix))


def _formulas(rows: Rows, hidden: Hidden) -> None:
    """F22: a formula, even a computed one, may say something else tomorrow.

    What the system computes itself is exempt.
    """
    if not hidden.formulas:
        return
    index = {number: n for n, number in enumerate(rows.numbers)}
    names = {column: name for name, column in rows.located.columns.items()}
    for row, column in sorted(hidden.formulas):
        each = rows.table.by_name.get(names.get(column, ""))
        if (
            each is None
            or row not in index
            or each.auto
            or each.kind in _COMPUTED
            or (row, column) in hidden.unseen
        ):
            continue
        rows.say(
            index[row],
            each.name,
            fault(
                "F22",
                f"“{each.label}”的单元格内含公式，系统不予接收，请改为文字或数字。",
                rows.raw(row, each.name),
            ),
        )


def _between(rows: Rows, context: Context) -> None:
    check = row_checker(rows.table.fields, context)
    names = list(rows.readings)
    columns = [rows.readings[name] for name in names]
    for n in rows.accepted():
        for each in check({name: column[n].value for name, column in zip(names, columns, strict=True)}):
            rows.say(n, each.field, each.fault)
            if each.unreadable and each.field in rows.readings:
                old = rows.readings[each.field][n]
                rows.readings[each.field][n] = replace(old, value=None, findings=(*old.findings, each.fault))


def _refuse(rows: Rows) -> None:
    """A row whose key cannot be read is refused.

    A part that may be empty may be empty; the whole key may not.
    """
    key = [rows.table.by_name[name] for name in rows.table.key]
    for n in rows.accepted():
        parts = [column[n] if (column := rows.readings.get(each.name)) else None for each in key]
        values = [None if part is None else part.value for part in parts]
        lost = [
            each
            for each, part in zip(key, parts, strict=True)
            if part is None or part.unreadable or (each.required and part.value is None and not part.flag)
        ]
        if lost or all(value is None for value in values):
            rows.refused.add(n)
            if not lost:
                first = key[0]
                rows.say(n, first.name, fault("F01", f"“{first.label}”不能为空，否则无法识别此行。"))


def raw_text(raw: Raw) -> str:
    """A cell as the clerk sees it; '' for none."""
    return "" if raw is None else shown(raw)


def by_kind(table: Table, kind: str) -> Field | None:
    return next((each for each in table.fields if each.kind == kind), None)


def hashable(value: Any) -> Any:
    """A value as part of a key."""
    return tuple(value) if isinstance(value, list) else value
