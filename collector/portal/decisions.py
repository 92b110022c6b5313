"""What the bureau decides: accept, return, reopen, waive, and who a person belongs to when two units
claim them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from collector.portal import disputes
from collector.portal.access import declare, needs
from collector.portal.bureau import everything
from collector.portal.gather import case, judged
from collector.portal.guard import actor, desk
from collector.portal.problems import handles, named
from collector.portal.show import note
from huizong.steps.errors import UseError
from huizong.steps.review import review

area = Blueprint("decisions", __name__)
KINDS = {"accept": "accept", "return": "give_back", "reopen": "reopen"}


@area.post("/bureau/decisions")
@declare(needs("review"))
def decide() -> Any:
    """One or many targets (UNIT or UNIT/FORM) at once: all of them or none.

    `version` of a single form guards against deciding on what somebody has just replaced.
    """
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "").strip()[:500]
    targets = list(dict.fromkeys(request.form.getlist("target")))
    if kind not in KINDS:
        raise UseError("请选择通过、退回或重新开放。")
    if not targets:
        raise UseError("请先勾选单位或材料。")
    if kind != "accept" and not reason:
        raise UseError("退回或重新开放须写明理由。")
    here = desk()
    count = review(
        here.bureau(),
        **{KINDS[kind]: targets},
        reason=reason,
        version=request.form.get("version", type=int),
        actor=actor(),
    )
    note(
        {
            "accept": f"已通过 {count} 份材料。",
            "return": f"已退回 {count} 份材料。",
            "reopen": f"已重新开放 {count} 份材料。",
        }[kind]
    )
    back = request.form.get("unit", "")
    return redirect(
        url_for("unit.checklist", unit=back)
        if back in here.campaign.units_by_code
        else url_for("bureau.matrix")
    )


@area.post("/bureau/waivers")
@declare(needs("waive"))
def waive() -> Any:
    here, unit = desk(), request.form.get("unit", "")
    reason = request.form.get("reason", "").strip()[:500]
    approver = request.form.get("approver", "").strip()[:30]
    if unit not in here.campaign.units_by_code or not reason or not approver:
        raise UseError("豁免须写明理由和批准人。")
    try:
        until = date.fromisoformat(request.form["until"]) if request.form.get("until") else None
    except ValueError:
        raise UseError("期限请写成 2019-08-31 的样子。") from None
    found = named(
        judged(here, case(here, unit)).findings, request.form.get("handle", ""), handles(here.secret())
    )
    if not found:
        raise UseError("这个问题已经不在了，可能刚被改正。请刷新页面。")
    with here.ledger.writing(actor()) as tx:
        for rule, key in sorted({(each.rule, each.key or "") for each in found}):
            tx.waived(unit, rule, key, reason, until, approver)
    note(f"已豁免 {len({(each.rule, each.key) for each in found})} 处，{approver}批准。")
    return redirect(url_for("findings.overview", unit=unit))


@area.post("/bureau/waivers/<int:number>/withdraw")
@declare(needs("waive"))
def withdraw(number: int) -> Any:
    with desk().ledger.writing(actor()) as tx:
        found = next((each for each in tx.waivers() if each.id == number), None)
        if found is None:
            raise UseError("这项豁免已经撤销。请刷新页面。")
        tx.withdrawn(found)
    note("豁免已撤销。")
    return redirect(url_for("findings.overview"))


@area.get("/bureau/conflicts")
@declare(needs("review"))
def conflicts() -> Any:
    here = desk()
    held, _, _ = everything(None, judge=False)
    return render_template("bureau/conflicts.html", conflicts=disputes.conflicts(here, held))


@area.post("/bureau/conflicts")
@declare(needs("review"))
def settle() -> Any:
    here = desk()
    held, _, _ = everything(None, judge=False)
    disputes.settle(
        here,
        held,
        request.form.get("handle", ""),
        request.form.get("unit", ""),
        request.form.get("reason", "").strip()[:300],
        actor(),
    )
    note("已裁定。另一单位会看到裁定和依据，须删去或改正后重新报送。")
    return redirect(url_for("decisions.conflicts"))
