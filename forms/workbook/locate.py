"""Where a table stands on a sheet: its header found by labels, moved, renamed or not."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Protocol

from rapidfuzz.fuzz import ratio

from forms.spec import Field, Form
from forms.workbook.cells import Raw, RawSheet

HEADER_WITHIN: Final = 60  # rows searched for a header
_ALIKE: Final = 50.0  # similarity (0–100) from which a changed label is taken for the old one


class Columns(Protocol):
    """What has columns with headers: a form's table, or a register."""

    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> tuple[Field, ...]: ...


@dataclass(frozen=True)
class Located:
    """A header block. Rows and columns count from 1.

    `columns`: field → column. `renamed`: field → the label seen there. `missing`: fields without a column.
    `moved`: fields out of order. `unknown`: column → label of columns that are not the table's.
    """

    name: str
    top: int
    bottom: int
    columns: Mapping[str, int]
    renamed: Mapping[str, str]
    missing: tuple[str, ...]
    moved: tuple[str, ...]
    unknown: Mapping[int, str]
    score: int


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """NFKC without any blank or line break: what two labels are compared by."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def text_of(raw: Raw) -> str:
    """A cell's text for comparison with labels; whole numbers without their `.0`."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return plain(raw) if isinstance(raw, str) else str(raw)


