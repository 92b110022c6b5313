"""What a value reader hides, as the gate tells it: formulas, error cells, hidden rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from forms.workbook.cells import position


class SheetProbe(Protocol):
    """Addresses like `H12`; rows and columns from 1 (the gate's value has this shape)."""

    @property
    def name(self) -> str: ...
    @property
    def formulas(self) -> Sequence[str]: ...
    @property
    def uncached(self) -> Sequence[str]: ...
    @property
    def errors(self) -> Sequence[tuple[str, str]]: ...
    @property
    def hidden_rows(self) -> Sequence[int]: ...
    @property
    def hidden_columns(self) -> Sequence[int]: ...


class Probe(Protocol):
    @property
    def date1904(self) -> bool: ...
    @property
    def sheets(self) -> Sequence[SheetProbe]: ...


Place = tuple[int, int]


@dataclass(frozen=True)
class Hidden:
    """One sheet's hidden facts. `unseen`: (row, column) → why the cell has no value though it has ink."""

    unseen: Mapping[Place, str] = field(default_factory=dict)
    formulas: frozenset[Place] = frozenset()
    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


NOTHING = Hidden()


def hidden(probe: Probe | Mapping[str, Any] | None, sheet: str) -> Hidden:
    """Of the sheet of that name; `probe` may be the gate's value or its JSON."""
    for each in _get(probe, "sheets", ()):
        if _get(each, "name", "") == sheet:
            unseen = {position(cell): "公式没有计算结果" for cell in _get(each, "uncached", ())}
            unseen |= {position(cell): f"公式出错（{text}）" for cell, text in _get(each, "errors", ())}
            return Hidden(
                unseen,
                frozenset(map(position, _get(each, "formulas", ()))),
                frozenset(_get(each, "hidden_rows", ())),
                frozenset(_get(each, "hidden_columns", ())),
            )
    return NOTHING


def counts_from_1904(probe: Probe | Mapping[str, Any] | None) -> bool:
    return bool(_get(probe, "date1904", False))


def _get(value: Any, name: str, default: Any) -> Any:
    if value is None:
        return default
    return value.get(name, default) if isinstance(value, Mapping) else getattr(value, name, default)
