"""Two merges side by side: which numbers and files differ, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from forms import Campaign
from huizong.steps.errors import UseError
from merger.city import annexes
from merger.snapshot import Change, compare


def compare_snapshots(before: Path, after: Path) -> list[Change]:
    """Two `snapshot.json` (or the folders they lie in).  Raises UseError for anything else."""
    return compare(_read(before), _read(after))


def lines(campaign: Campaign, changes: Sequence[Change]) -> Iterator[str]:
    """One line per difference, for a terminal."""
    if not changes:
        yield "两个快照的统计数和文件都相同。"
    labels = {
        each.figure: f"{form.number} {each.label}"
        for form, table in annexes(campaign)
        for each in table.fields
        if each.figure
    }
    for each in changes:
        unit = campaign.units_by_code[each.unit].name if each.unit in campaign.units_by_code else each.unit
        if each.what == "figure":
            yield f"{unit}　{labels.get(each.name, each.name)}：{_said(each.before)} → {_said(each.after)}"
        else:
            form = campaign.forms.get(each.name)
            word = "新收" if each.before is None else "撤回" if each.after is None else "换了文件"
            yield f"{unit}　{form.title if form else each.name}：{word}"


def _said(value: Any) -> str:
    return "未计入" if value is None else str(value)


def _read(path: Path) -> dict[str, Any]:
    file = path / "snapshot.json" if path.is_dir() else path
    try:
        found = json.loads(file.read_text("utf-8"))
        if not {"figures", "files"} <= found.keys():
            raise KeyError
    except (ValueError, KeyError, AttributeError):
        raise UseError(f"“{file.name}”不是汇总时写下的快照，请指定 snapshot.json。") from None
    return dict(found)
