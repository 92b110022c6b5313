"""Two versions of one form, field by field: rows matched by their key, cells compared as values.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from collector.portal.show import masked
from forms.document import Document, TableData
from forms.spec import Form, Table


@dataclass(frozen=True)
class Change:
    """`kind`: added | removed | changed.  For a changed cell, where it stands now and both values."""

    kind: str
    sheet: str
    cell: str
    row: str  # what the row is about, masked
    label: str
    old: str
    new: str


def differences(form: Form, old: Document, new: Document, *, in_full: bool = False) -> tuple[Change, ...]:
    """Every difference in the order of the form; a row whose key changed is one removed and one added."""
    clean = str if in_full else masked
    found: list[Change] = []
    for name, table in form.tables.items():
        before, after = (
            old.tables.get(name, TableData(name, table.sheet)),
            new.tables.get(name, TableData(name, table.sheet)),
        )
        if before.nil != after.nil:
            found.append(
                Change("changed", table.sheet, "", "", "零报告", shown(before.nil), shown(after.nil))
            )
        found += _rows(table, before, after, clean)
    for name, fact in form.facts.items():
        was, now = shown(old.facts.get(name)), shown(new.facts.get(name))
        if was != now:
            sheet, cell = new.fact_cells.get(name, ("", ""))
            found.append(Change("changed", sheet, cell, "", fact.label, clean(was), clean(now)))
    return tuple(found)


def _rows(table: Table, before: TableData, after: TableData, clean: Any) -> Iterator[Change]:
    was, now = _keyed(table, before), _keyed(table, after)
    for key, (n, row) in now.items():
        about = clean(_about(table, row))
        if key not in was:
            yield Change(
                "added", after.sheet, f"第 {after.rows[n]} 行", about, "", "", clean(_whole(table, row))
            )
            continue
        _, earlier = was[key]
        for field in table.fields:
            if field.kind == "serial":  # it only says where the row stands
                continue
            left, right = shown(earlier.get(field.name)), shown(row.get(field.name))
            if left != right:
                letters = after.letters.get(field.name, "")
                yield Change(
                    "changed",
                    after.sheet,
                    f"{letters}{after.rows[n]}" if letters else "",
                    about,
                    field.label,
                    clean(left),
                    clean(right),
                )
    for key, (_, row) in was.items():
        if key not in now:
            yield Change(
                "removed", before.sheet, "", clean(_about(table, row)), "", clean(_whole(table, row)), ""
            )


def _keyed(table: Table, data: TableData) -> dict[tuple[Any, ...], tuple[int, dict[str, Any]]]:
    """Rows by key; the second of the same key gets a number, so that none is lost."""
    found: dict[tuple[Any, ...], tuple[int, dict[str, Any]]] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for n in range(len(data.rows)):
        row = data.row(n)
        key = tuple(shown(row.get(name)) for name in table.key)
        seen[key] += 1
        found[(*key, seen[key])] = (n, row)
    return found


def _about(table: Table, row: Mapping[str, Any]) -> str:
    """The row in a few words: its first two filled texts."""
    texts = [
        shown(row.get(field.name)) for field in table.fields if field.kind != "serial" and row.get(field.name)
    ]
    return "　".join(texts[:2])


def _whole(table: Table, row: Mapping[str, Any]) -> str:
    return "；".join(
        f"{field.label}：{shown(row[field.name])}"
        for field in table.fields
        if field.kind != "serial" and row.get(field.name) not in (None, "")
    )


def shown(value: Any) -> str:
    """A value as a clerk would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(map(shown, value))
    return str(value)
