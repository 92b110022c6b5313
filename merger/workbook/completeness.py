"""Unit by form: what is in, what was returned, what is owed."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from merger.city import City
from merger.workbook.style import Styles, landscape

SHEET = "报送情况"
STATES = {"none": "未下发", "assigned": "未报", "uploaded": "已上传", "submitted": "已报送", "returned": "已退回",
          "accepted": "已通过", "reopened": "已重开"}
FIRST = 3


def write(city: City, styles: Styles, sheet: Worksheet) -> None:
    forms = list(city.campaign.forms.values())
    labels = ["单位", *(f"{'材料' if form.material is not None else ''}{form.number}" for form in forms), "通过数", "应报数"]
    accepted_total = sum(state == "accepted" for state in city.states.values())
    due = len(forms) * len(city.campaign.units)
    styles.banner(sheet, "各单位材料报送情况", len(labels),
                  f"截至 {city.inputs.as_of}，应报 {due} 份，审核通过 {accepted_total} 份。")
    styles.heading(sheet, labels, FIRST - 1)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(labels) - 1, 9)
    for offset, unit in enumerate(city.campaign.units):
        line = FIRST + offset
        sheet.write_string(line, 0, unit.name, styles.text)
        states = [city.states.get((unit.code, form.form), "assigned") for form in forms]
        for index, state in enumerate(states, 1):
            look = {"accepted": styles.done, "submitted": styles.open, "uploaded": styles.open}.get(state, styles.missing)
            sheet.write_string(line, index, STATES[state], look)
        sheet.write_number(line, len(forms) + 1, states.count("accepted"), styles.number)
        sheet.write_number(line, len(forms) + 2, len(forms), styles.number)
    end = FIRST + len(city.campaign.units)
    sheet.write_string(end, 0, "合计", styles.total)
    for index, form in enumerate(forms, 1):
        count = sum(city.states.get((unit.code, form.form)) == "accepted" for unit in city.campaign.units)
        sheet.write_number(end, index, count, styles.total)
    sheet.write_number(end, len(forms) + 1, accepted_total, styles.total)
    sheet.write_number(end, len(forms) + 2, due, styles.total)
    sheet.freeze_panes(FIRST, 1)
    landscape(sheet, head_rows=(0, FIRST - 1))
