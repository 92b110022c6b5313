"""The statistics of a unit: each number as counted from the registers, as typed, and the rows it counts."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from collector.portal.desk import Desk
from collector.portal.differences import shown
from collector.portal.gather import Case, mark
from collector.portal.packs import numbers
from collector.portal.show import masked
from collector.rows import Override
from forms.document import Document
from forms.spec import Campaign, Field, Form, Table
from huizong.steps.issue import unit_figures

SHOWN: Final = 300
LETTERS: Final = string.ascii_lowercase
WHO: Final = {"person_name": 0, "id_number": 1}  # kinds that say whom a row is about stand first


@dataclass(frozen=True)
class Number:
    figure: str
    field: str
    column: str
    label: str
    computed: int
    typed: str
    differs: bool
    override: str
    reason: str


@dataclass(frozen=True)
class Head:
    """A header cell of the paper, over so many columns and rows."""

    label: str
    across: int
    down: int


@dataclass(frozen=True)
class Cell:
    """A cell of the paper's one line: words, or a number that leads to its rows."""

    text: str
    figure: str
    label: str


@dataclass(frozen=True)
class Paper:
    """A table as it is printed: header grid, column numbers, the unit's line."""

    title: str
    heads: tuple[tuple[Head, ...], ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Statistics:
    form: str
    number: str
    title: str
    papers: tuple[Paper, ...]
    signature: str
    rows: tuple[Number, ...]
    facts: tuple[tuple[str, str], ...]  # the labelled cells a person fills in when adopting: name, label
    printable: bool

    @property
    def differs(self) -> bool:
        return any(each.differs or each.override for each in self.rows)


@dataclass(frozen=True)
class Evidence:
    figure: str
    label: str
    holds: str  # what is counted and what is not
    n: int
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # place, values
    labels: tuple[str, ...]
    more: int


def statistics(desk: Desk, case: Case) -> tuple[Statistics, ...]:
    """Every form with computed numbers."""

    def count() -> dict[str, int]:
        with numbers(desk, case.unit.code) as data:
            return unit_figures(data, case.unit.code)

    counted = desk.answers.get_or_make(("figures", *mark(desk, case)), count)
    filed = desk.bureau().filed(case.unit.code)
    with desk.ledger.reading() as view:
        overrides = {(each.form, each.field): each for each in view.overrides(case.unit.code)}
    found = []
    for form in desk.campaign.forms.values():
        fields = [(table, each) for table in form.tables.values() for each in table.fields if each.figure]
        if not fields:
            continue
        paper = filed.get((case.unit.code, form.form))
        typed = typed_values(form, paper.document if paper else None)
        rows = tuple(
            number(each, counted, typed.get((table.name, each.name)), overrides.get((form.form, each.name)))
            for table, each in fields
        )
        papers = tuple(
            on_paper(table, case.unit.name, rows)
            for table in form.tables.values()
            if any(each.figure for each in table.fields)
        )
        facts = tuple((name, fact.label) for name, fact in form.facts.items() if fact.kind != "date")
        found.append(
            Statistics(
                form.form,
                form.number,
                form.title,
                papers,
                form.head_line or "",
                rows,
                facts,
                form.print is not None,
            )
        )
    return tuple(found)


def typed_values(form: Form, document: Document | None) -> dict[tuple[str, str], Any]:
    """Pure: (table, field) → what the unit typed in the first row."""
    tables = document.tables if document else {}
    return {
        (name, field): values[0]
        for name, data in tables.items()
        if name in form.tables and data.rows
        for field, values in data.values.items()
    }


def number(field: Field, counted: Mapping[str, int], typed: Any, override: Override | None) -> Number:
    """Pure: one number as counted, as typed, and as the bureau set it."""
    n = counted.get(field.figure or "", 0)
    return Number(
        field.figure or "",
        field.name,
        column(field.column),
        " ".join(field.path) or field.label,
        n,
        shown(typed),
        typed is not None and typed != n and override is None,
        override.value if override else "",
        override.reason if override else "",
    )


def on_paper(table: Table, unit: str, rows: Iterable[Number]) -> Paper:
    """Pure: the table as printed, with the numbers that will stand in it."""
    numbers = {each.field: each for each in rows}
    heads = tuple(
        tuple(
            Head(each.label, each.last_column - each.first_column + 1, each.last_row - each.first_row + 1)
            for each in row
        )
        for row in table.headers()
    )
    return Paper(
        table.title or table.sheet,
        heads,
        tuple((each.column or "").lstrip(LETTERS) for each in table.fields),
        tuple(cell(each, unit, numbers.get(each.name)) for each in table.fields),
    )


def cell(field: Field, unit: str, found: Number | None) -> Cell:
    """Pure: the number, the unit's name where a text is asked, 1 as the serial number."""
    if found is not None:
        return Cell(found.override or str(found.computed), found.figure, found.label)
    return Cell({"text": unit, "serial": "1"}.get(field.kind, ""), "", field.label)


def column(code: str | None) -> str:
    """`c5` as it is called on paper: 第 5 列."""
    digits = (code or "").lstrip(LETTERS)
    return f"第 {digits} 列" if digits else ""


def evidence(desk: Desk, unit: str, figure: str) -> Evidence | None:
    """The rows of one number; None for a figure nobody defined."""
    with numbers(desk, unit) as data:
        try:
            found = data.figure(figure, unit)
        except KeyError:
            return None
        rows = found.rows.to_pylist()
    return Evidence(
        found.id,
        found.label,
        desk.engine.spec(found.id).holds,
        found.n,
        *table(desk.campaign, rows[:SHOWN]),
        max(0, len(rows) - SHOWN),
    )


def field_of(campaign: Campaign, form: str, column: str) -> Field | None:
    """Pure: the field a column shows, of its own form before any other; a computed column has none."""
    own = campaign.forms.get(form)
    for shape in (*([own] if own else []), *campaign.forms.values()):
        for each in shape.tables.values():
            if column in each.by_name:
                return each.by_name[column]
    return None


def table(
    campaign: Campaign, rows: list[dict[str, Any]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """Pure: rows with their place and the columns that have a label, in the form they come from or in any."""
    known: dict[str, Field] = {}
    for row in rows:
        for name in row.keys() - known.keys():
            if (found := field_of(campaign, row.get("form") or "", name)) is not None:
                known[name] = found
    order = {name: n for n, name in enumerate(rows[0])} if rows else {}
    labels = {
        name: known[name].label
        for name in sorted(known, key=lambda name: (WHO.get(known[name].kind, len(WHO)), order.get(name, 99)))
    }
    lines = []
    for row in rows:
        shape = campaign.forms.get(row.get("form") or "")
        sheet = (
            next(
                (each.sheet for name, each in shape.tables.items() if name == row.get("origin")), shape.title
            )
            if shape
            else ""
        )
        place = f"{sheet} 第 {row['row']} 行" if row.get("row") else sheet
        lines.append((place, tuple(masked(shown(row.get(name))) for name in labels)))
    return tuple(lines), tuple(labels.values())
