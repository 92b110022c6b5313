"""Accounts for trying the demo campaign: random passwords, made at the first start, kept beside the
ledger."""

from __future__ import annotations

import os
import secrets
from typing import Final

from collector.passwords import Policy, complaint
from collector.portal.desk import Desk
from collector.roles import LABELS, Role
from collector.rows import Actor

LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ"
BUREAU: Final[tuple[tuple[str, Role], ...]] = (
    ("xitong", "admin"),
    ("anquan", "security"),
    ("shenji", "auditor"),
    ("shenhe", "bureau_reviewer"),
    ("lingdao", "leader"),
    ("zhidao", "guide"),
)


def fit_password(login: str, policy: Policy) -> str:
    """A random password the policy takes: now and then chance writes one that it does not (`aaaa…`)."""
    while True:
        password = f"{secrets.token_hex(5)}-{secrets.choice(LETTERS)}{secrets.randbelow(90) + 10}"
        if complaint(password, login, policy) is None:
            return password


def demo_accounts(desk: Desk) -> list[str]:
    """One account of each bureau role and two for every unit; gives the lines to print."""
    admin, security = Actor("console", "admin"), Actor("console", "security")
    units = [unit.code for unit in desk.campaign.units]
    people: list[tuple[str, Role, str | None]] = [(login, role, None) for login, role in BUREAU]
    people += [(f"u{code}", "clerk", code) for code in units] + [
        (f"s{code}", "unit_reviewer", code) for code in units
    ]
    lines = ["演示账号（人员均为虚构）", "用户名\t密码\t角色\t单位"]
    for login, role, unit in people:
        password = fit_password(login, desk.accounts.policy)
        code = desk.accounts.created(
            admin, login, f"演示{LABELS[role]}", unit=unit, units=units[:5] if role == "guide" else ()
        )
        desk.accounts.granted(security, login, role)
        desk.accounts.first_login(login, code, password)
        lines.append(f"{login}\t{password}\t{LABELS[role]}\t{unit or ''}")
    file = desk.state / "demo-accounts.txt"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    return [
        *lines[:8],
        *(line for line in lines[8:] if line.startswith(("u001", "u002", "u003", "s001"))),
        f"其余单位同此；全部账号见 {file}",
    ]


def suggestions(desk: Desk) -> list[str]:
    """What a newcomer may try on the demo, in the order of a campaign; nothing without the clerks' files."""
    returns = desk.folder.resolve().parent / "returns"
    unit = next((unit.code for unit in desk.campaign.units if (returns / "round2" / unit.code).is_dir()), "")
    if not unit:
        return []
    name = desk.campaign.units_by_code[unit].short_name
    return [
        "可以这样试：",
        f"1. 用 shenhe（局审核）登录，打开“{name}”，勾选全部表，写明理由，点“重新开放”。",
        f"2. 用 u{unit}（单位填报）登录，把 {returns / 'round1' / unit} 里的文件拖进页面，看检查结果，",
        f"   写说明；再传 {returns / 'round2' / unit} 里改好的文件。",
        f"3. 没有错误后报送（u{unit} 或 s{unit}），得到回执；",
        "   再由 shenhe 审核通过，在“汇总与发布”里汇总、生成文稿。",
        "演示不要求动态口令；正式使用时，局里的账号第一次登录会一步步引导启用。",
    ]
