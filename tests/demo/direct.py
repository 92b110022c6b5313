"""A unit's return as documents, without a file in between: what the reader would make of it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from forms.document import Document, TableData
from forms.spec import Campaign
from forms.workbook.cells import letters
from huizong.demo.desk import Return

HEADER_ROW = 3


def first_row(campaign: Campaign, form: str, table: str) -> int:
    return HEADER_ROW + campaign.forms[form].tables[table].depth


def documents(campaign: Campaign, handed: Return) -> Iterator[Document]:
    for name, form in campaign.forms.items():
        tables = {}
        for table in form.tables.values():
            rows = handed.tables[name][table.name]
            first = first_row(campaign, name, table.name)
            values: dict[str, list[Any]] = {}
            for each in table.fields:
                column = [row.get(each.name) for row in rows]
                for word, flag in each.also.items():
                    values[flag] = [value == word for value in column]
                    column = [None if value == word else value for value in column]
                column = [None if isinstance(value, float) else value for value in column]
                if each.kind == "date":
                    column = [value if isinstance(value, date) else None for value in column]
                values[each.name] = column
            tables[table.name] = TableData(
                table.name, table.sheet, tuple(range(first, first + len(rows))), values,
                {each.name: letters(n) for n, each in enumerate(table.fields, 1)}, nil=not rows)
        yield Document(campaign.id, handed.unit.code, name, form.version, tables, handed.facts[name], {}, (),
                       0, 0, "valid",
                       f"{handed.unit.code}/{form.file_stem}")
