"""How wide the columns of a text's table are, and where their heads break.

Lengths are in characters of table text. Columns whose cells do not fit on one line share what is left so
that their fullest cells come to the same number of lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from templates.blocks import Cell, Table
from templates.measures import SkinOptions, measures, sheet
from templates.type_area import em_width

_NARROWEST, _WIDEST_WORD, _WIDEST_HEAD = 3.0, 12.0, 6.0
_TOKEN = re.compile(r"[!-~]+")
_SHORT = 6.0
"""A cell of so many characters stays on one line."""
_STEPS = 60


def line(landscape: bool, columns: int = 1) -> float:
    """How many characters of table text the type area is wide, in a table of so many columns."""
    return sheet(SkinOptions(), landscape).text_width / _size(columns)


def padded(text: float, columns: int = 1) -> float:
    """The width of a column whose widest line has so many characters."""
    m = measures().tables
    return text + (2 * m.side_padding_pt + 2 * m.rule_pt) / _size(columns)


def _size(columns: int) -> float:
    m = measures().tables
    return m.dense_size_pt if columns >= m.dense_columns else m.size_pt


def tabled(
    header: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]], landscape: bool = False
) -> Table:
    """The table with its columns' widths; a head wider than its column breaks in the middle."""
    room = widths(header, rows, line(landscape))
    heads = tuple(
        tuple(
            replace(cell, text=balanced(cell.text)) if em_width(cell.text) > width - padded(0) else cell
            for cell, width in zip(row, room, strict=False)
        )
        for row in header
    )
    return Table(heads, tuple(map(tuple, rows)), room)


def widths(
    header: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]], room: float
) -> tuple[float, ...]:
    """A width for each column; together they fill `room`."""
    count = max((len(row) for row in (*header, *rows)), default=1)
    least = [_NARROWEST] * count
    longest = [_NARROWEST] * count
    for row in header:
        for at, cell in enumerate(row[:count]):
            part = max(map(em_width, balanced(cell.text).split("\n")))
            least[at] = max(least[at], min(part, _WIDEST_HEAD))
    for row in rows:
        for at, cell in enumerate(row[:count]):
            word = max(map(em_width, _TOKEN.findall(cell.text)), default=0.0)
            least[at] = max(least[at], min(word, _WIDEST_WORD))
            longest[at] = max(longest[at], em_width(cell.text))
            if em_width(cell.text) <= _SHORT:
                least[at] = max(least[at], em_width(cell.text))
    padding = padded(0)
    low, high = 1.0, 100.0  # lines of the fullest cells
    found = _at(least, longest, low, padding)
    if sum(found) > room:
        for _ in range(_STEPS):
            lines = (low + high) / 2
            found = _at(least, longest, lines, padding)
            low, high = (lines, high) if sum(found) > room else (low, lines)
        found = _at(least, longest, high, padding)
    return tuple(width * room / sum(found) for width in found)


def _at(least: Sequence[float], longest: Sequence[float], lines: float, padding: float) -> list[float]:
    """Each column as wide as its fullest cell in so many lines; a broken line loses a character."""
    lost = 1.0 if lines > 1 else 0.0
    return [
        max(low, text if text <= low else min(text, text / lines + lost)) + padding
        for low, text in zip(least, longest, strict=True)
    ]


def balanced(head: str) -> str:
    """A head in two lines: before its bracket, else in the middle."""
    if em_width(head) <= _NARROWEST or "\n" in head:
        return head
    bracket = head.find("（")
    middle = bracket if bracket > 0 else middle_of(head)
    return head[:middle] + "\n" + head[middle:]


def middle_of(words: str) -> int:
    """Where two lines of a name part: most words have two characters, so an even name
    parts at an even place."""
    half = -(-len(words) // 2)
    return half + half % 2 if len(words) % 2 == 0 else half