def locate(
    table: Columns, sheet: RawSheet, rows: int = HEADER_WITHIN, least: int | None = None
) -> Located | None:
    """The best header block within the first `rows` rows.

    None when fewer than `least` labels (half of them) are there.
    """
    paths = {field.name: tuple(map(plain, field.path or (field.label,))) for field in table.fields}
    depth = max(map(len, paths.values()))
    groups = {label for path in paths.values() for label in path[:-1]}
    known = {label for path in paths.values() for label in path}
    grid = _grid(sheet, rows + depth)
    best: tuple[int, int, dict[int, tuple[str, ...]], dict[str, int]] | None = None
    for top in range(min(len(grid), rows)):
        if not known.intersection(grid[top]):
            continue
        seen = _paths(grid[top : top + depth], groups)
        matched = _match(paths, seen)
        if matched and (best is None or len(matched) > best[0]):
            best = (len(matched), top, seen, matched)
    if best is None or best[0] < max(min(2, len(paths)), (len(paths) + 1) // 2 if least is None else least):
        return None
    score, top, seen, matched = best
    names = [field.name for field in table.fields]
    moved = _moved(names, matched)
    renamed = _renamed(table.fields, matched, moved, seen)
    columns = {name: column for name in names if (column := matched.get(name, renamed.get(name, 0)))}
    return Located(
        table.name,
        top + 1,
        top + depth,
        columns,
        {name: seen[column][-1] if seen.get(column) else "" for name, column in renamed.items()},
        tuple(name for name in names if name not in columns),
        moved,
        {column: path[-1] for column, path in seen.items() if column not in set(columns.values())},
        score,
    )


def assign(form: Form, sheets: Sequence[RawSheet]) -> dict[str, tuple[RawSheet, Located]]:
    """Table → its sheet and header block. A sheet of the right name is tried first, then the best match."""
    found: dict[str, tuple[RawSheet, Located]] = {}
    taken: set[str] = set()
    by_name = {plain(sheet.name): sheet for sheet in reversed(sheets)}
    for table in form.tables.values():
        sheet = by_name.get(plain(table.sheet))
        block = locate(table, sheet) if sheet and sheet.name not in taken else None
        if sheet and block:
            found[table.name] = sheet, block
            taken.add(sheet.name)
    rest = [
        (block.score / len(table.fields), -n, table.name, sheet, block)
        for table in form.tables.values()
        if table.name not in found
        for n, sheet in enumerate(sheets)
        if sheet.name not in taken
        if (block := locate(table, sheet))
    ]
    for _, _, name, sheet, block in sorted(rest, key=lambda each: each[:3], reverse=True):
        if name not in found and sheet.name not in taken:
            found[name] = sheet, block
            taken.add(sheet.name)
    return found


def _grid(sheet: RawSheet, rows: int) -> list[list[str]]:
    """The top of the sheet as comparable texts, merged ranges filled."""
    grid = [[text_of(raw) for raw in row] for row in sheet.rows[:rows]]
    for merge in sheet.merges or ():
        if merge.top > len(grid) or merge.left > len(grid[merge.top - 1]):
            continue
        text = grid[merge.top - 1][merge.left - 1]
        for row in grid[merge.top - 1 : merge.bottom]:
            span = row[merge.left - 1 : merge.right]
            row[merge.left - 1 : merge.right] = [text] * len(span)
    return grid


def _paths(block: list[list[str]], groups: set[str]) -> dict[int, tuple[str, ...]]:
    """Column → labels from the outer group down.

    Unmerged group labels reach right over blanks with ink below.
    """
    width = max(map(len, block))
    rows = [row + [""] * (width - len(row)) for row in block]
    for level, row in enumerate(rows[:-1]):
        for column in range(1, width):
            if (
                not row[column]
                and row[column - 1] in groups
                and any(below[column] for below in rows[level + 1 :])
            ):
                row[column] = row[column - 1]
    paths = {}
    for column in range(width):
        path: list[str] = []
        for row in rows:
            if row[column] and (not path or path[-1] != row[column]):
                path.append(row[column])
        if path:
            paths[column + 1] = tuple(path)
    return paths


def _match(paths: Mapping[str, tuple[str, ...]], seen: Mapping[int, tuple[str, ...]]) -> dict[str, int]:
    """Field → column: by the full path, else by its own label where only one field and one free column
    bear it.
    """
    by_path: dict[tuple[str, ...], int] = {}
    for column, path in seen.items():
        by_path.setdefault(path, column)
    matched = {name: by_path[path] for name, path in paths.items() if path in by_path}
    taken = set(matched.values())
    leaves: dict[str, list[int]] = {}
    for column, path in seen.items():
        if column not in taken:
            leaves.setdefault(path[-1], []).append(column)
    labels = [path[-1] for path in paths.values()]
    for name, path in paths.items():
        if name not in matched and labels.count(path[-1]) == 1 and len(leaves.get(path[-1], ())) == 1:
            matched[name] = leaves[path[-1]][0]
    return matched


def _moved(names: Iterable[str], matched: Mapping[str, int]) -> tuple[str, ...]:
    """The fewest fields that stand out of order (those outside a longest increasing run of columns)."""
    present = [name for name in names if name in matched]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, name in enumerate(present):
        place = bisect_left(tails, matched[name])
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [matched[name]]
        ends[place : place + 1] = [n]
    keep, n = set(), ends[-1] if ends else -1
    while n >= 0:
        keep.add(present[n])
        n = before[n]
    return tuple(name for name in present if name not in keep)


def _renamed(
    fields: Sequence[Field],
    matched: Mapping[str, int],
    moved: tuple[str, ...],
    seen: Mapping[int, tuple[str, ...]],
) -> dict[str, int]:
    """Unmatched field → the unmatched column that stands in its place between its neighbours."""
    taken = set(matched.values())
    free = sorted(set(seen) - taken)
    anchors = [
        (-1, 0),
        *(
            (n, matched[each.name])
            for n, each in enumerate(fields)
            if each.name in matched and each.name not in moved
        ),
        (len(fields), 1 << 20),
    ]
    found: dict[str, int] = {}
    for (start, left), (end, right) in pairwise(anchors):
        lost = [each for each in fields[start + 1 : end] if each.name not in matched]
        between = [column for column in free if left < column < right]
        if lost and len(lost) != len(between) and right < 1 << 20:
            # A header that was wiped leaves a column without a label in its place.
            every = [column for column in range(left + 1, right) if column not in taken]
            between = every if len(every) == len(lost) else between
        if lost and len(lost) == len(between) and right < 1 << 20:
            found |= {each.name: column for each, column in zip(lost, between, strict=True)}
            continue
        for each in lost:
            like = [(ratio(plain(each.label), seen[column][-1]), -column) for column in between]
            if like and max(like)[0] >= _ALIKE:
                column = -max(like)[1]
                found[each.name] = column
                between.remove(column)
            elif len(lost) == len(between) == 1:
                found[each.name] = between[0]
    return found
