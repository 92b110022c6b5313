"""Warnings explained in place."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from collector.portal.access import declare, needs
from collector.portal.gather import case, judged
from collector.portal.guard import actor, desk
from collector.portal.problems import handles, named, token
from collector.portal.show import note
from huizong.steps.errors import UseError
from huizong.steps.explain import explain as explain_finding

area = Blueprint("explain", __name__)


@area.post("/units/<unit>/explanations")
@declare(needs("explain"))
def explain(unit: str) -> Any:
    """One warning, or all open ones of a rule, by the handle the page carries."""
    here, reason = desk(), request.form.get("reason", "").strip()[:500]
    found = named(
        judged(here, case(here, unit)).findings, request.form.get("handle", ""), handles(here.secret())
    )
    wanted = [each for each in found if each.level == "warning" and not each.explained]
    if not found:
        raise UseError("这个问题已经不在了，可能刚被改正。请刷新页面。")
    bureau = here.bureau_with_registers()
    names = (
        sorted({token(each) for each in wanted})
        if len(wanted) == 1
        else sorted({each.rule for each in wanted})
    )
    count = sum(explain_finding(bureau, unit, each, reason=reason, actor=actor()) for each in names)
    note(f"已写明 {count} 处说明。" if count else "这些问题都已说明过了。")
    form = found[0].form
    return redirect(
        url_for("unit.form", unit=unit, form=form) if form else url_for("unit.checklist", unit=unit)
    )
