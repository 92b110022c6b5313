"""One worksheet and the shared strings, streamed: limits before any library, and what value readers hide."""
from __future__ import annotations

import re
from collections.abc import Iterable

from collector.refusal import Note, Refused, note

from .thin import thin
from .verdict import SheetProbe
from .xml import Budget, parse

_REF = re.compile(r"^\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})$")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_WEB = re.compile(r"\b(WEBSERVICE|FILTERXML|IMAGE|RTD)\s*\(", re.IGNORECASE)
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_COLUMNS: dict[str, int] = {}


def cell_of(reference: str) -> tuple[int, int]:
    """`C7` → (7, 3); raises Refused when it lies outside Excel's grid."""
    found = _REF.match(reference)
    if not found:
        raise Refused("cell_outside", reference[:20])
    letters, digits = found.groups()
    column = _COLUMNS.get(letters)
    if column is None:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        _COLUMNS[letters] = column
    row = int(digits)
    if row > _LAST_ROW or column > _LAST_COLUMN:
        raise Refused("cell_outside", reference[:20])
    return row, column


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def area(reference: str) -> int:
    """Cells in `A1:C7`; whole columns and rows count in full."""
    first, _, last = reference.partition(":")
    if first.isalpha() or first.isdigit():
        return _LAST_ROW
    (top, left), (bottom, right) = cell_of(first), cell_of(last or first)
    return (abs(bottom - top) + 1) * (abs(right - left) + 1)


