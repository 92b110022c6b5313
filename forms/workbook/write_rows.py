"""The data rows of an issued sheet as text: one format per row, filled column by column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import Final

from forms.workbook.cells import letters
from forms.workbook.content import Cell, Filled
from forms.workbook.layout import SheetLayout
from forms.workbook.skin import Skin

_STYLE: Final = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"')
_ROW: Final = re.compile(r'<row r="\d+"([^>]*)>')
_HEIGHT: Final = re.compile(r' ht="[^"]*"')
_SPECIAL: Final = re.compile(r"[&<>\r\n]|^\s|\s$|_x[0-9A-Fa-f]{4}_")
_ANY_SPECIAL: Final = re.compile(r"[&<>\r\n]|_x|(?:^|\0)\s|\s(?:\0|$)")
_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class RowWriter:
    """Writes rows in the styles of two sample rows: the first pre-filled throughout, the second empty."""

    def __init__(self, layout: SheetLayout, skin: Skin, filled: str, empty: str) -> None:
        self.layout, self.skin = layout, skin
        self.filled, self.empty = _STYLE.findall(filled), _STYLE.findall(empty)
        if not len(self.filled) == len(self.empty) == layout.columns:
            raise ValueError(f"{layout.table.sheet}: the sample rows have lost cells")
        found = _ROW.search(filled)
        row = _HEIGHT.sub("", found[1] if found else "")
        self._open = f'<row r="%s" ht="%s"{row}>'
        self._names = [letters(column) for column in range(1, layout.columns + 1)]
        height = skin.heights.printed_row if layout.printed else skin.heights.row
        cells = "".join(
            f'<c r="{name}\0" s="{style}"/>' for name, style in zip(self._names, self.empty, strict=True)
        )
        self._blank = f'<row r="\0" ht="{height:g}"{row}>{cells}</row>'

    def write(self, data: Filled, count: int) -> str:
        """`count` rows from the sheet's first data row on, the first `data.count` of them filled."""
        first = self.layout.first_row
        numbers = [str(number) for number in range(first, first + count)]
        rest = [self._blank.replace("\0", number) for number in numbers[data.count :]]
        if not data.count:
            return "".join(rest)
        at = numbers[: data.count]
        form: list[str] = [self._open]
        columns: list[Sequence[Cell]] = [at, heights(self.layout, self.skin, data)]
        for name, field, full, empty in zip(
            self._names, self.layout.table.fields, self.filled, self.empty, strict=True
        ):
            values = data.columns.get(field.name)
            columns.append(at)
            if values is None:
                form.append(f'<c r="{name}%s" s="{empty}"/>')
            elif any(value is None for value in values):
                form.append(f'<c r="{name}%s" s="%s</c>')
                columns.append(_mixed(values, full, empty))
            elif isinstance(values[0], str):
                form.append(f'<c r="{name}%s" s="{full}" t="inlineStr"><is><t%s</t></is></c>')
                columns.append(_texts([str(value) for value in values]))
            else:
                form.append(f'<c r="{name}%s" s="{full}"><v>%s</v></c>')
                columns.append(values)
        form.append("</row>")
        filled = map("".join(form).__mod__, zip(*columns, strict=True))
        return "".join((*filled, *rest))


def _mixed(values: Sequence[Cell], full: str, empty: str) -> list[str]:
    """From the style on: cells of which some are empty; all are closed alike."""
    found = []
    for value in values:
        if value is None:
            found.append(f'{empty}">')
        elif isinstance(value, str):
            found.append(f'{full}" t="inlineStr"><is><t{_text(value)}</t></is>')
        else:
            found.append(f'{full}"><v>{value}</v>')
    return found


def _texts(values: list[str]) -> list[str]:
    """Texts from the end of `<t` on; a column without anything special, as most are, is searched once."""
    if _ANY_SPECIAL.search("\0".join(values)):
        return [_text(value) for value in values]
    return [f">{value}" for value in values]


def _text(value: str) -> str:
    return f' xml:space="preserve">{marked(value)}' if _SPECIAL.search(value) else f">{value}"


def marked(value: str) -> str:
    """Text as XML; what looks like Excel's own escape (`_x0041_`) is escaped itself."""
    if "_x" in value:
        value = _ESCAPED.sub("_x005F_", value)
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def heights(layout: SheetLayout, skin: Skin, data: Filled) -> list[str]:
    """Row heights in points: a text that needs more lines than one makes its row higher."""
    if layout.printed:
        return [f"{skin.heights.printed_row:g}"] * data.count
    lines = [1] * data.count
    for width, field in zip(layout.widths, layout.table.fields, strict=True):
        values = data.columns.get(field.name)
        if values is None or not _wraps(values, width):
            continue
        for at, value in enumerate(values):
            if isinstance(value, str):
                lines[at] = max(lines[at], wrapped(value, width))
    height, more = skin.heights.row, skin.heights.row_line
    return [f"{height + (need - 1) * more:g}" for need in lines]


def _wraps(values: Sequence[Cell], width: float) -> bool:
    """Whether any text of a column might need a second line: cheap, and never wrongly no."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return False
    together = "".join(texts)
    longest = max(map(len, texts))
    return "\n" in together or (longest if together.isascii() else longest * 2.5) > width - 0.5


def wrapped(value: str, width: float) -> int:
    """Lines a text takes in a column of `width` characters; a Chinese character is two wide."""
    if "\n" in value:
        return sum(wrapped(each, width) for each in value.split("\n"))
    wide = (len(value.encode("utf-8", "replace")) + len(value)) / 2
    return max(1, ceil(wide / max(width - 0.5, 1)))
