"""Which rows of a sheet are data; the nil row, totals, footers and strays told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from forms.spec import Table
from forms.workbook.cells import Raw, RawSheet
from forms.workbook.layout import NIL
from forms.workbook.locate import Located, plain
from forms.workbook.probe import Hidden

TOTALS: Final = ("合计", "总计")
NOTES: Final = ("注:", "备注:", "说明:", "填表说明")


@dataclass(frozen=True)
class Sorted:
    """Sheet rows (from 1). `strays` have ink outside the table's columns only; `below` stand under the
    footer.

    `labelled`: rows outside the data, where labelled cells are looked for.
    """

    data: tuple[int, ...]
    nil: tuple[int, ...]
    totals: tuple[int, ...]
    strays: tuple[int, ...]
    below: tuple[int, ...]
    labelled: tuple[int, ...]

    @property
    def inked(self) -> int:
        return len(self.data) + len(self.nil) + len(self.strays) + len(self.below)


def inked(raw: Raw) -> bool:
    """Whether a cell holds more than blanks."""
    return raw is not None and not (isinstance(raw, str) and not raw.strip())


def sort_rows(
    sheet: RawSheet, table: Table, located: Located, hidden: Hidden, labels: Iterable[str]
) -> Sorted:
    """Every row below the header, once.

    `labels` are those of the labelled cells (填表人 …), as they are declared.
    """
    serials = {
        located.columns[each.name]
        for each in table.fields
        if each.kind == "serial" and each.name in located.columns
    }
    columns = frozenset(located.columns.values())
    footers = tuple(plain(label) + ":" for label in labels) + NOTES
    totals_words = {plain(word) for word in (*TOTALS, table.total or TOTALS[0])}
    unseen_rows: dict[int, set[int]] = {}
    for number, column in hidden.unseen:
        unseen_rows.setdefault(number, set()).add(column)
    groups: dict[str, list[int]] = {
        name: [] for name in ("data", "nil", "totals", "strays", "below", "labelled")
    }
    groups["labelled"] += range(1, located.top)
    ended = False
    for number in range(located.bottom + 1, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        full = {column for column, raw in enumerate(row, 1) if raw is not None and inked(raw)}
        full |= unseen_rows.get(number, set())
        if not full:
            continue
        own = full & columns
        own -= {column for column in serials & own if _spare(row, column)}
        if not own:
            if full <= serials:
                continue  # a spare row: its pre-filled serial number is no ink
            text = _text(row, min(full - serials))
            if ended or text.startswith(footers):
                ended = ended or text.startswith(footers)
                groups["labelled"].append(number)
            else:
                groups["strays"].append(number)
            continue
        text = _text(row, min(full))
        if text.startswith(footers):  # only as its first ink: a remark in a data row may begin so too
            ended = True
            groups["labelled"].append(number)
        elif text in totals_words and len(columns) > 1 and min(full) <= max(columns):
            groups["totals"].append(number)
        elif ended:
            # Under the footer one cell is a remark; more are a row that would be lost.
            groups["below" if len(own) > 1 else "labelled"].append(number)
        elif all(_text(row, column) == NIL for column in own):
            groups["nil"].append(number)
        else:
            groups["data"].append(number)
    return Sorted(**{name: tuple(rows) for name, rows in groups.items()})


def filled_down(sheet: RawSheet, located: Located) -> tuple[RawSheet, tuple[tuple[int, int], ...]]:
    """The sheet with cells that a clerk merged over several data rows said in each of them.

    Only in rows that hold something else, so that a merged frame makes no rows. With it the places
    (row, column) of the cells that took over what stands at the top of their range.
    """
    own = frozenset(located.columns.values())
    changed: dict[int, list[Raw]] = {}
    places: list[tuple[int, int]] = []
    for merge in sheet.merges or ():
        if (
            merge.top <= located.bottom
            or merge.bottom == merge.top
            or merge.left != merge.right
            or merge.left not in own
        ):
            continue
        column = merge.left - 1
        for number in range(merge.top + 1, min(merge.bottom, len(sheet.rows)) + 1):
            top, row = sheet.rows[merge.top - 1], sheet.rows[number - 1]
            if column < min(len(top), len(row)) and any(
                inked(row[each - 1]) for each in own if each <= len(row)
            ):
                changed.setdefault(number, list(row))[column] = top[column]
                places.append((number, merge.left))
    if not changed:
        return sheet, ()
    rows = tuple(tuple(changed.get(number, row)) for number, row in enumerate(sheet.rows, 1))
    return replace(sheet, rows=rows), tuple(sorted(places))


def _spare(row: tuple[Raw, ...], column: int) -> bool:
    """Whether the serial cell holds a mere number, which says nothing by itself."""
    raw = row[column - 1] if column <= len(row) else None
    if isinstance(raw, str):
        return raw.strip().rstrip(".、").isdecimal()
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _text(row: tuple[Raw, ...], column: int) -> str:
    raw = row[column - 1] if column <= len(row) else None
    return plain(raw) if isinstance(raw, str) else ""
