"""The first sheet: what this workbook is, on which data it stands, and a link to every sheet; and the files
it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from merger.city import City
from merger.workbook.register import Place
from merger.workbook.style import Styles, landscape, link

SHEET, FILES = "目录", "收录文件"
LABELS, WIDTHS = ("单位", "文件", "版本", "行数", "收到时间", "SHA-256"), (34.0, 66.0, 6.0, 7.0, 20.0, 68.0)
FIRST = 3


def write(
    city: City, styles: Styles, sheet: Worksheet, sheets: Sequence[str], places: Mapping[str, Place]
) -> None:
    inputs = city.inputs
    styles.banner(sheet, f"{city.campaign.title}汇总工作簿", 3, "内部资料，含个人信息，请勿外传。")
    sheet.set_row(0, 52)
    counted, due = len(city.complete), len(city.campaign.units)
    facts = (
        ("数据快照", city.snapshot),
        ("规则日期", str(inputs.as_of)),
        ("数据截至", str(inputs.cutoff)),
        ("计入单位", f"{counted} 个（应报送 {due} 个）"),
        ("收录文件", f"{len(city.sources)} 份"),
    )
    for offset, (label, value) in enumerate(facts, FIRST):
        sheet.write_string(offset, 0, label, styles.head)
        sheet.merge_range(offset, 1, offset, 2, value, styles.text)
    row = FIRST + len(facts) + 1
    styles.heading(sheet, ("工作表", "内容", "行数"), row, (26, 68, 10))
    told = {
        place.sheet: (place.table.title or place.form.title, city.tables[name].num_rows)
        for name, place in places.items()
    }
    told |= {
        table.sheet: (form.title, None)
        for form in city.campaign.forms.values()
        if form.annex is not None
        for table in form.tables.values()
    }
    for offset, name in enumerate(sheets, row + 1):
        title, rows = told.get(name, ("", None))
        sheet.write_url(offset, 0, link(name, "A1"), styles.text_link, name)
        styles.put(sheet, offset, 1, title or None)
        styles.put(sheet, offset, 2, rows)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def write_files(city: City, styles: Styles, sheet: Worksheet) -> None:
    """Every accepted file by unit, in the order of the forms; the hash is that of the receipt."""
    styles.banner(
        sheet, FILES, len(LABELS), f"{len(city.sources)} 份；校验值与接收回执一致。快照 {city.snapshot}"
    )
    styles.heading(sheet, LABELS, FIRST - 1, WIDTHS)
    for line, source in enumerate(city.sources.values(), FIRST):
        rows = sum(len(table.rows) for table in source.document.tables.values())
        values = (
            city.campaign.units_by_code[source.unit].name,
            source.file_name,
            source.version,
            rows,
            source.received_at,
            source.sha256,
        )
        for column, value in enumerate(values):
            styles.put(sheet, line, column, value, WIDTHS[column])
    sheet.freeze_panes(FIRST, 1)
    if city.sources:
        sheet.autofilter(FIRST - 1, 0, FIRST + len(city.sources) - 1, len(LABELS) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=WIDTHS)
