"""The first sheet: what this workbook is, on which data it stands, and a link to every sheet."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from merger.city import City
from merger.workbook.style import Styles, link

SHEET = "目录"


def write(city: City, styles: Styles, sheet: Worksheet, sheets: Sequence[str]) -> None:
    inputs = city.inputs
    styles.banner(sheet, f"{city.campaign.title}汇总工作簿", 4, "内部资料，含个人信息，请勿外传。")
    facts = (("数据快照", city.snapshot), ("规则日期", str(inputs.as_of)), ("数据截至", str(inputs.cutoff)),
             ("报送单位", f"{len(city.complete)} / {len(city.campaign.units)}"),
             ("收录文件", f"{len([s for s in inputs.sources if s.unit in city.complete])} 份"))
    for offset, (label, value) in enumerate(facts, 3):
        sheet.write_string(offset, 0, label, styles.head)
        sheet.merge_range(offset, 1, offset, 3, value, styles.text)
    row = len(facts) + 4
    styles.heading(sheet, ("工作表", "行数"), row)
    counts = {place: city.tables[name].num_rows for name, place in _names(city, sheets).items()}
    for offset, name in enumerate(sheets, row + 1):
        sheet.write_url(offset, 0, link(name, "A1"), styles.text_link, name)
        styles.put(sheet, offset, 1, counts.get(name))
    row += len(sheets) + 2
    styles.heading(sheet, ("收录文件", "版本", "收到时间", "SHA-256"), row)
    for offset, source in enumerate((s for s in inputs.sources if s.unit in city.complete), row + 1):
        unit = city.campaign.units_by_code[source.unit]
        sheet.write_string(offset, 0, f"{unit.short_name}　{source.file_name}", styles.text)
        sheet.write_number(offset, 1, source.version, styles.number)
        sheet.write_string(offset, 2, source.received_at, styles.text)
        sheet.write_string(offset, 3, source.sha256, styles.text)
    sheet.set_column(0, 0, 62)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 20)
    sheet.set_column(3, 3, 68)


def _names(city: City, sheets: Sequence[str]) -> dict[str, str]:
    """Register → its sheet, by the sheet's own name at the end."""
    from merger.workbook.register import place

    return {name: at.sheet for name, at in place(city).items() if at.sheet in sheets}
