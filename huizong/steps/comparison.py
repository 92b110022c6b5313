"""The final report beside the first: every number that moved, in which unit, and what it rests on."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from collector.problems import UPHELD
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.feedback import Written, written
from huizong.steps.papers import text_folders
from huizong.steps.problems import Problem, problems
from huizong.steps.reasons import SEVERAL, Manifest, reason
from huizong.steps.second_phase import checklist
from merger.city import annexes
from merger.masking import masked_text
from merger.snapshot import Change as Change
from merger.snapshot import compare as differences
from templates import compose

FILE: Final = "snapshot.json"
ABSENT: Final = "未计入"
SAME: Final = "不变"
STANDINGS: Final = ("settled", "unhandled", "pending", "dismissed")


@dataclass(frozen=True)
class Number:
    """One column of the annexes, for a unit or (unit empty) the city; None where the unit is not counted."""

    unit: str
    figure: str
    annex: str
    column: str
    label: str
    first: int | None
    final: int | None
    reason: str = ""  # of a unit's number: what the difference rests on
    basis: str = ""  # the reason with its materials

    @property
    def change(self) -> str:
        if self.first == self.final:
            return SAME
        moved = (self.final or 0) - (self.first or 0)
        return f"+{moved}" if moved > 0 else f"−{-moved}"


@dataclass(frozen=True)
class Comparison:
    """`city`: every column; `units`: only what moved."""

    first: Manifest
    final: Manifest
    city: tuple[Number, ...]
    units: tuple[Number, ...]
    changes: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        def line(each: Number) -> dict[str, Any]:
            return {**vars(each), "change": each.change}

        return {
            "first": self.first["snapshot"],
            "final": self.final["snapshot"],
            "city": [line(each) for each in self.city],
            "units": [line(each) for each in self.units],
        }


def manifest_of(path: Path) -> dict[str, Any]:
    """The manifest of a merge: its folder or its snapshot.json.  Raises UseError for anything else."""
    file = path / FILE if path.is_dir() else path
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise UseError(f"“{path.name}”里没有 {FILE}，请给出汇总的输出文件夹。") from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise UseError(f"“{file.name}”不是汇总留下的快照清单，请给出汇总的输出文件夹。") from None
    if (
        not isinstance(found, dict)
        or not {"campaign", "snapshot", "cutoff", "complete", "files", "figures", "city"} <= found.keys()
    ):
        raise UseError(f"“{file.name}”不是汇总留下的快照清单，请给出汇总的输出文件夹。")
    return found


def compare(bureau: Bureau, first: Manifest, final: Manifest) -> Comparison:
    """Pure.  Raises UseError for a manifest of another campaign, or where the first is the later one."""
    campaign = bureau.campaign
    for each in (first, final):
        if each["campaign"] != campaign.id:
            raise UseError(f"快照 {each['snapshot']} 属于另一次活动（{each['campaign']}），不能对照。")
    if first["cutoff"] > final["cutoff"]:
        raise UseError(f"初报的统计截止日（{first['cutoff']}）晚于终报的（{final['cutoff']}），请调换先后。")
    city, units = [], []
    for form, table in annexes(campaign):
        for field in table.fields:
            if not field.figure:
                continue
            what = (field.figure, f"附件{form.annex}", field.column or "", field.label)
            city.append(Number("", *what, first["city"].get(field.figure), final["city"].get(field.figure)))
            for unit in campaign.units:
                old, new = (each["figures"].get(unit.code, {}).get(field.figure) for each in (first, final))
                if old != new:
                    why = reason(bureau, first, final, unit.code, field.figure)
                    units.append(Number(unit.code, *what, old, new, why.kind, why.basis))
    order = {unit.code: unit.order for unit in campaign.units}
    units.sort(key=lambda each: order[each.unit])
    return Comparison(first, final, tuple(city), tuple(units), tuple(differences(first, final)))


def comparison_paper(bureau: Bureau, found: Comparison, out: Path) -> Written:
    """OUT/终报与初报对照说明.docx and .pdf."""
    shape = checklist(bureau).shape.papers["comparison"]
    document = compose(
        f"{shape.prose}.md", comparison_values(bureau, found), folders=text_folders(bureau.campaign)
    )
    return written(bureau, document, out / shape.label)


def comparison_values(bureau: Bureau, found: Comparison) -> dict[str, Any]:
    """What `comparison.md` asks for."""
    names = {unit.code: unit.name for unit in bureau.campaign.units}
    labels = {each.figure: each.label for each in found.city}
    held = problems(bureau)
    return {
        "campaign": {"issuer": bureau.campaign.settings.bureau.name},
        "document": {"date": bureau.as_of},
        "first": _head(found.first),
        "final": _head(found.final),
        "annexes": _annexes(bureau, found),
        "changed": sum(each.first != each.final for each in found.city),
        "numbers": len(found.city),
        "moved": [
            {
                "unit": names[each.unit],
                "label": each.label,
                "reason": each.basis,
                "first": ABSENT if each.first is None else each.first,
                "final": ABSENT if each.final is None else each.final,
            }
            for each in found.units
        ],
        "moved_units": len({each.unit for each in found.units}),
        "reasons": [
            {"label": label, "n": n}
            for label, n in sorted(
                Counter(each.reason for each in found.units).items(),
                key=lambda pair: (pair[0] == SEVERAL, -pair[1], pair[0]),
            )
        ],
        "hand": [
            {
                "unit": names.get(each["unit"], each["unit"]),
                "label": labels.get(each["figure"], each["figure"]),
                "value": each["value"],
                "reason": masked_text(each["reason"]),
            }
            for each in found.final.get("overrides", ())
        ],
        "problems": {
            "total": len(held),
            **dict.fromkeys(STANDINGS, 0),
            **Counter(_standing(each) for each in held),
            "closed": sum(each.state == "closed" for each in held),
            "overdue": sum(bool(each.life and each.life.overdue(bureau.as_of)) for each in held),
        },
    }


def _standing(each: Problem) -> str:
    """Every problem is one of STANDINGS, so that they add up to all."""
    if each.state == "dismissed":
        return "dismissed"
    if each.state not in UPHELD:
        return "pending"
    sanctioned = each.life is not None and any(step.move == "sanctioned" for step in each.life.history)
    return "settled" if each.row.get("settled") or sanctioned else "unhandled"


def _head(manifest: Manifest) -> dict[str, Any]:
    return {
        "cutoff": date.fromisoformat(manifest["cutoff"]),
        "snapshot": manifest["snapshot"],
        "complete": len(manifest["complete"]),
    }


def _annexes(bureau: Bureau, found: Comparison) -> list[dict[str, Any]]:
    """The statistics tables by their titles: as annexes they are numbered otherwise in each paper."""
    numbers = {each.figure: each for each in found.city}
    return [
        {
            "title": form.title,
            "rows": [
                {
                    "column": each.column.lstrip("abcdefghijklmnopqrstuvwxyz"),
                    "label": each.label,
                    "first": each.first,
                    "final": each.final,
                    "change": each.change,
                }
                for each in (numbers[field.figure] for field in table.fields if field.figure)
            ],
        }
        for form, table in annexes(bureau.campaign)
    ]
