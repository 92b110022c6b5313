"""What a workbook holds, as plain values: calamine reads, nothing interprets, JSON carries."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from forms.workbook.properties import custom_properties

Raw = str | float | int | bool | date | datetime | time | timedelta | None

# The library's enumerations cannot be keys.
_STATES = ((SheetVisibleEnum.Visible, "visible"), (SheetVisibleEnum.Hidden, "hidden"))


class UnreadableWorkbook(Exception):
    """The bytes are no workbook that can be read; the message is a sentence for the clerk."""


class Merge(NamedTuple):
    """A merged range, all counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class RawSheet:
    """`rows[0]` is sheet row 1 and its first value column A, always.

    `merges` is None where the format hides them (ods).
    """

    name: str
    state: str
    rows: tuple[tuple[Raw, ...], ...]
    merges: tuple[Merge, ...] | None = None


@dataclass(frozen=True)
class RawWorkbook:
    """`properties`: the custom document properties (xlsx only)."""

    sheets: tuple[RawSheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, name: str) -> RawSheet | None:
        return next((each for each in self.sheets if each.name == name), None)


def cells(data: bytes) -> RawWorkbook:
    """Every sheet of an xlsx, xls or ods. Raises UnreadableWorkbook.

    Call it in the limited child for foreign bytes: a hostile file can abort the process (security.md F2).
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                continue
            sheet = book.get_sheet_by_name(meta.name)
            # By default calamine drops empty rows and columns at the top left and every address shifts.
            rows = tuple(
                tuple(None if value == "" else value for value in row)
                for row in sheet.to_python(skip_empty_area=False)
            )
            ranges = sheet.merged_cell_ranges
            merges = (
                None
                if ranges is None
                else tuple(
                    Merge(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges
                )
            )
            sheets.append(RawSheet(meta.name, _state(meta.visible), rows, merges))
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableWorkbook(
            "文件已损坏或不是电子表格，无法读取。请用Excel或WPS打开后另存为xlsx再上传。"
        ) from error
    return RawWorkbook(tuple(sheets), custom_properties(data))


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    """(12, 8) → H12, both from 1."""
    return f"{letters(column)}{row}"


def position(cell: str) -> tuple[int, int]:
    """H12 → (12, 8). Raises ValueError for what is no address."""
    head = cell.rstrip("0123456789")
    if not head or not head.isascii() or not head.isalpha() or head == cell:
        raise ValueError(f"{cell!r} is no cell address")
    column = 0
    for letter in head.upper():
        column = column * 26 + ord(letter) - 64
    return int(cell[len(head) :]), column


def to_json(book: RawWorkbook) -> bytes:
    """Dates and times are tagged, so that `from_json` gives the same workbook."""
    return json.dumps(
        {
            "sheets": [[s.name, s.state, s.rows, s.merges] for s in book.sheets],
            "properties": dict(book.properties),
        },
        ensure_ascii=False,
        separators=(",", ":"),
        default=_encode,
    ).encode("utf-8", "surrogatepass")


def from_json(text: bytes) -> RawWorkbook:
    """The opposite of `to_json`. Raises ValueError when the text is not a workbook's."""
    try:
        plain = json.loads(text.decode("utf-8", "surrogatepass"), object_hook=_decode)
        sheets = tuple(
            RawSheet(
                name,
                state,
                tuple(map(tuple, rows)),
                None if merges is None else tuple(Merge(*each) for each in merges),
            )
            for name, state, rows, merges in plain["sheets"]
        )
        return RawWorkbook(sheets, plain["properties"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a workbook: {error}") from error


def read_in_child(payload: bytes) -> bytes:
    """`cells` for the limited child: xlsx bytes in, JSON out (`from_json` reads it)."""
    return to_json(cells(payload))


def _state(visible: SheetVisibleEnum) -> str:
    return next((name for each, name in _STATES if each == visible), "veryHidden")


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return {"@datetime": value.isoformat()}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, time):
        return {"@time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"@seconds": value.total_seconds()}
    raise TypeError(f"{type(value).__name__} does not come from a cell")


def _decode(value: dict[str, Any]) -> Any:
    if len(value) != 1:
        return value
    tag, content = next(iter(value.items()))
    read = _TAGS.get(tag)
    return read(content) if read else value


_TAGS: Mapping[str, Any] = {
    "@datetime": datetime.fromisoformat,
    "@date": date.fromisoformat,
    "@time": time.fromisoformat,
    "@seconds": lambda seconds: timedelta(seconds=seconds),
}
