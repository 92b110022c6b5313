"""What the rules found in all units: by rule, filtered, waived, and taken away as a workbook."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from collector.portal.access import declare, needs
from collector.portal.bureau import everything
from collector.portal.desk import Desk
from collector.portal.guard import attachment, desk, user
from collector.portal.problems import handles, problems, told, where
from collector.portal.register import audited, given_reason, taken
from collector.portal.show import LEVELS
from collector.roles import may
from collector.rows import Waiver
from forms.findings import Finding
from huizong.steps.errors import UseError
from huizong.steps.findings_list import findings_workbook

area = Blueprint("findings", __name__)
FILTERS = ("unit", "level", "check", "rule")


@area.get("/bureau/problems")
@declare(needs("see_all_units"))
def overview() -> Any:
    here, wanted = desk(), {key: request.args.get(key, "") for key in FILTERS}
    _, found, waiting = everything(None)
    some = chosen(found, wanted, checks(here))
    with here.ledger.reading() as view:
        waivers = view.waivers()
    return render_template(
        "bureau/problems.html",
        problems=problems(some, here.campaign, handles(here.secret()), told(here.engine), cap=50),
        names={unit.code: unit.short_name for unit in here.campaign.units},
        units=here.campaign.units,
        checks=[(name, check.title) for name, check in here.checklist.checks.items()],
        rules=rules(here, found),
        levels=LEVELS,
        wanted=wanted,
        waiting=waiting,
        total=len(some),
        waivers=[waiver_line(here, each) for each in waivers],
        may_waive=may(user().role, "waive"),
        may_export=may(user().role, "review"),
    )


@area.post("/bureau/problems/export")
@declare(needs("review"))
def export() -> Any:
    """The findings as filtered, one row each, with whole numbers; the reason goes into the audit log."""
    here, reason = desk(), given_reason("请写明导出用途，会记入审计。")
    wanted = {key: request.form.get(key, "") for key in FILTERS}
    _, found, waiting = everything(None)
    if waiting:
        raise UseError(f"还有 {waiting} 个单位正在检查，请过一会儿再导出。")
    audited(here, "downloaded", "findings", reason)
    return attachment(workbook(here, chosen(found, wanted, checks(here)), "检查发现的问题"), "检查发现.xlsx")


def workbook(here: Desk, found: list[Finding], title: str) -> bytes:
    return findings_workbook(
        here.campaign, found, title, here.today(), lambda each: where(each, here.campaign), LEVELS, taken()
    )


def checks(here: Desk) -> dict[str, frozenset[str]]:
    """The plan's four checks, each with its rules."""
    given = here.checklist
    return {name: frozenset(item.id for item in given.of(name) if item.rule) for name in given.checks}


def chosen(
    found: list[Finding], wanted: dict[str, str], of_check: dict[str, frozenset[str]]
) -> list[Finding]:
    """Pure: those of the unit, level, rule and check that are wanted; empty words want all."""
    return [
        each
        for each in found
        if wanted["unit"] in ("", each.unit)
        and wanted["level"] in ("", each.level)
        and wanted["rule"] in ("", each.rule)
        and (not wanted["check"] or each.rule in of_check.get(wanted["check"], ()))
    ]


def waiver_line(here: Desk, each: Waiver) -> dict[str, Any]:
    """Pure: a waiver as people read it."""
    return {
        "id": each.id,
        "unit": here.campaign.units_by_code[each.unit].short_name,
        "matter": told(here.engine).titles.get(each.rule, each.rule),
        "reason": each.reason,
        "approver": each.approver,
        "by": each.by,
        "until": each.until.isoformat() if each.until else "长期",
        "over": each.until is not None and each.until < here.today(),
    }


def rules(here: Desk, found: list[Finding]) -> list[tuple[str, str]]:
    """The rules that found something, by their titles."""
    known, seen = told(here.engine).titles, {each.rule: each.message for each in found}
    return sorted((rule, known.get(rule, "") or message[:24]) for rule, message in seen.items())
