"""Warnings explained in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for

from collector.ledger import Stale
from collector.portal.access import declare, needs
from collector.portal.gather import case, judged
from collector.portal.guard import actor, desk
from collector.portal.problems import handles, named
from collector.portal.show import note
from forms.findings import Finding
from huizong.steps.errors import UseError

area = Blueprint("explain", __name__)


@area.post("/units/<unit>/explanations")
@declare(needs("explain"))
def explain(unit: str) -> Any:
    """One warning, or all open ones of a rule, by the handle the page carries."""
    here, reason = desk(), request.form.get("reason", "").strip()[:500]
    if not reason:
        raise UseError("请写明情况。")
    findings = judged(here, case(here, unit)).findings
    found = named(findings, request.form.get("handle", ""), handles(here.secret()))
    if not found:
        raise UseError("这个问题已经不在了，可能刚被改正。请刷新页面。")
    # What is seen is what is explained, also what only counts once the set is handed in.  One alone may be
    # explained anew; all of a rule at once leaves alone what somebody explained.
    wanted = {
        (each.rule, each.key or "", each.value or "")
        for each in found
        if each.level == "warning" and (not each.explained or (len(found) == 1 and each.explained != reason))
    }
    with here.ledger.writing(actor()) as tx:
        said = {(e.rule, e.key, e.value): e.reason for e in tx.explanations(unit)}
        if len(found) == 1 and "before" in request.form:
            unspoilt(said, found[0], request.form["before"], reason)
        if len(found) > 1:
            wanted -= said.keys()  # somebody has explained one of them since it was judged
        for rule, key, value in sorted(wanted):
            if said.get((rule, key, value)) != reason:
                tx.explained(unit, rule, key, value, reason)
    note(f"已写明 {len(wanted)} 处说明。" if wanted else "这些问题都已说明过了。")
    form = found[0].form
    back = url_for("unit.form", unit=unit, form=form) if form else url_for("unit.checklist", unit=unit)
    return redirect(back)


def unspoilt(said: Mapping[tuple[str, str, str], str], finding: Finding, before: str, reason: str) -> None:
    """Pure.  Raises Stale when somebody else has explained it otherwise since the page that showed `before`.

    `said`: what stands explained now, by rule, key and value.
    """
    about = (finding.rule, finding.key or "", finding.value or "")
    stands = said.get(about, finding.explained or "")
    if stands not in (before, reason):
        raise Stale(f"explanation of {finding.rule}")
