"""Findings as a list for the bureau's own use: one row each, with the place, the remedy and what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from forms import Campaign, Finding
from merger.lists import listing

COLUMNS: Final = {
    "unit": "单位",
    "level": "级别",
    "where": "位置",
    "message": "问题",
    "fix": "怎么办",
    "explained": "单位说明或豁免",
    "rule": "编号",
}


def findings_workbook(
    campaign: Campaign,
    found: Iterable[Finding],
    title: str,
    on: date,
    where: Callable[[Finding], str],
    levels: Mapping[str, str],
    taken: str,
) -> bytes:
    """An xlsx; `where` tells a finding's place, `levels` the words of error, warning and notice, `taken` who
    took it away and when."""
    names = {unit.code: unit.name for unit in campaign.units}
    rows = [
        {
            "unit": names.get(each.unit or "", each.unit or ""),
            "level": levels[each.level],
            "where": where(each),
            "message": each.message,
            "fix": each.fix or "",
            "explained": each.explained or "",
            "rule": each.rule,
        }
        for each in found
    ]
    told = f"内部资料，请勿外传。{on}的情况，共{len(rows)}条。{taken}"
    return listing(title, COLUMNS, rows, told, title[:31])
