"""S13: what was pre-filled is remembered in the file; a value that is another now is noticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.findings import Finding
from forms.kinds import Context
from forms.kinds.context import Reader
from forms.spec import Field
from forms.workbook.cells import RawSheet
from forms.workbook.content import UNIT_SEPARATOR
from forms.workbook.locate import plain
from forms.workbook.table import Rows, hashable, key_text, raw_text

Remembered = Mapping[str, Sequence[str]]
Readers = Mapping[str, Reader]


def prefilled(sheet: RawSheet | None) -> Remembered:
    """Table → its remembered lines, from the hidden sheet."""
    found: dict[str, list[str]] = {}
    for row in sheet.rows if sheet else ():
        if len(row) > 1 and isinstance(row[0], str) and isinstance(row[1], str):
            found.setdefault(row[0], []).append(row[1])
    return found


def changed(rows: Rows, remembered: Sequence[str], issued: Context) -> Iterator[Finding]:
    """S13: a pre-filled fact is not what it was. `remembered`: see `content.remembered`; `issued` reads what
    was issued, whatever day the workbook that came back counts from."""
    if len(remembered) < 2:
        return
    readers = {each.name: issued.reader(each) for each in rows.table.fields}
    names = remembered[0].split(UNIT_SEPARATOR)
    wanted = [
        (at, rows.table.by_name[name])
        for at, name in enumerate(names)
        if name in rows.table.by_name and name in rows.readings and rows.table.by_name[name].kept
    ]
    before = [line.split(UNIT_SEPARATOR) for line in remembered[1:]]
    for n, old in _pairs(rows, readers, wanted, before):
        for at, each in wanted:
            was = old[at] if at < len(old) else ""
            now, then = rows.readings[each.name][n], readers[each.name](was)
            blank = now.value is None and now.flag is None and each.required  # that is F01's
            if not was or blank or now.unreadable or (now.value, now.flag) == (then.value, then.flag):
                continue  # a gap was left for the clerk; an unreadable cell is a finding already
            number = rows.numbers[n]
            new, was = raw_text(rows.raw(number, each.name)), key_text([then.value]) or was
            if plain(new) == plain(was):
                continue
            yield rows.where.finding(
                "S13",
                "warning",
                f"第{number}行“{each.label}”由“{was}”改为“{new}”，请注明依据。",
                "请在说明中注明更正依据。",
                row=number,
                column=rows.located.columns[each.name],
                field=each.name,
                key=rows.keys[n],
                value=new,
            )


def _pairs(
    rows: Rows, readers: Readers, wanted: Sequence[tuple[int, Field]], before: Sequence[Sequence[str]]
) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row with what was pre-filled in it: by key; a row of another key by its place among the rest."""
    at_key = [(at, each) for at, each in wanted if each.name in rows.table.key]
    if len(at_key) < len(rows.table.key):
        return  # part of the key is the clerk's to fill in: which row is which cannot be known
    waiting: dict[tuple[Any, ...], list[int]] = {}
    for m, old in enumerate(before):
        values = tuple(
            hashable(readers[each.name](old[at] if at < len(old) else None).value) for at, each in at_key
        )
        waiting.setdefault(values, []).append(m)
    alone = []
    for n in range(len(rows.numbers)):
        values = tuple(hashable(rows.readings[each.name][n].value) for _, each in at_key)
        if waiting.get(values):
            yield n, before[waiting[values].pop(0)]
        else:
            alone.append(n)
    left = {m for some in waiting.values() for m in some}
    for n in alone:
        m = rows.numbers[n] - rows.located.bottom - 1
        if m in left and _alike(rows, readers, wanted, n, before[m]):
            yield n, before[m]


def _alike(
    rows: Rows, readers: Readers, wanted: Sequence[tuple[int, Field]], n: int, old: Sequence[str]
) -> bool:
    """Whether a row in the same place is the old one with a changed key, rather than another row."""
    same = sum(
        rows.readings[each.name][n].value == readers[each.name](old[at] if at < len(old) else None).value
        for at, each in wanted
    )
    return bool(2 * same >= len(wanted))
