"""Filled workbooks for tests: the real blank of a form, typed in as a clerk would."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from forms import stamp
from forms.campaign import load
from forms.document import Document
from forms.findings import Finding
from forms.identify import Identity, identify
from forms.spec import Campaign
from forms.workbook.blank import build
from forms.workbook.cells import RawWorkbook, cells
from forms.workbook.content import Content, Filled
from forms.workbook.layout import layouts
from forms.workbook.read import read_workbook
from forms.workbook.skin import skin

KEY = b"a key of the tests only, 32 byte"
TODAY = date(2019, 8, 10)
UNIT = "002"
FACTS = {"filled_on": "2019-08-09", "filled_by": "陈小一", "phone": "19900000001", "reviewed_by": "林小二"}
IDS = ("330399198001010018", "33039919750615002X", "330399199012310133")
Edit = Callable[[openpyxl.Workbook], None]


@cache
def campaign() -> Campaign:
    shipped = load(Path(__file__).parents[2] / "forms" / "ruian2019")
    # 330399 is nobody's division: the synthetic people of the tests live there.
    return replace(shipped, settings=shipped.settings.model_copy(update={"demo_divisions": ["330399"]}))


def workbook(
    form: str,
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    unit: str = UNIT,
    version: str | None = None,
    facts: Mapping[str, Any] | None = None,
    signed: bool = True,
    prefilled: Mapping[str, Filled] | None = None,
) -> openpyxl.Workbook:
    """The form's blank with these rows (table → field → cell) typed in."""
    definition = campaign().forms[form]
    named = (
        stamp.sign(KEY, campaign().id, unit, form, version or definition.version).fields() if signed else {}
    )
    sheets = layouts(campaign(), definition, skin())
    name = campaign().units_by_code[unit].name
    many = {table: Filled(len(some)) for table, some in (rows or {}).items() if len(some) > 15}
    book = build(definition, sheets, campaign(), skin(), Content(name, prefilled or many, named))
    for sheet in sheets:
        ws = book[sheet.table.sheet]
        for n, row in enumerate((rows or {}).get(sheet.table.name, ())):
            for column, each in enumerate(sheet.table.fields, 1):
                if each.name in row:
                    ws.cell(sheet.first_row + n, column).value = row[each.name]
    facts = FACTS if facts is None else facts
    for each in definition.facts.values():
        beside(book[sheets[0].table.sheet], each.label).value = facts.get(each.name)
    return book


def beside(ws: Worksheet, label: str) -> Any:
    """The entry cell of a labelled cell."""
    at = next(cell for row in ws.iter_rows() for cell in row if cell.value == f"{label}：")
    return ws.cell(at.row, at.column + 1)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def document(data: bytes | RawWorkbook, probe: Any = None, expected: str | None = UNIT) -> Document:
    """Identified and read; fails the test when it cannot be identified."""
    raw = data if isinstance(data, RawWorkbook) else cells(data)
    found = identify(campaign(), raw, KEY, expected)
    assert isinstance(found, Identity), found
    return read_workbook(campaign(), found, raw, probe, TODAY)


def said(findings: Sequence[Finding], *levels: str) -> list[tuple[str, str, str | None]]:
    """(rule, level, cell), notices of tidying left out."""
    return [
        (each.rule, each.level, each.cell)
        for each in findings
        if each.rule != "F24" and (not levels or each.level in levels)
    ]


def certificate(n: int = 0, **changes: Any) -> dict[str, Any]:
    """A faultless row of material 4."""
    row = {
        "serial": n + 1,
        "name": "陈一一",
        "id_number": IDS[n % 3],
        "kind": "普通护照",
        "number": f"EZ99{n:05d}",
        "issued_on": date(2018, 5, 4),
        "expires_on": date(2028, 5, 3),
        "status": "有效",
        "consented": "不适用",
        "custody_state": "在库",
    }
    return row | changes
