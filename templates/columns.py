"""How wide the columns of a text's table are, and where their heads break.

Lengths are in characters of table text. Columns whose cells do not fit on one line share what is left so
that their fuller cells come to the same number of lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from templates.blocks import Cell, Table
from templates.measures import SkinOptions, measures, sheet
from templates.type_area import em_width

_WRITTEN = 7.0
"""What people write into a column of empty cells."""
_PAIR = 2
"""Most words have two characters."""
_NARROWEST, _WIDEST_WORD, _WIDEST_HEAD = 3.0, 12.0, 6.0
_TOKEN = re.compile(r"[!-~]+")
_BORDER = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])")
_SHORT = (8.0, 6.0, 4.0)
"""A cell of so many characters stays on one line: whichever makes the table lowest."""
_CAPITALS = 1.15
"""Latin capitals are wider than the half character that digits take."""
_NAME = 16.0
"""A column whose fuller cells are no longer holds names: two lines each where there is room, not four."""
_MARKS = frozenset("，、；。")
"""What has one of these is said, and no name."""
_FULLER, _MOST_LINES, _NEAR = 0.8, 100.0, 0.01


def line(landscape: bool, columns: int = 1) -> float:
    """How many characters of table text the type area is wide, in a table of so many columns."""
    return sheet(SkinOptions(), landscape).text_width / _size(columns)


def padded(text: float, columns: int = 1) -> float:
    """The width of a column whose widest line has so many characters."""
    m = measures().tables
    return text + (2 * m.side_padding_pt + 2 * m.rule_pt) / _size(columns)


def _size(columns: int) -> float:
    m = measures().tables
    return m.dense_size_pt if _many(columns) else m.size_pt


def tabled(
    header: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]], landscape: bool = False
) -> Table:
    """The table with its columns' widths; a head wider than its column breaks in the middle, or where there
    are many columns after every second character."""
    count = max((len(row) for row in (*header, *rows)), default=1)
    room = widths(header, rows, line(landscape, count))
    heads = tuple(
        tuple(
            replace(cell, text=_parted(cell.text, count))
            if em_width(cell.text) > width - padded(0, count)
            else cell
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
    columns = [[row[at].text.strip() for row in rows if len(row) > at] for at in range(count)]
    heads = [[row[at].text for row in header if len(row) > at] for at in range(count)]
    wanted = [_full(cells) or _WRITTEN for cells in columns]
    names = [text <= _NAME and not any(_MARKS & set(cell) for cell in cells)
             for text, cells in zip(wanted, columns, strict=True)]  # fmt: skip
    tried = []
    for short in _SHORT:
        least = [_least(head, cells, short, count) for head, cells in zip(heads, columns, strict=True)]
        pairs = zip(least, wanted, names, strict=True)
        named = [max(low, text / 2 + 1) if name else low for low, text, name in pairs]
        least = named if sum(padded(each, count) for each in named) <= room else least
        low, high = 0.0, _MOST_LINES
        while high - low > _NEAR:
            lines = (low + high) / 2
            taken = sum(_at(least, wanted, max(lines, 1.0), count))
            low, high = (lines, high) if taken > room else (low, lines)
        found = _at(least, wanted, max(high, 1.0), count)
        tried.append(tuple(width * room / sum(found) for width in found))
    return min(tried, key=lambda given: _height(rows, given))


def _height(rows: Sequence[Sequence[Cell]], given: Sequence[float]) -> int:
    """How many lines the rows take in all."""
    text = [width - padded(0.0, len(given)) for width in given]
    return sum(
        max((math.ceil(_set(cell.text) / room) for cell, room in zip(row, text, strict=False)), default=1)
        for row in rows
    )


def _least(heads: Sequence[str], cells: Sequence[str], short: float, count: int) -> float:
    """What one of `count` columns needs for its head in lines, its longest word, and cells too short to
    break."""
    parts = [em_width(part) for head in heads for part in _parted(head, count).split("\n")]
    words = [_CAPITALS * em_width(word) for cell in cells for word in _TOKEN.findall(cell)]
    kept = [_set(cell) for cell in cells if em_width(cell) <= short]
    return max(
        _PAIR if _many(count) else _NARROWEST,
        min(max(parts, default=0.0), _WIDEST_HEAD),
        min(max(words, default=0.0), _WIDEST_WORD),
        max(kept, default=0.0),
    )


def _set(text: str) -> float:
    """How long a text is where the program puts a quarter between Han and digits, as LibreOffice does."""
    return em_width(text) + 0.25 * len(_BORDER.findall(text))


def _full(cells: Sequence[str]) -> float:
    """How long a column's fuller cells are: few outliers may take more lines than the rest."""
    lengths = sorted(map(_set, cells))
    return lengths[min(len(lengths) - 1, int(len(lengths) * _FULLER))] if lengths else 0.0


def _at(least: Sequence[float], full: Sequence[float], lines: float, count: int) -> list[float]:
    """Each column as wide as its fuller cells in so many lines; a broken line loses a character."""
    lost = 1.0 if lines > 1 else 0.0
    return [
        padded(max(low, min(text, text / lines + lost)), count)
        for low, text in zip(least, full, strict=True)
    ]


def _parted(head: str, count: int) -> str:
    return stacked(head) if _many(count) else balanced(head)


def _many(count: int) -> bool:
    return count >= measures().tables.dense_columns


def stacked(head: str) -> str:
    """A head in lines of two characters, its bracket in one; of an odd number the first three stay."""
    if em_width(head) <= _NARROWEST or "\n" in head:
        return head
    words, bracket, rest = head.partition("（")
    first = _PAIR + len(words) % _PAIR
    pairs = [words[at : at + _PAIR] for at in range(first, len(words), _PAIR)]
    return "\n".join([words[:first], *pairs, *([bracket + rest] if bracket else [])])


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
