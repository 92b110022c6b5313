"""What the rules still say over the accepted documents: explained, waived or open."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from forms.findings import LEVELS, place
from merger.city import City
from merger.workbook.style import Styles, landscape

SHEET = "问题清单"
LABELS = ("级别", "规则", "单位", "材料", "工作表", "单元格", "问题", "处理办法", "说明")
WIDTHS = (7, 7, 26, 24, 16, 8, 60, 30, 40)
NAMES = {"error": "错误", "warning": "警告", "notice": "提示"}
FIRST = 3


def write(city: City, styles: Styles, sheet: Worksheet) -> None:
    """Worst first, then by unit and place."""
    rows = sorted(city.findings, key=lambda each: (LEVELS.index(each.level), place(each)))
    explained = sum(each.explained is not None for each in rows)
    styles.banner(sheet, "问题清单", len(LABELS), f"共 {len(rows)} 条，其中已说明 {explained} 条。")
    styles.heading(sheet, LABELS, FIRST - 1, WIDTHS)
    units = {unit.code: unit.name for unit in city.campaign.units}
    for offset, each in enumerate(rows):
        line = FIRST + offset
        form = city.campaign.forms.get(each.form or "")
        sheet.write_string(line, 0, NAMES[each.level], styles.level[each.level])
        texts = (
            each.rule,
            units.get(each.unit or "", ""),
            form.title if form else "",
            each.sheet or "",
            each.cell or "",
            each.message,
            each.fix or "",
            each.explained or "",
        )
        for index, text in enumerate(texts, 1):
            styles.put(sheet, line, index, text, WIDTHS[index])
    sheet.freeze_panes(FIRST, 0)
    if rows:
        sheet.autofilter(FIRST - 1, 0, FIRST + len(rows) - 1, len(LABELS) - 1)
    landscape(sheet, head_rows=(0, FIRST - 1), widths=WIDTHS)
