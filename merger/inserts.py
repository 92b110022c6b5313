"""What a paper shows beside its words: the consolidated annexes as tables, and charts of the main
breakdowns."""

from __future__ import annotations

import math

from forms import Field, Unit
from forms import Table as Shape
from merger.city import City, annexes
from templates import Cell, Inserts, Table, bars
from templates.columns import line, padded
from templates.type_area import em_width

CHARTS = {"trips_by_year": ("by.trips_year", "人次"), "problems_by_type": ("by.unit_type", "人")}
LEAST, HEAD_LINES = 2.0, 5  # a number's column: characters at least, and lines of its head
FEWEST = 2  # a single bar says no more than its number


def inserts(city: City) -> Inserts:
    """The tables and pictures a text may ask for; a picture without data or without a font is absent."""
    return Inserts(tables=annex_tables(city), pictures=pictures(city))


def pictures(city: City) -> dict[str, bytes]:
    found = {}
    for name, (figure, unit) in CHARTS.items():
        values = city.breakdowns.get((None, figure), ())
        drawn = bars(values, unit) if len(values) >= FEWEST else None
        if drawn is not None:
            found[name] = drawn
    return found


def annex_tables(city: City) -> dict[str, Table]:
    """The annexes with the source's header and its lines above and below, keyed by the table's name."""
    found = {}
    for _, table in annexes(city.campaign):
        header = tuple(
            tuple(
                Cell(
                    cell.label,
                    rows=cell.last_row - cell.first_row + 1,
                    cols=cell.last_column - cell.first_column + 1,
                )
                for cell in row
            )
            for row in table.headers()
        )
        labels = sum(each.figure is None for each in table.fields)
        rows = [_row(city, unit, table, labels) for unit in city.campaign.units]
        rows.append(
            (
                Cell(table.total or "", cols=labels),
                *(Cell(city.printed_total(each.figure)) for each in table.fields if each.figure),
            )
        )
        found[table.name] = Table(
            header,
            tuple(rows),
            _widths(city, table),
            below=override_notes(city, table),
        )
    return found


def _widths(city: City, table: Shape) -> tuple[float, ...]:
    """Shares of the line in characters: a number's head in few lines, unit names on one line if there
    is room."""
    many = len(table.fields)
    found = [
        padded(_head_width(each.label) if each.kind != "text" else 0.0, many) for each in table.fields
    ]
    names = padded(max(em_width(unit.name) for unit in city.campaign.units), many)
    left = line(landscape=True, columns=many) - sum(found)
    return tuple(
        min(names, left) if each.kind == "text" else width
        for each, width in zip(table.fields, found, strict=True)
    )


def _head_width(label: str) -> float:
    """Room for a head in few lines; a long one loses half a character where a bracket or number may not
    part."""
    lines = em_width(label) / HEAD_LINES
    return math.ceil(lines) + 0.5 if lines > LEAST else LEAST


def _row(city: City, unit: Unit, table: Shape, labels: int) -> tuple[Cell, ...]:
    """A unit's numbers, or one cell across them all that says why there are none."""
    head = tuple(
        Cell(str(unit.order)) if each.kind == "serial" else Cell(unit.name, align="left")
        for each in table.fields
        if each.figure is None
    )
    standing = city.standing(unit.code)
    if standing:
        return (*head, Cell(standing, cols=len(table.fields) - labels))
    return (*head, *(Cell(_printed(city, unit, each)) for each in table.fields if each.figure))


def _printed(city: City, unit: Unit, field: Field) -> str:
    mark = "※" if city.override(unit.code, field.figure or "") else ""
    return f"{city.number(unit.code, field.figure or '')}{mark}"


def override_notes(city: City, table: Shape) -> tuple[str, ...]:
    """A footnote for every number of the annex that the bureau set by hand."""
    notes = []
    for unit in city.campaign.units:
        for field in table.fields:
            override = city.override(unit.code, field.figure) if field.figure else None
            if override is not None and unit.code in city.complete:
                notes.append(
                    f"※ {unit.name}“{field.label}”由系统数{city.figures.get((unit.code, override.figure), 0)}"
                    f"改为{override.value}：{override.reason}（{override.by}）"
                )
    return tuple(notes)
