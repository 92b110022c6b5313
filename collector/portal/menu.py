"""What stands in the menu for each role; the first entry is the role's home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for

from collector.accounts import User

MENU: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "clerk": (
        ("材料清单", "unit.checklist"),
        ("统计数", "submission.figures"),
        ("回执", "submission.receipts"),
    ),
    "unit_reviewer": (
        ("材料清单", "unit.checklist"),
        ("统计数", "submission.figures"),
        ("回执", "submission.receipts"),
    ),
    "bureau_reviewer": (
        ("进度总表", "bureau.matrix"),
        ("问题", "bureau.problems_page"),
        ("重复人员", "decisions.conflicts"),
        ("公安数据", "police.overview"),
        ("催报", "bureau.reminders_page"),
        ("汇总与发布", "results.overview"),
    ),
    "leader": (("进度总表", "bureau.matrix"), ("汇总与发布", "results.overview")),
    "guide": (("指定单位", "inspection.units"),),
    "admin": (("账号", "officers.accounts"), ("系统与备份", "officers.system")),
    "security": (("角色与锁定", "officers.roles"),),
    "auditor": (("审计记录", "audit.entries"),),
}


@dataclass(frozen=True)
class Entry:
    label: str
    address: str
    here: bool


def entries(user: User) -> list[Entry]:
    return [
        Entry(label, url_for(endpoint, **arguments(endpoint, user)), request.endpoint == endpoint)
        for label, endpoint in MENU.get(user.role or "", ())
    ]


def home(user: User) -> str:
    """Where a person lands after signing in."""
    endpoint = MENU[user.role or ""][0][1]
    return url_for(endpoint, **arguments(endpoint, user))


def arguments(endpoint: str, user: User) -> dict[str, Any]:
    own = endpoint.split(".")[0] in ("unit", "submission")
    return {"unit": user.unit} if own else {}
