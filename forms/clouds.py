"""Cells that could not be read cast a cloud: what a rule would say because of them alone is not said.

An unreadable cell, a mandatory one left empty and a country nobody knows are findings already. A rule that
reads the column would take the gap for an answer, so it says nothing of that person; a number counted from
the column waits, for the whole unit, until the cell is mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from forms.catalogue import Catalogue
from forms.document import Document, TableData
from forms.rules import CONDITIONAL, Rule
from forms.typed import schemas

PERSON: Final = "id_number"
DOUBTFUL: Final = {
    CONDITIONAL: ("error",),
    "F19": ("error", "warning"),
}  # rule → levels that leave no sure value
_WORDS: Final = re.compile(r"--[^\n]*|'[^']*'|([A-Za-z_][A-Za-z0-9_]*)")


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


class Columns:
    """Which columns of the forms a rule or a figure names, itself or through its views."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._fields = {
            table: frozenset(schema.names)
            for form in catalogue.campaign.forms.values()
            for table, schema in schemas(form).items()
        }
        self._figure = cache(lambda figure: self._read(frozenset([figure]), ""))
        self._rule = cache(lambda rule: self._read(self._named[rule][0], self._named[rule][1]))
        self._named: dict[str, tuple[frozenset[str], str]] = {}

    def of_figure(self, figure: str) -> frozenset[tuple[str, str]]:
        found: frozenset[tuple[str, str]] = self._figure(figure)
        return found

    def of_rule(self, rule: Rule) -> frozenset[tuple[str, str]]:
        self._named[rule.id] = rule.reads, rule.sql
        found: frozenset[tuple[str, str]] = self._rule(rule.id)
        return found

    def _read(self, reads: frozenset[str], sql: str) -> frozenset[tuple[str, str]]:
        closure = self._catalogue.closure(reads)
        texts = [
            sql,
            *(
                self._catalogue.queries[each].statement.sql
                for each in closure & self._catalogue.queries.keys()
            ),
        ]
        words = {word.lower() for text in texts for word in _WORDS.findall(text) if word}
        return frozenset(
            (table, field) for table in closure & self._fields.keys() for field in self._fields[table] & words
        )
