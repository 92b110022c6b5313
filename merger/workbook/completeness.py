"""Unit by form: what is in, what was returned, what is owed."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from merger.city import ACCEPTED, NOT_IN, City, short_label
from merger.workbook.style import Styles, landscape

SHEET = "报送情况"
STATES = {
    "none": "未下发",
    "assigned": "未报",
    "uploaded": "已上传",
    "submitted": "已报送",
    "returned": "已退回",
    "accepted": "已通过",
    "reopened": "已重开",
}
FIRST = 3


def write(city: City, styles: Styles, sheet: Worksheet) -> None:
    forms = list(city.campaign.forms.values())
    labels = ["单位", *(short_label(form) for form in forms), "通过数", "应报数", "首次报送", "是否按期"]
    accepted_total = sum(state == ACCEPTED for state in city.states.values())
    due = len(forms) * len(city.campaign.units)
    styles.banner(
        sheet,
        "各单位材料报送情况",
        len(labels),
        f"截至 {city.inputs.as_of}，应报 {due} 份，审核通过 {accepted_total} 份；"
        f"全部通过的单位 {len(city.complete)} 个，应报送 {len(city.campaign.units)} 个。",
    )
    styles.heading(sheet, labels, FIRST - 1, [34.0, *[9.0] * (len(forms) + 2), 12.0, 9.0])
    for offset, unit in enumerate(city.campaign.units):
        line = FIRST + offset
        sheet.set_row(line, 20)
        sheet.write_string(line, 0, unit.name, styles.text)
        states = [city.states.get((unit.code, form.form), "assigned") for form in forms]
        for index, state in enumerate(states, 1):
            look = {ACCEPTED: styles.done, "submitted": styles.open, "uploaded": styles.open}.get(
                state, styles.missing
            )
            sheet.write_string(line, index, STATES[state], look)
        sheet.write_number(line, len(forms) + 1, states.count(ACCEPTED), styles.number)
        sheet.write_number(line, len(forms) + 2, len(forms), styles.number)
        received = city.first_received.get(unit.code)
        day = received.astimezone(city.zone).date() if received else None
        styles.put(sheet, line, len(forms) + 3, day)
        in_time = day is not None and day <= city.campaign.dates["deadline"]
        sheet.write_string(
            line,
            len(forms) + 4,
            "是" if in_time else "否" if day else NOT_IN,
            styles.center if in_time else styles.missing,
        )
    end = FIRST + len(city.campaign.units)
    sheet.set_row(end, 22)
    sheet.write_string(end, 0, "审核通过的单位数", styles.total)
    for index, form in enumerate(forms, 1):
        count = sum(city.states.get((unit.code, form.form)) == ACCEPTED for unit in city.campaign.units)
        sheet.write_number(end, index, count, styles.total)
    sheet.write_number(end, len(forms) + 1, accepted_total, styles.total)
    sheet.write_number(end, len(forms) + 2, due, styles.total)
    sheet.freeze_panes(FIRST, 1)
    for column in (len(forms) + 3, len(forms) + 4):
        sheet.write_blank(end, column, None, styles.total)
    landscape(sheet, head_rows=(0, FIRST - 1))
