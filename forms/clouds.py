"""Cells that could not be read cast a cloud: what a rule would say because of them alone is not said.

An unreadable cell, a mandatory one left empty and a country nobody knows are findings already. A rule that
reads the column would take the gap for an answer, so it says nothing of that person; a number counted from
the column waits, for the whole unit, until the cell is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms.document import Document, TableData
from forms.rules import CONDITIONAL

PERSON: Final = "id_number"
DOUBTFUL: Final = {
    CONDITIONAL: ("error",),
    "F19": ("error", "warning"),
}  # rule → levels that leave no sure value


@dataclass(frozen=True, slots=True)
class Cloud:
    """One such cell. `person`: whose row it is, None where rows have no person. `gap`: numbers counted from
    its column wait. A country nobody knows misleads comparisons with it, but changes no count of its row."""

    form: str
    table: str
    field: str
    person: str | None
    gap: bool


def clouds(documents: Iterable[Document]) -> Mapping[str | None, tuple[Cloud, ...]]:
    """By unit."""
    found: dict[str | None, dict[Cloud, None]] = {}
    for document in documents:
        told = {
            (each.sheet, each.row, each.field): each.rule == CONDITIONAL
            for each in document.findings
            if each.level in DOUBTFUL.get(each.rule, ())
        }
        for name, table in document.tables.items():
            cells: dict[tuple[int | None, str | None], bool] = dict.fromkeys(table.unreadable, True)
            cells |= {(row, field): gap for (sheet, row, field), gap in told.items() if sheet == table.sheet}
            for (row, field), gap in cells.items():
                if row in table.rows and field is not None:
                    cloud = Cloud(document.form, name, field, person(table, row), gap)
                    found.setdefault(document.unit, {})[cloud] = None
    return {unit: tuple(each) for unit, each in found.items()}


def person(table: TableData | None, row: Any) -> str | None:
    """The identity number in a sheet row of a table."""
    if table is None or row not in table.rows or PERSON not in table.values:
        return None
    value = table.values[PERSON][table.rows.index(row)]
    return None if value is None else str(value)
