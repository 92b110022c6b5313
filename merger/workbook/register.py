"""A register of all units in one sheet: the form's own columns, and for every row the file, version, sheet
and row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlsxwriter.worksheet import Worksheet

from forms import Form, Table
from merger.city import City
from merger.workbook.style import WIDEST_CENTRED, Styles, landscape

FIRST = 3
BEFORE = ("单位",)
AFTER = ("来源文件", "版本", "工作表", "行")


@dataclass(frozen=True)
class Place:
    """Where a register stands in the workbook."""

    sheet: str
    form: Form
    table: Table
    lines: Mapping[tuple[str, int], int] = field(repr=False)

    def line(self, document: str | None, row: int | None) -> int | None:
        """The workbook's row (1-based) of a file's row."""
        return self.lines.get((document, row)) if document is not None and row is not None else None


def place(city: City) -> dict[str, Place]:
    """Sheet name and row numbers of every register, before anything is written (links need them)."""
    found: dict[str, Place] = {}
    taken: set[str] = set()
    for form in city.campaign.forms.values():
        if form.annex is not None:
            continue
        for table in form.tables.values():
            rows = city.tables[table.name]
            keys = zip(rows.column("document").to_pylist(), rows.column("row").to_pylist(), strict=True)
            lines = {key: FIRST + 1 + offset for offset, key in enumerate(keys)}
            found[table.name] = Place(_sheet_name(form, table, taken), form, table, lines)
    return found


def write(city: City, styles: Styles, sheet: Worksheet, name: str, at: Place) -> None:
    rows = city.tables[name]
    fields = [each for each in at.table.fields if each.kind != "serial"]
    labels = [*BEFORE, *("—".join(each.path) for each in fields), *AFTER]
    styles.banner(
        sheet,
        at.table.title or at.form.title,
        WIDEST_CENTRED + 1,
        f"{rows.num_rows} 行；右边四列是每一行的出处。快照 {city.snapshot}",
    )
    widths = [
        30.0,
        *(max(each.width or 12, 11 if each.kind == "date" else 5) for each in fields),
        34.0,
        6.0,
        18.0,
        7.0,
    ]
    styles.heading(sheet, labels, FIRST - 1, widths)
    columns = {each.name: rows.column(each.name).to_pylist() for each in fields}
    words = {
        each.name: (word, rows.column(flag).to_pylist())
        for each in fields
        for word, flag in each.also.items()
    }
    units = {unit.code: unit.name for unit in city.campaign.units}
    documents, numbers = rows.column("document").to_pylist(), rows.column("row").to_pylist()
    owners = rows.column("unit").to_pylist()
    for offset in range(rows.num_rows):
        line = FIRST + offset
        source = city.sources[documents[offset]]
        sheet.write_string(line, 0, units.get(owners[offset], owners[offset]), styles.text)
        for index, each in enumerate(fields, 1):
            value = columns[each.name][offset]
            if value is None and each.name in words and words[each.name][1][offset]:
                value = words[each.name][0]
            styles.put(sheet, line, index, value, widths[index])
        end = len(fields) + 1
        sheet.write_string(line, end, source.file_name, styles.text)
        sheet.write_number(line, end + 1, source.version, styles.number)
        sheet.write_string(line, end + 2, source.document.tables[name].sheet, styles.text)
        sheet.write_number(line, end + 3, numbers[offset], styles.number)
    sheet.freeze_panes(FIRST, 2)
    if rows.num_rows:
        sheet.autofilter(FIRST - 1, 0, FIRST + rows.num_rows - 1, len(labels) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=widths, repeat=2)


def _sheet_name(form: Form, table: Table, taken: set[str]) -> str:
    """At most 31 characters, unique: the form's number and the sheet's own name."""
    own = table.sheet if table.sheet.startswith(f"{form.number}-") else f"{form.number}-{table.sheet}"
    name, n = own[:31], 2
    while name in taken:
        name, n = f"{own[:28]}({n})", n + 1
    taken.add(name)
    return name
