"""Why a unit's number differs between two reports: from the rows it counted, and the nearest that differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from forms import Campaign
from huizong.steps.bureau import Bureau
from merger.city import short_label
from merger.snapshot import Counted, moved
from templates.filters import date as day_said

LISTED: Final = 40  # rows of one table named by number; beyond, the first of them
GONE, COME = "不再计入", "新计入"
SEVERAL: Final = "兼有以上几种原因"
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """`kind`: what is counted up over all numbers; `basis`: with the materials and rows."""

    kind: str
    basis: str


def reason(bureau: Bureau, first: Manifest, final: Manifest, unit: str, figure: str) -> Reason:
    if unit not in first["complete"]:
        return Reason(said := "初报时未报齐或未审核通过，终报时计入", said)
    if unit not in final["complete"]:
        return Reason(said := "终报时材料重新开放，未计入", said)
    if _by_hand(first, unit, figure) != _by_hand(final, unit, figure):
        return Reason("局里直接更正", "局里直接更正")
    rest = _other(bureau, first, final, unit)
    once = bureau.engine.figures[figure].count is not None
    gone, come = moved(first, final, unit, figure, once=once)
    if not gone and not come:
        return rest
    begun, ended = (date.fromisoformat(each["cutoff"]) for each in (first, final))
    groups: dict[tuple[int, str], dict[str, list[Counted]]] = {}
    for word, rows in ((GONE, gone), (COME, come)):
        for row in rows:
            passed = _passed(row, begun, ended, word == GONE)
            groups.setdefault(passed, {}).setdefault(word, []).append(row)
    told = [_told(bureau.campaign, name, groups[at, name], rest) for at, name in sorted(groups)]
    return Reason(told[0].kind if len(told) == 1 else SEVERAL, "；".join(each.basis for each in told))


def _told(campaign: Campaign, name: str, rows: Mapping[str, Sequence[Counted]], rest: Reason) -> Reason:
    """Rows that one date explains; without a date, those that only `rest` can explain."""
    if not name:
        said = (f"{word}{places(campaign, those)}" for word, those in rows.items())
        return Reason(rest.kind, "，".join((rest.basis, *said)))
    cause = _said_of(campaign, name)
    said = (f"{places(campaign, those)}{cause}，{word}" for word, those in rows.items())
    return Reason(cause, "；".join(said))


def places(campaign: Campaign, rows: Sequence[Counted]) -> str:
    """材料7第5行、第9行: where rows stand, the sheet too where a material has several."""
    found = []
    for (form_id, table), those in groupby(
        sorted(rows, key=lambda row: row.place), lambda row: (row.form, row.table)
    ):
        numbers = sorted({each.row for each in those})
        lines = "、".join(f"第{number}行" for number in numbers[:LISTED])  # a line may break at each
        rest = f"等{len(numbers)}行" if len(numbers) > LISTED else ""
        found.append(_table(campaign, form_id, table) + lines + rest)
    return "、".join(found)


def _table(campaign: Campaign, form_id: str, table: str) -> str:
    form = campaign.forms.get(form_id)
    if form is None:
        return f"《{campaign.registers[table].title}》" if table in campaign.registers else ""
    if len(form.tables) == 1 or table not in form.tables:
        return short_label(form)
    sheet = form.tables[table].sheet.removeprefix(f"{form.number}-")
    return f"{short_label(form)}“{sheet}”"


def _passed(row: Counted, begun: date, ended: date, gone: bool) -> tuple[int, str]:
    """The date of a row that the cut-off went past, which ended or began what was counted; last, none.

    The first in the order of the figure's query: one that names several puts first what decides alone.
    """
    for at, (name, day) in enumerate(row.dates):
        if (begun <= day < ended) if gone else (begun < day <= ended):
            return at, name
    return len(row.dates), ""


def _said_of(campaign: Campaign, name: str) -> str:
    """What it means that the cut-off went past a date: the campaign's words, else the date's own label."""
    told = campaign.labels.get(f"moved.{name}")
    if told:
        return told
    labels = {
        field.name: field.label
        for form in campaign.forms.values()
        for table in form.tables.values()
        for field in table.fields
    }
    return f"“{labels.get(name, name)}”在两次统计截止日之间"


def _by_hand(side: Manifest, unit: str, figure: str) -> int | None:
    return next(
        (
            each["value"]
            for each in side.get("overrides", ())
            if (each["unit"], each["figure"]) == (unit, figure)
        ),
        None,
    )


def _other(bureau: Bureau, first: Manifest, final: Manifest, unit: str) -> Reason:
    """The nearest thing that differs and that a number can rest on, where no date of its rows tells."""
    before, after = (
        {each["form"]: each["sha256"] for each in side["files"] if each["unit"] == unit}
        for side in (first, final)
    )
    changed = [form for key, form in bureau.campaign.forms.items() if before.get(key) != after.get(key)]
    if changed:
        return Reason("材料更正后重新审核", "材料更正：" + "、".join(map(short_label, changed)))
    if first.get("registers") != final.get("registers"):
        return Reason(said := "名册或公安数据更新", said)
    if first["cutoff"] != final["cutoff"]:
        days = f"由{day_said(first['cutoff'])}改为{day_said(final['cutoff'])}"
        return Reason("统计截止日后移", f"统计截止日{days}")
    return Reason("统计口径调整", "统计口径（参数、规则）调整")
