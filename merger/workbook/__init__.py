"""The city workbook: Annex 2 and 3, their evidence, every register merged, completeness, findings, charts."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from merger.city import City, annexes
from merger.workbook import annex, charts, completeness, contents, evidence, findings, register
from merger.workbook.style import Styles

CREATED = datetime(2019, 1, 1)  # a fixed moment: the same snapshot gives the same bytes


def city_workbook(city: City) -> bytes:
    """The workbook of a snapshot; text is always text, and only the total rows hold formulas."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": city.campaign.title, "comments": city.snapshot, "created": CREATED})
    styles = Styles(book)
    first = book.add_worksheet(contents.SHEET)
    forms = annexes(city.campaign)
    sheets = [book.add_worksheet(table.sheet) for _, table in forms]
    chart_sheet = book.add_worksheet(charts.SHEET)
    complete = book.add_worksheet(completeness.SHEET)
    places = register.place(city)
    lists = {name: book.add_worksheet(place.sheet) for name, place in places.items()}
    proof = [book.add_worksheet(evidence.sheet_name(table)) for _, table in forms]
    problems = book.add_worksheet(findings.SHEET)
    files = book.add_worksheet(contents.FILES)
    for (form, table), sheet, backing in zip(forms, sheets, proof, strict=True):
        ranges = evidence.write(city, styles, backing, table, places)
        annex.write(city, styles, sheet, form, table, ranges)
    charts.write(city, book, styles, chart_sheet)
    completeness.write(city, styles, complete)
    for name, sheet in lists.items():
        register.write(city, styles, sheet, name, places[name])
    findings.write(city, styles, problems)
    contents.write_files(city, styles, files)
    contents.write(city, styles, first, [each.get_name() for each in book.worksheets()[1:]], places)
    book.close()
    return out.getvalue()
