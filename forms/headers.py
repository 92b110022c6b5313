"""The header grid of a table: labels on a tree of groups become cells with spans, as on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class HeaderCell(NamedTuple):
    """One (merged) header cell.

    Columns count from 1 at the table's first column, rows from 1 at its first header row.
    """

    label: str
    first_column: int
    last_column: int
    first_row: int
    last_row: int


def header_rows(paths: Sequence[tuple[str, ...]], depth: int) -> tuple[tuple[HeaderCell, ...], ...]:
    """Cells by the row they begin in. A leaf reaches down to the last row; a group is one row high.

    `paths` are the labels from the outermost group to the field, left to right.
    """
    if any(len(path) > depth for path in paths):
        raise ValueError(f"a header of {depth} rows cannot hold {max(map(len, paths))} levels")
    rows: list[list[HeaderCell]] = [[] for _ in range(depth)]
    for column, path in enumerate(paths, 1):
        for level, label in enumerate(path, 1):
            leaf = level == len(path)
            row = rows[level - 1]
            before = paths[column - 2] if column > 1 else ()
            if not leaf and before[:level] == path[:level] and len(before) > level:
                row[-1] = row[-1]._replace(last_column=column)
            else:
                row.append(HeaderCell(label, column, column, level, depth if leaf else level))
    return tuple(tuple(row) for row in rows)
