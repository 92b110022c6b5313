"""The rows behind every number of an annex, one block per column and unit, so that one link shows them
all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from forms import Campaign, Table
from merger.city import City
from merger.workbook.register import Place
from merger.workbook.style import LINKS_PER_SHEET, Styles, landscape, link

PROVENANCE = ("form", "origin", "document", "row")
LABELS = ("列", "统计项", "单位", "姓名", "身份证号", "事项", "来源材料", "文件", "版本", "工作表", "行")
WIDTHS = (5, 24, 30, 9, 20, 48, 34, 36, 6, 18, 7)
FIRST = 3


@dataclass(frozen=True)
class Range:
    sheet: str
    cells: str  # A4:K9


Ranges = Mapping[tuple[str, str], Range]


def sheet_name(table: Table) -> str:
    return f"{table.sheet}依据"


def write(city: City, styles: Styles, sheet: Worksheet, table: Table, places: Mapping[str, Place]) -> Ranges:
    """Fills the sheet; gives where the rows of (figure, unit) stand."""
    styles.banner(
        sheet,
        f"{table.sheet}　统计依据",
        len(LABELS),
        "每一行是一个统计数所数的一条；“行”可点开汇总表中的那一行。",
    )
    styles.heading(sheet, LABELS, FIRST - 1, WIDTHS)
    labels = _labels(city.campaign)
    found: dict[tuple[str, str], Range] = {}
    at, links = FIRST, 0
    for field in table.fields:
        if field.figure is None:
            continue
        by_unit: dict[str, list[dict[str, Any]]] = {}
        for row in city.evidence[field.figure].to_pylist():
            by_unit.setdefault(row["unit"], []).append(row)
        for unit in city.campaign.units:
            rows = by_unit.get(unit.code, ())
            begun = at
            for row in rows:
                links += _row(
                    city,
                    styles,
                    sheet,
                    at,
                    (field.column or "", field.label, unit.name),
                    row,
                    labels,
                    places,
                    links < LINKS_PER_SHEET,
                )
                at += 1
            if at > begun:
                found[(field.figure, unit.code)] = Range(sheet.get_name(), f"A{begun + 1}:K{at}")
    sheet.freeze_panes(FIRST, 4)
    sheet.autofilter(FIRST - 1, 0, max(at - 1, FIRST), len(LABELS) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=WIDTHS)
    return found


def _row(
    city: City,
    styles: Styles,
    sheet: Worksheet,
    at: int,
    head: tuple[str, str, str],
    row: Mapping[str, Any],
    labels: Mapping[str, str],
    places: Mapping[str, Place],
    may_link: bool,
) -> int:
    for index, text in enumerate(head):
        sheet.write_string(at, index, text, styles.text)
    sheet.write_string(at, 3, row.get("name") or "", styles.text)
    sheet.write_string(at, 4, row.get("id_number") or "", styles.text)
    facts = [
        f"{labels[name]}：{_text(value)}"
        for name, value in row.items()
        if value is not None and name in labels and name not in ("unit", "name", "id_number", *PROVENANCE)
    ]
    styles.put(sheet, at, 5, "；".join(facts), WIDTHS[5])
    source = city.sources.get(row.get("document") or "")
    form = city.campaign.forms[source.form] if source else None
    styles.put(sheet, at, 6, form.title if form else "", WIDTHS[6])
    styles.put(sheet, at, 7, source.file_name if source else "", WIDTHS[7])
    styles.put(sheet, at, 8, source.version if source else None)
    table = row.get("origin")
    data = source.document.tables.get(table) if source and table else None
    sheet.write_string(at, 9, data.sheet if data else "", styles.text)
    place = places.get(table or "")
    line = place.line(row.get("document"), row.get("row")) if place else None
    number = row.get("row")
    if place and line is not None and may_link:
        sheet.write_url(at, 10, link(place.sheet, f"A{line}"), styles.number_link, str(number))
        sheet.write_number(at, 10, number, styles.number_link)
        return 1
    styles.put(sheet, at, 10, number)
    return 0


def _labels(campaign: Campaign) -> dict[str, str]:
    """Column of an evidence query → words: a field's own label, or one of the campaign's; others are not
    shown."""
    named = {
        field.name: field.label
        for form in campaign.forms.values()
        for table in form.tables.values()
        for field in table.fields
    }
    return named | {
        name.removeprefix("evidence."): label
        for name, label in campaign.labels.items()
        if name.startswith("evidence.")
    }


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(value)
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