class Strings:
    """Shared strings: how many there are; raises Refused for lying counts and overlong texts."""

    def __init__(self, pieces: Iterable[bytes], part: str, budget: Budget) -> None:
        self.count, self._length, self._inside = 0, 0, False
        self.limits = budget.limits
        parse(pieces, part, budget, self._start, None, self._text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._inside = name == "t"
        if name == "si":
            self.count, self._length = self.count + 1, 0
        elif name == "rPh":
            self._length = -1 << 30      # phonetic readings are no part of the value
        elif name == "sst":
            for key in ("count", "uniqueCount"):
                if _number(attributes.get(key, "0")) > self.limits.xml_elements:
                    raise Refused("xml_limits", "sharedStrings")

    def _text(self, text: str) -> None:
        if self._inside:
            self._length += len(text)
            if self._length > self.limits.cell_text:
                raise Refused("cell_too_long", f"第 {self.count} 条文字", limit=self.limits.cell_text)


class Sheet:
    """Reads one worksheet part; then `probe()`.  `cells_before` counts the sheets already read."""

    def __init__(self, name: str, state: str, part: str, strings: int, budget: Budget) -> None:
        self.name, self.state, self.part, self.strings = name, state, part, strings
        self.limits, self.budget = budget.limits, budget
        self.rows = self.row = self.column = self.last_row = self.last_column = self.cells = 0
        self.formula_count = self.uncached_count = self.linked = self.merge_count = 0
        self.formulas: list[str] = []
        self.uncached: list[str] = []
        self.errors: list[tuple[str, str]] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.merges: list[str] = []
        self.notes: list[Note] = []
        self.protected = False
        self._type, self._formula, self._filled, self._length = "n", False, False, 0
        self._buffer: list[str] | None = None
        self._in_cell = False

    def read(self, pieces: Iterable[bytes]) -> None:
        few = thin(pieces, self.part, self.budget, self.strings, self._passed)
        parse(few, self.part, self.budget, self._start, self._end, self._text)
        if self.last_row * self.last_column > self.limits.area:
            raise Refused("too_many_cells", self.name, limit=self.limits.area)

    def _passed(self, filled: int, columns: set[str], rows: set[int]) -> None:
        """Cells that hold something and had no handler; where those of this piece are, handled or not."""
        self.cells += filled
        if columns:
            self.last_row = max(self.last_row, *rows)
            self._widest(max(cell_of(f"{each}1")[1] for each in columns))

    def probe(self) -> SheetProbe:
        return SheetProbe(self.name, self.state, self.part, self.last_row, self.last_column, self.cells,
                          tuple(self.formulas), self.formula_count, tuple(self.uncached), self.uncached_count,
                          tuple(self.errors), tuple(self.hidden_rows), tuple(self.hidden_columns),
                          self.protected, tuple(self.merges))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                self.row, self.column = cell_of(reference)
            self._type = attributes.get("t", "n")
            self._formula, self._filled, self._length = False, False, 0
            self._in_cell = True
        elif name == "v":
            self._buffer = []
        elif name == "row":
            self._row(attributes)
        elif self._in_cell:
            if name == "f":
                self._formula, self._buffer = True, []
                if "ref" in attributes:
                    self._link(attributes["ref"])
            elif name == "t":
                self._buffer = []
            elif name == "rPh":
                self._in_cell = False
        else:
            self._other(name, attributes)

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows += 1
        if self.rows > self.limits.rows:
            raise Refused("too_many_rows", self.name, limit=self.limits.rows)
        reference = attributes.get("r")
        self.row = _number(reference) if reference else self.row + 1
        if not 1 <= self.row <= _LAST_ROW:
            raise Refused("cell_outside", f"第 {self.row} 行")
        self.column = 0
        if attributes.get("hidden") in ("1", "true") and len(self.hidden_rows) < self.limits.listed:
            self.hidden_rows.append(self.row)

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mergeCell":
            self.merge_count += 1
            if self.merge_count > self.limits.merges:
                raise Refused("too_many_merges", self.name)
            self._link(attributes.get("ref", ""))
            if len(self.merges) < self.limits.listed:
                self.merges.append(attributes.get("ref", ""))
        elif name == "hyperlink":
            self._link(attributes.get("ref", ""))
        elif name == "sheetProtection":
            self.protected = attributes.get("sheet", "0") in ("1", "true")
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = _number(attributes.get("min", "1")), _number(attributes.get("max", "1"))
            last = min(last, first + _LAST_COLUMN, _LAST_COLUMN)
            if len(self.hidden_columns) <= _LAST_COLUMN:
                self.hidden_columns += range(first, last + 1)

    def _link(self, reference: str) -> None:
        for part in reference.split():
            self.linked += area(part)
            if self.linked > self.limits.linked_area:
                raise Refused("too_many_merges", self.name)

    def _text(self, text: str) -> None:
        if self._buffer is not None:
            self._length += len(text)
            if self._length > self.limits.cell_text:
                raise Refused("cell_too_long", self._here(), limit=self.limits.cell_text)
            self._buffer.append(text)

    def _end(self, name: str) -> None:
        if name == "v" or name == "t" or name == "f":
            if self._buffer is not None and self._in_cell:
                self._value(name, "".join(self._buffer))
            self._buffer = None
        elif name == "c":
            self._cell()
            self._in_cell = False
        elif name == "rPh":
            self._in_cell = True

    def _value(self, name: str, text: str) -> None:
        if name == "f":
            self._length = 0
            bare = _QUOTED.sub("", text)
            if "|" in bare:
                raise Refused("dde", self._here())
            if _WEB.search(bare) and len(self.notes) < 20:
                self.notes.append(note("web_formula", where=self._here()))
        elif text or name == "t":
            self._filled = True
            if self._type == "s":
                if not 0 <= _number(text) < self.strings:
                    raise Refused("string_missing", self._here())
            elif self._type == "e" and len(self.errors) < self.limits.listed:
                self.errors.append((f"{letters(self.column)}{self.row}", text[:20]))

    def _cell(self) -> None:
        if self._formula:
            self.formula_count += 1
            if len(self.formulas) < self.limits.listed:
                self.formulas.append(f"{letters(self.column)}{self.row}")
            if not self._filled and self._type != "str":
                self.uncached_count += 1
                if len(self.uncached) < self.limits.listed:
                    self.uncached.append(f"{letters(self.column)}{self.row}")
        if self._filled or self._formula:
            self.cells += 1
            if self.row > self.last_row:
                self.last_row = self.row
            self._widest(self.column)

    def _widest(self, column: int) -> None:
        if column > self.last_column:
            self.last_column = column
            if column > self.limits.columns:
                raise Refused("too_many_columns", self.name, limit=self.limits.columns)

    def _here(self) -> str:
        return f"{self.name}!{letters(self.column)}{self.row}"


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise Refused("xml_bad", f"数字 {text[:20]}") from error
