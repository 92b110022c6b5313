"""The police's lists and the bureau's own registers: in through the gate, and what they say against the
units' papers."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from collector.names import display_name
from collector.portal import errors
from collector.portal.access import declare, needs
from collector.portal.desk import REGISTERS, Desk
from collector.portal.findings import workbook
from collector.portal.gather import judged_city
from collector.portal.guard import actor, attachment, desk
from collector.portal.lists_in import taken_in
from collector.portal.problems import handles, problems, told
from collector.portal.register import audited, given_reason
from collector.portal.show import masked, note
from forms.findings import Finding
from huizong.steps.errors import UseError

area = Blueprint("police", __name__)


@area.get("/bureau/police")
@declare(needs("see_police"))
def overview() -> Any:
    here = desk()
    held = here.bureau_with_registers().registers
    unit = request.args.get("unit", "")
    every = compared(here)
    found = [each for each in every if unit in ("", each.unit)]
    return render_template(
        "bureau/police.html",
        batches=[line(here, each) for each in held.batches],
        tables=[
            (register.title, held.tables[name].num_rows, register.police)
            for name, register in here.campaign.registers.items()
        ],
        own=problems(held.findings, here.campaign, handles(here.secret()), told(here.engine), cap=30),
        problems=problems(found, here.campaign, handles(here.secret()), told(here.engine), cap=30),
        total=len(found),
        by_unit=by_unit(here, every),
        unit=unit,
        names={unit.code: unit.short_name for unit in here.campaign.units},
    )


@area.post("/bureau/police")
@declare(needs("see_police"))
def take() -> Any:
    """Files into CAMPAIGN/registers, each looked at first; a list that cannot be read changes nothing."""
    here = desk()
    files = [each for each in request.files.getlist("files") if each.filename]
    if not files:
        return errors.answer(400, "没有收到文件", "请先选择公安或人事部门提供的名单（.xlsx）。")
    said = [taken_in(here, display_name(each.filename or ""), each.read(), actor()) for each in files]
    for each in sorted(said, key=lambda each: each.kept)[:3]:
        note(each.sentence, "green" if each.kept else "red")
    if len(said) > 3:
        note(f"共 {len(said)} 个文件，导入 {sum(each.kept for each in said)} 个。", "blue")
    return redirect(url_for("police.overview"))


@area.post("/bureau/police/export")
@declare(needs("see_police"))
def export() -> Any:
    """The reconciliation, one row for every difference; the reason goes into the audit log."""
    here, reason = desk(), given_reason("请写明导出用途，会记入审计。")
    data = workbook(here, compared(here), "与公安数据的比对")
    audited(here, "downloaded", "reconciliation", reason)
    return attachment(data, "公安比对.xlsx")


@area.post("/bureau/police/withdraw")
@declare(needs("see_police"))
def withdraw() -> Any:
    """A list that was wrong no longer counts; the file is kept aside, the reason goes into the audit log."""
    here, reason = desk(), given_reason("请写明撤回名单的理由，会记入审计。")
    wanted = request.form.get("file", "")
    file = next(
        (each for each in (here.folder / REGISTERS).iterdir() if each.name == wanted and each.is_file()), None
    )
    if file is None:
        raise UseError("没有这个名单，可能刚被撤回。请刷新页面。")
    aside = here.state / "withdrawn"
    aside.mkdir(mode=0o700, exist_ok=True)
    audited(here, "register_withdrawn", file.name[:100], reason)
    file.rename(aside / f"{secrets.token_hex(4)}-{file.name}")
    note(f"{file.name} 已撤回，比对已按其余名单重做。")
    return redirect(url_for("police.overview"))


def compared(here: Desk) -> list[Finding]:
    """What the rules that read the police's lists found in all units."""
    police = {name for name, each in here.campaign.registers.items() if each.police}
    rules = {rule.id for rule in here.engine.rules if police & (set(rule.needs) | rule.reads)}
    return [each for each in judged_city(here).findings if each.rule in rules]


def by_unit(here: Desk, found: list[Finding]) -> list[tuple[str, str, int, int]]:
    """Pure: (code, name, differences, of these not explained), units without any left out."""
    every = Counter(each.unit for each in found)
    waiting = Counter(each.unit for each in found if not each.explained)
    return [
        (unit.code, unit.short_name, every[unit.code], waiting[unit.code])
        for unit in here.campaign.units
        if every[unit.code]
    ]


def line(here: Desk, batch: Any) -> dict[str, Any]:
    """Pure: one list as it was taken in."""
    return {
        "file": batch.file,
        "code": batch.sha256[:12].upper(),
        "rows": [(here.campaign.registers[name].title, n) for name, n in batch.rows.items() if n],
        "asked": batch.asked,
        "answered": batch.answered,
        "duplicates": batch.duplicates,
        "refused": batch.refused,
        "unmatched": len(batch.unmatched),
        "known": batch.shape != "unknown",
        "who": [
            f"{masked(each.name)}（{masked(each.id_number) or '无证号'}）" for each in batch.unmatched[:30]
        ],
    }
