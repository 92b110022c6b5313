"""Two merges side by side: which numbers moved, in which unit, and what each difference rests on."""

from __future__ import annotations

import tempfile
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from flask import Blueprint, abort, render_template, request

from collector.portal.access import declare, needs
from collector.portal.guard import attachment, desk, user
from collector.portal.register import audited
from collector.portal.results import folder_of, listing
from collector.roles import may
from forms.spec import Campaign
from huizong.steps.comparison import (
    ABSENT,
    Change,
    Comparison,
    Number,
    compare,
    comparison_paper,
    manifest_of,
)
from huizong.steps.feedback import zipped

area = Blueprint("snapshots", __name__)


@area.get("/bureau/results/compare")
@declare(needs("see_all_units"))
def overview() -> Any:
    """The two newest merges, or the two asked for; the earlier cut-off always stands on the left."""
    here = desk()
    known = listing(here.state / "merged")
    names = [each["name"] for each in known]
    if len(names) < 2:
        abort(404)
    old, new = request.args.get("old") or names[1], request.args.get("new") or names[0]
    found = compared(old, new)
    moved = [each for each in found.city if each.first != each.final]
    return render_template(
        "bureau/compare.html",
        known=known,
        old=found.first["snapshot"],
        new=found.final["snapshot"],
        first=found.first,
        final=found.final,
        every=request.args.get("all") == "1",
        city=[number_line(each) for each in (found.city if request.args.get("all") == "1" else moved)],
        moved=len(moved),
        units=[
            (here.campaign.units_by_code[each.unit].short_name, number_line(each)) for each in found.units
        ],
        files=[file_line(here.campaign, each) for each in found.changes if each.what == "file"],
        may_print=may(user().role, "publish"),
    )


@area.post("/bureau/results/compare/paper")
@declare(needs("publish"))
def paper() -> Any:
    """终报与初报对照说明 as docx and PDF."""
    found = compared(request.form.get("old", ""), request.form.get("new", ""))
    with tempfile.TemporaryDirectory() as folder:
        data = zipped(comparison_paper(desk().bureau_with_registers(), found, Path(folder)))
    audited(desk(), "downloaded", f"compare {found.first['snapshot']} {found.final['snapshot']}")
    return attachment(data, "终报与初报对照说明.zip", "application/zip")


def compared(old: str, new: str) -> Comparison:
    left, right = (manifest_of(folder_of("merged", each)) for each in (old, new))
    if left["cutoff"] > right["cutoff"]:
        left, right = right, left
    return compare(desk().bureau(), left, right)


def number_line(each: Number) -> dict[str, Any]:
    """Pure: one number as the page shows it; the column as it is printed in the annex."""
    return {
        "unit": each.unit,
        "annex": each.annex,
        "column": each.column.lstrip(ascii_lowercase),
        "label": each.label,
        "first": ABSENT if each.first is None else each.first,
        "final": ABSENT if each.final is None else each.final,
        "change": each.change,
        "basis": each.basis,
    }


def file_line(campaign: Campaign, each: Change) -> tuple[str, str, str]:
    """Pure: (unit, form, what became of its file)."""
    form = campaign.forms.get(each.name)
    word = "新收" if each.before is None else "撤回" if each.after is None else "换了文件"
    unit = campaign.units_by_code.get(each.unit)
    return (
        unit.short_name if unit else each.unit,
        f"{form.number} {form.title}" if form else each.name,
        word,
    )
