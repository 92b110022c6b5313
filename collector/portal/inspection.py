"""Inspections in the portal: visits opened, worked, closed and fed back; the guiding group reads."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from collector.inspections import Inspection
from collector.portal import visits
from collector.portal.access import READS_UNIT, declare, needs
from collector.portal.bureau import matrix_page
from collector.portal.gather import case, judged
from collector.portal.guard import actor, attachment, desk, user
from collector.portal.register import audited, names
from collector.portal.show import masked, note
from collector.problems import ENDED, UPHELD
from collector.roles import UNIT_ROLES, may
from huizong.steps import inspection as steps
from huizong.steps.errors import UseError
from huizong.steps.feedback import feedback, record, zipped
from huizong.steps.inspection_sheet import counted, inspections, left_open, sheet
from huizong.steps.problems import problems

area = Blueprint("inspection", __name__)


@area.get("/inspection")
@declare(needs("see_given_units"))
def units() -> Any:
    return matrix_page(user().units, "指定单位")


@area.get("/inspections")
@declare(needs("see_all_units", "see_given_units"))
def overview() -> Any:
    here, scope = desk(), None if may(user().role, "see_all_units") else user().units
    found = [each for each in inspections(here.bureau()) if scope is None or each.unit in scope]
    return render_template(
        "bureau/inspections.html",
        visits=visits.visits(here.campaign, found),
        uninspected=visits.uninspected(here.campaign, found, scope),
        units=here.campaign.units,
        today=here.today(),
        may_inspect=may(user().role, "inspect"),
    )


@area.post("/inspections")
@declare(needs("inspect"))
def opening() -> Any:
    """Starts a visit to a unit."""
    here = desk()
    new = steps.open_inspection(
        here.bureau(),
        request.form.get("unit", ""),
        on=day("on") or here.today(),
        team=people("team"),
        hosts=people("hosts"),
        by=actor(),
    )
    note(f"检查 {new.number} 已开始。")
    return redirect(url_for("inspection.one", unit=new.unit, number=new.number))


@area.get("/units/<unit>/inspections/<number>")
@declare(READS_UNIT)
def one(unit: str, number: str) -> Any:
    return page(unit, number)


@area.post("/units/<unit>/inspections/<number>/in-full")
@declare(needs("review", "see_given_units"))
def in_full(unit: str, number: str) -> Any:
    reason = request.form.get("reason", "").strip()
    if len(reason) < 2:
        raise UseError("请写明查看完整内容的理由。")
    audited(desk(), "seen_in_full", visit_of(unit, number).number, reason[:100])
    return page(unit, number, full=True)


@area.post("/units/<unit>/inspections/<number>/items")
@declare(needs("inspect"))
def items(unit: str, number: str) -> Any:
    """What people saw, all lines of the sheet in one commit."""
    here, before = desk(), visit_of(unit, number)
    bureau = here.bureau()
    new = visits.answers(request.form, here.checklist, before)
    if new:
        steps.check_items(bureau, number, new, by=actor(), expected=seen())
    note(f"已保存 {len(new)} 项检查结果。" if new else "没有新的检查结果。")
    return back(unit, number)


@area.post("/units/<unit>/inspections/<number>/findings")
@declare(needs("inspect"))
def finding(unit: str, number: str) -> Any:
    visit_of(unit, number)
    word = {name: request.form.get(name, "").strip()[:300] for name in ("person", "id_number", "occasion")}
    steps.add_finding(
        desk().bureau(),
        number,
        request.form.get("category", ""),
        request.form.get("fact", ""),
        **word,
        due_on=day("due_on"),
        by=actor(),
        expected=seen(),
    )
    note("现场发现已记录。")
    return back(unit, number)


@area.post("/units/<unit>/inspections/<number>/findings/<int:version>/withdraw")
@declare(needs("inspect"))
def withdraw(unit: str, number: str, version: int) -> Any:
    """Takes the n-th finding back; it stays in the record with the reason."""
    visit_of(unit, number)
    steps.withdraw_finding(
        desk().bureau(), number, version, request.form.get("reason", ""), by=actor(), expected=seen()
    )
    note("现场发现已撤回。")
    return back(unit, number)


@area.post("/units/<unit>/inspections/<number>/close")
@declare(needs("inspect"))
def close(unit: str, number: str) -> Any:
    """The record is final; its findings enter the problem register."""
    visit_of(unit, number)
    bureau = desk().bureau_with_registers()
    done = steps.close_inspection(
        bureau,
        number,
        opinion=request.form.get("opinion", ""),
        by=actor(),
        expected=seen(),
    )
    told = left_open(sheet(bureau, number), desk().checklist)
    note(f"检查记录已定稿，{len(done.numbers)} 个现场发现已进入问题台账。{told}")
    return back(unit, number)


@area.post("/units/<unit>/inspections/<number>/record")
@declare(needs("see_all_units", "see_given_units"))
def printed(unit: str, number: str) -> Any:
    """The inspection record as docx and PDF: a blank sheet for the spot while open, the record afterwards."""
    visit_of(unit, number)
    with tempfile.TemporaryDirectory() as folder:
        data = zipped(record(desk().bureau_with_registers(), number, Path(folder)))
    audited(desk(), "downloaded", f"{number} record")
    return attachment(data, f"{number}-检查记录.zip", "application/zip")


@area.post("/units/<unit>/inspections/<number>/feedback")
@declare(needs("inspect"))
def issue(unit: str, number: str) -> Any:
    """The notice from a closed visit: a draft is only downloaded, an issued one is kept for the unit."""
    visit_of(unit, number)
    signed = request.form.get("signed") == "1"
    with tempfile.TemporaryDirectory() as folder:
        paper = feedback(
            desk().bureau_with_registers(),
            number,
            Path(folder),
            signed=signed,
            notice=request.form.get("notice", "").strip()[:40],
            by=actor(),
        )
        data = zipped(paper)
    if signed:
        note(f"反馈意见 {paper.number} 已发出，单位可以下载。{waiting(unit)}")
        return back(unit, number)
    audited(desk(), "downloaded", f"{number} draft")
    return attachment(data, f"{number}-反馈意见（征求意见稿）.zip", "application/zip")


def waiting(unit: str) -> str:
    """What still has to be handed out before the unit can report it put right; empty when nothing has."""
    found = problems(desk().bureau_with_registers(), unit)
    count = sum(each.state in UPHELD - ENDED - {"rectifying"} for each in found)
    told = f"另有 {count} 个问题已认定、还没有交办整改，单位要等交办后才能报告完成，请到问题台账办理。"
    return told if count else ""


@area.get("/units/<unit>/inspections/<number>/notice")
@declare(READS_UNIT)
def notice(unit: str, number: str) -> Any:
    """The issued notice as it was issued."""
    held = visit_of(unit, number)
    if not held.notice_sha256:
        abort(404)
    audited(desk(), "downloaded", f"{number} notice")
    return attachment(desk().store.get(held.notice_sha256), f"{number}-反馈意见.zip", "application/zip")


def page(unit: str, number: str, *, full: bool = False) -> Any:
    here, held = desk(), visit_of(unit, number)
    bureau = here.bureau_with_registers()
    given, of_unit = here.checklist, user().role in UNIT_ROLES
    works = may(user().role, "inspect")
    counts = counted(judged(here, case(here, unit)).findings) if held.state == "open" else None
    lines = sheet(bureau, number, counts)
    return render_template(
        "bureau/inspection.html",
        unit=here.campaign.units_by_code[unit],
        visit=visits.visit(here.campaign, held),
        held=held,
        closed_at=visits.closing(held, names(here)),
        checks=() if of_unit else visits.checks(given, lines),
        hands=visits.hands(given, held, full, only_standing=of_unit),
        opinion=held.opinion if full else masked(held.opinion),
        left_open=left_open(lines, given),
        categories=visits.categories(given),
        results=given.shape.results,
        open=held.state == "open",
        editable=works and held.state == "open",
        may_issue=works and held.state != "open",
        sees_all=may(user().role, "see_all_units"),
        of_unit=of_unit,
        full=full,
    )


def visit_of(unit: str, number: str) -> Inspection:
    """A visit to this unit; a unit knows of one only when its feedback was issued."""
    found = next((each for each in inspections(desk().bureau(), unit) if each.number == number), None)
    if found is None or not visits.known_to([found], desk().campaign, user().role or ""):
        abort(404)
    return found


def back(unit: str, number: str) -> Any:
    return redirect(url_for("inspection.one", unit=unit, number=number))


def seen() -> int | None:
    return request.form.get("version", type=int)


def people(name: str) -> list[str]:
    """Names with 、 or a comma between."""
    text = request.form.get(name, "")[:200].replace("，", "、").replace(",", "、").replace(" ", "、")
    return [each for each in text.split("、") if each]


def day(name: str) -> date | None:
    """A day of the form.  Raises UseError for what is no day."""
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UseError("日期请写成 2019-08-31 的样子。") from None
