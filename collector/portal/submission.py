"""Handing in: the statistics and their rows, the second person's confirmation, the set, its receipts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from collector.portal import figures as numbers_of
from collector.portal import packs, proof
from collector.portal.access import READS_UNIT, declare, needs
from collector.portal.gather import Case, case
from collector.portal.guard import actor, attachment, desk, user
from collector.portal.sending import readiness
from collector.portal.show import note
from collector.portal.unit import record, second_person, submits
from collector.receipts import Receipt
from collector.roles import may
from collector.workflow import BEIJING, late
from huizong.steps.errors import UseError
from huizong.steps.submit import submit as submit_unit

area = Blueprint("submission", __name__)


@area.get("/units/<unit>/figures")
@declare(READS_UNIT)
def figures(unit: str) -> Any:
    here = desk()
    held = case(here, unit)
    return render_template(
        "unit/figures.html",
        unit=held.unit,
        forms=numbers_of.statistics(here, held),
        may_upload=may(user().role, "upload"),
        may_override=may(user().role, "override"),
        open_forms=[
            form
            for form in here.campaign.forms
            if held.state(form).status in ("assigned", "uploaded", "returned", "reopened")
        ],
    )


@area.get("/units/<unit>/figures/<figure>")
@declare(READS_UNIT)
def evidence(unit: str, figure: str) -> Any:
    here = desk()
    found = numbers_of.evidence(here, unit, figure)
    if found is None:
        abort(404)
    return render_template("unit/evidence.html", unit=here.campaign.units_by_code[unit], found=found)


@area.get("/units/<unit>/forms/<form>/print")
@declare(READS_UNIT)
def printable(unit: str, form: str) -> Any:
    here = desk()
    made = packs.printed(here, unit, form) if form in here.campaign.forms else None
    if made is None:
        abort(404)
    record("downloaded", f"{unit}/{form} print")
    return attachment(made[1], made[0])


@area.post("/units/<unit>/overrides")
@declare(needs("override"))
def override(unit: str) -> Any:
    """The bureau sets a number by hand, with a reason that is printed beside it."""
    here, form, field = desk(), request.form.get("form", ""), request.form.get("field", "")
    value, reason = request.form.get("value", "").strip(), request.form.get("reason", "").strip()[:300]
    shape = here.campaign.forms.get(form)
    if shape is None or not any(each.name == field and each.figure for _, each in shape.fields()):
        abort(404)
    if not (value.isascii() and value.isdigit()) or not reason:
        raise UseError("改定的数应为不小于 0 的整数，并写明理由。")
    with here.ledger.writing(actor()) as tx:
        tx.overridden(unit, form, field, "", value, reason)
    note("已改定，报表中会注明理由。")
    return redirect(url_for("submission.figures", unit=unit))


@area.post("/units/<unit>/ready")
@declare(needs("upload"))
def ready(unit: str) -> Any:
    """The clerk hands the set to the second person."""
    with desk().ledger.writing(actor()) as tx:
        tx.event("ready", unit)
    note("已交单位审核人。")
    return redirect(url_for("unit.checklist", unit=unit))


@area.post("/units/<unit>/recall")
@declare(needs("submit"))
def recall(unit: str) -> Any:
    """The second person gives the set back to the clerk, with a reason."""
    reason = request.form.get("reason", "").strip()[:200]
    if not reason:
        raise UseError("请写明退给填报人的理由。")
    with desk().ledger.writing(actor()) as tx:
        tx.event("recalled", unit, details={"reason": reason})
    note("已退给填报人。")
    return redirect(url_for("unit.checklist", unit=unit))


@area.post("/units/<unit>/submit")
@declare(needs("upload", "submit"))
def submit(unit: str) -> Any:
    """Sent twenty times, it is handed in once and gives the same receipt."""
    here = desk()
    if not submits():
        abort(403)
    if second_person() and not readiness(case(here, unit).events)[0] and not handed_in(case(here, unit)):
        raise UseError("填报人还没有交来核对，不能报送。")
    outcome = submit_unit(here.bureau_with_registers(), unit, actor=actor())
    if outcome.receipt is None:
        parts = [f"{len(outcome.missing)} 张表没有上传（或退回后没有重新上传）"] * bool(outcome.missing)
        parts += [f"{len(outcome.errors)} 处错误没有改正"] * bool(outcome.errors)
        parts += [f"{len(outcome.unexplained)} 处还没有说明情况"] * bool(outcome.unexplained)
        raise UseError(f"还不能报送：{'；'.join(parts) or '没有可报送的材料'}。请回到材料清单处理。")
    if outcome.submitted:
        note("整套材料已报送，请保存回执。")
    return redirect(url_for("submission.receipt", unit=unit, number=outcome.receipt.number))


@area.get("/units/<unit>/receipts")
@declare(READS_UNIT)
def receipts(unit: str) -> Any:
    held = case(desk(), unit)
    return render_template(
        "unit/receipts.html",
        unit=held.unit,
        sets=[each for each in reversed(held.receipts) if each.kind == "submission"],
        files=[each for each in reversed(held.receipts) if each.kind == "upload"][:200],
    )


@area.get("/units/<unit>/receipts/<number>")
@declare(READS_UNIT)
def receipt(unit: str, number: str) -> Any:
    held, found = receipt_of(unit, number)
    return render_template(
        "unit/receipt.html",
        unit=held.unit,
        receipt=found,
        files=proof.files(desk().campaign, held, found),
        late=is_late(found),
        missing=proof.missing(desk().campaign, held, found) if found.kind == "submission" else (),
    )


@area.get("/units/<unit>/receipts/<number>.pdf")
@declare(READS_UNIT)
def receipt_pdf(unit: str, number: str) -> Any:
    here = desk()
    held, found = receipt_of(unit, number)
    settings, at = here.campaign.settings, found.received_at.astimezone(BEIJING)
    data = packs.receipt_pdf(
        here,
        {
            "unit": {"name": held.unit.name, "missing": proof.missing(here.campaign, held, found)},
            "campaign": {"issuer": settings.bureau.name, "deadline": here.campaign.dates["deadline"]},
            "receipt": {"number": found.number, "received_at": at, "late": is_late(found)},
            "files": [asdict(each) for each in proof.files(here.campaign, held, found)],
        },
    )
    return attachment(data, f"回执-{found.number}.pdf", "application/pdf")


def receipt_of(unit: str, number: str) -> tuple[Case, Receipt]:
    held = case(desk(), unit)
    found = next((each for each in held.receipts if each.number == number), None)
    if found is None:
        abort(404)
    return held, found


def is_late(found: Receipt) -> bool:
    return late(found.received_at, desk().campaign.dates["deadline"])


def handed_in(held: Case) -> bool:
    return any(each.kind == "submission" for each in held.receipts)
