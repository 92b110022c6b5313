"""What goes into one unit's workbook: the unit line, the pre-filled columns of each table, the stamp."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import pyarrow as pa

from forms.kinds.types import sql_type
from forms.spec import Form, Table
from templates.clean import clean

Cell = str | int | None
"""Text, or a number; a date is its Excel serial number (days since 1899-12-30)."""

UNIT_SEPARATOR: Final = "␟"
"""Parts the values of a remembered row; no value holds it."""

_EPOCH: Final = 25569
_JOIN: Final = "、"

Rows = Callable[[str, str], pa.Table]


@dataclass(frozen=True)
class Filled:
    """A table's first rows: field → cells, all `count` long; fields without an entry are empty."""

    count: int = 0
    columns: Mapping[str, Sequence[Cell]] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """One workbook's variable part. `tables` by table name; `stamp` the rows of the hidden sheet `_meta`."""

    unit_name: str
    tables: Mapping[str, Filled] = field(default_factory=dict)
    stamp: Mapping[str, str] = field(default_factory=dict)


def gather(form: Form, unit: str, rows: Rows | None, figures: Mapping[str, int] | None) -> dict[str, Filled]:
    """The pre-filled part of every table of the form. A view without a wanted column raises KeyError."""
    return {name: fill(table, unit, rows, figures) for name, table in form.tables.items()}


def fill(table: Table, unit: str, rows: Rows | None, figures: Mapping[str, int] | None) -> Filled:
    """The columns of the table's view, the computed figures, and the serial numbers that go with them."""
    fields = [each for each in table.fields if each.prefill]
    columns: dict[str, Sequence[Cell]] = {}
    count = 0
    if fields and rows is not None:
        data = rows(fields[0].prefill.view if fields[0].prefill else "", unit)
        count = data.num_rows
        for each in fields:
            if each.prefill is not None:
                columns[each.name] = cells(data.column(each.prefill.column), sql_type(each.kind))
    if table.rows is not None:
        count = min(count, table.rows)
        columns = {name: column[:count] for name, column in columns.items()}
        known = (
            {each.name: figures.get(each.figure) for each in table.fields if each.figure} if figures else {}
        )
        if any(each is not None for each in known.values()):
            count = max(count, 1)
            columns |= {name: [value, *[None] * (count - 1)] for name, value in known.items()}
            columns = {name: [*column, *[None] * (count - len(column))] for name, column in columns.items()}
    if count:
        columns |= {each.name: range(1, count + 1) for each in table.fields if each.kind == "serial"}
    return Filled(count, columns)


def cells(column: pa.ChunkedArray | pa.Array, kind: str) -> list[Cell]:
    """A column of a view as cells. `kind` is the SQL type of the field it fills."""
    if pa.types.is_date(column.type):
        days = column.cast(pa.date32()).cast(pa.int32()).to_pylist()
        return [None if day is None else day + _EPOCH for day in days]
    values: list[Any] = column.to_pylist()
    if kind == "INTEGER":
        return [None if value is None else int(value) for value in values]
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return [text(_JOIN.join(map(str, value))) if value else None for value in values]
    return [None if value is None else text(str(value)) for value in values]


def text(value: str) -> str | None:
    """The text as a cell may hold it, without control characters; None when nothing is left."""
    if not value.isprintable() or UNIT_SEPARATOR in value:
        value = clean(value)[0].replace(UNIT_SEPARATOR, " ")
    return value[:32767] or None


def remembered(table: Table, filled: Filled) -> list[str]:
    """What was pre-filled, one text per row after a first one with the field names, so S13 sees changes.

    Values stand in the order of the names, parted by UNIT_SEPARATOR; dates as Excel serial numbers.
    """
    names = [each.name for each in table.fields if each.name in filled.columns and each.kept]
    if not filled.count or not names:
        return []
    texts = [["" if value is None else str(value) for value in filled.columns[name]] for name in names]
    return [UNIT_SEPARATOR.join(names), *map(UNIT_SEPARATOR.join, zip(*texts, strict=True))]


def fingerprint(tables: Mapping[str, Sequence[str]]) -> str:
    """A digest of the remembered rows (16 hex digits); empty when nothing was pre-filled."""
    if not any(tables.values()):
        return ""
    digest = sha256()
    for name, rows in tables.items():
        digest.update("\n".join((name, *rows, "")).encode())
    return digest.hexdigest()[:16]
