"""One unit's filled form as a value: columns of typed values, where each stood, and what was wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from forms.findings import Finding

Cell = bool | int | float | str | date | list[str] | None


@dataclass(frozen=True)
class TableData:
    """A table's rows in columns.

    `rows`: sheet rows (1-based); `values`: field (and `also` flag) → values, as long as `rows`.

    A null is an empty or unreadable cell; the unreadable ones are listed as (row, field). `letters`:
    field → column letters.
    """

    table: str
    sheet: str
    rows: tuple[int, ...] = ()
    values: Mapping[str, list[Any]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    nil: bool = False
    unreadable: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        wrong = [name for name, column in self.values.items() if len(column) != len(self.rows)]
        if wrong:
            raise ValueError(f"{self.table}: columns {wrong} are not {len(self.rows)} values long")

    def row(self, n: int) -> dict[str, Cell]:
        """The values of the n-th row (from 0)."""
        return {name: column[n] for name, column in self.values.items()}


@dataclass(frozen=True)
class Document:
    """`rows_read` + `rows_refused` = rows with ink in data areas. `name` is the file's name as it came."""

    campaign: str
    unit: str | None
    form: str
    version: str | None
    tables: Mapping[str, TableData] = field(default_factory=dict)
    facts: Mapping[str, Cell] = field(default_factory=dict)
    fact_cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    rows_read: int = 0
    rows_refused: int = 0
    stamp: str = "missing"
    name: str = ""

    def to_json(self) -> str:
        """Deterministic text: the same document gives the same bytes."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain["tables"] = {name: _plain(table) for name, table in self.tables.items()}
        plain["findings"] = [each.as_dict() for each in self.findings]
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=_encode)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The exact opposite of `to_json`. Raises ValueError when the text is not a document's."""
        try:
            plain = json.loads(text, object_hook=_decode)
            plain["tables"] = {name: _table(table) for name, table in plain["tables"].items()}
            plain["fact_cells"] = {name: (sheet, cell) for name, (sheet, cell) in plain["fact_cells"].items()}
            plain["findings"] = tuple(Finding(**each) for each in plain["findings"])
            return cls(**plain)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a document: {error}") from error


_DATE = "@date"


def _encode(value: object) -> object:
    if type(value) is date:
        return {_DATE: value.isoformat()}
    raise TypeError(f"{type(value).__name__} does not belong in a document")


def _decode(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value[_DATE]) if value.keys() == {_DATE} else value


def _plain(table: TableData) -> dict[str, Any]:
    return {each.name: getattr(table, each.name) for each in fields(table)}


def _table(plain: dict[str, Any]) -> TableData:
    unreadable = tuple((row, name) for row, name in plain.pop("unreadable"))
    return TableData(rows=tuple(plain.pop("rows")), unreadable=unreadable, **plain)
