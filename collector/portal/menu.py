"""What stands in the menu for each role; the first entry is the role's home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for

from collector.accounts import User
from collector.portal.guard import desk
from collector.portal.lives import waiting
from collector.problems import PREFIX, replay

MENU: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "clerk": (
        ("材料清单", "unit.checklist"),
        ("统计数", "submission.figures"),
        ("问题整改", "register.unit_list"),
        ("回执", "submission.receipts"),
    ),
    "unit_reviewer": (
        ("材料清单", "unit.checklist"),
        ("统计数", "submission.figures"),
        ("问题整改", "register.unit_list"),
        ("回执", "submission.receipts"),
    ),
    "bureau_reviewer": (
        ("进度总表", "bureau.matrix"),
        ("检查发现", "findings.overview"),
        ("重复人员", "decisions.conflicts"),
        ("公安数据", "police.overview"),
        ("催报", "bureau.reminders_page"),
        ("集中检查", "inspection.overview"),
        ("问题台账", "register.overview"),
        ("不予审批", "bans.overview"),
        ("汇总与发布", "results.overview"),
    ),
    "leader": (
        ("进度总表", "bureau.matrix"),
        ("检查发现", "findings.overview"),
        ("集中检查", "inspection.overview"),
        ("问题台账", "register.overview"),
        ("不予审批", "bans.overview"),
        ("汇总与发布", "results.overview"),
    ),
    "guide": (
        ("指定单位", "inspection.units"),
        ("集中检查", "inspection.overview"),
        ("问题台账", "register.overview"),
    ),
    "admin": (("账号", "officers.accounts"), ("系统与备份", "officers.system")),
    "security": (("角色与锁定", "rights.overview"),),
    "auditor": (("审计记录", "audit.entries"),),
}


@dataclass(frozen=True)
class Entry:
    label: str
    address: str
    here: bool


def entries(user: User) -> list[Entry]:
    return [
        Entry(
            label + count(endpoint, user),
            url_for(endpoint, **arguments(endpoint, user)),
            request.endpoint == endpoint,
        )
        for label, endpoint in MENU.get(user.role or "", ())
    ]


def count(endpoint: str, user: User) -> str:
    """How many problems wait for the unit, beside the entry where they are."""
    if endpoint != "register.unit_list":
        return ""
    with desk().ledger.reading() as view:
        found = replay(view.events(user.unit, kinds=PREFIX)).values()
    n = sum(waiting(each) for each in found)
    return f"（{n}）" if n else ""


def home(user: User) -> str:
    """Where a person lands after signing in."""
    endpoint = MENU[user.role or ""][0][1]
    return url_for(endpoint, **arguments(endpoint, user))


def arguments(endpoint: str, user: User) -> dict[str, Any]:
    return {"unit": user.unit} if user.unit else {}
