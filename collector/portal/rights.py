"""The security officer grants roles, says whose papers somebody may see, and unlocks; he makes no account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from collector.passwords import Policy
from collector.portal.access import declare, needs
from collector.portal.guard import actor, desk
from collector.portal.officers import SHOWN, STATES, asked, chosen, lines, named
from collector.portal.paging import page_of
from collector.portal.show import note
from collector.roles import LABELS, ROLES, Role
from huizong.steps.errors import UseError

area = Blueprint("rights", __name__)


@area.get("/officers/roles")
@declare(needs("grant_roles"))
def overview() -> Any:
    here, wanted = desk(), asked()
    found = lines(here.accounts.users(), here.accounts.ledger.clock(), named(here.campaign))
    return render_template(
        "officers/roles.html",
        page=page_of(sorted(chosen(found, wanted), key=lambda each: not each.waiting), SHOWN),
        wanted=wanted,
        states=STATES,
        waiting=sum(each.waiting for each in found),
        choices=[(role, LABELS[role]) for role in ROLES],
        policy=policy_lines(here.accounts.policy),
    )


@area.get("/officers/roles/<login>")
@declare(needs("grant_roles"))
def one(login: str) -> Any:
    """One account's role, and whose papers it may see."""
    here = desk()
    found = here.accounts.user(login) or abort(404)
    return render_template(
        "officers/rights.html",
        person=found,
        one=lines([found], here.accounts.ledger.clock(), named(here.campaign))[0],
        choices=[(role, LABELS[role]) for role in ROLES],
        units=here.campaign.units,
        myself=login == actor().login,
    )


@area.post("/officers/roles")
@declare(needs("grant_roles"))
def grant_many() -> Any:
    """One role for all ticked accounts, or for none."""
    logins = list(dict.fromkeys(request.form.getlist("target")))
    if not logins:
        raise UseError("请先勾选账号。")
    role = role_of()
    desk().accounts.granted(actor(), logins, role)
    note(f"已授予 {len(logins)} 个账号“{LABELS[role]}”。")
    return redirect(url_for("rights.overview"))


@area.post("/officers/roles/<login>")
@declare(needs("grant_roles"))
def grant(login: str) -> Any:
    role = role_of()
    desk().accounts.granted(actor(), login, role)
    note(f"已授予“{LABELS[role]}”。对方须重新登录。")
    return redirect(url_for("rights.one", login=login))


@area.post("/officers/scope/<login>")
@declare(needs("grant_roles"))
def assign(login: str) -> Any:
    """Whose papers the account may see."""
    here, unit, units = desk(), request.form.get("unit", ""), request.form.getlist("units")
    if any(each not in here.campaign.units_by_code for each in (*units, *filter(None, [unit]))):
        abort(400)
    here.accounts.assigned(actor(), login, unit=unit or None, units=units)
    note("已改定。对方须重新登录。")
    return redirect(url_for("rights.one", login=login))


def role_of() -> Role:
    return next((each for each in ROLES if each == request.form.get("role")), None) or abort(400)


@area.post("/officers/unlock/<login>")
@declare(needs("unlock"))
def unlock(login: str) -> Any:
    desk().accounts.unlocked(actor(), login)
    note("已解除锁定。")
    return redirect(url_for("rights.overview"))


def policy_lines(policy: Policy) -> list[tuple[str, str]]:
    """Pure: the rules for passwords and sessions, as they are in force."""
    minutes = {
        name: int(getattr(policy, name).total_seconds()) // 60
        for name in ("locked_for", "idle", "officer_idle")
    }
    return [
        ("密码", f"不少于 {policy.shortest} 个字符，大小写字母、数字、符号至少 {policy.classes} 种"),
        ("更换", f"{policy.valid_for.days} 天内更换，不用最近 {policy.remembered} 次用过的"),
        ("锁定", f"连续 {policy.failures} 次输错，锁定 {minutes['locked_for']} 分钟"),
        ("闲置", f"{minutes['idle']} 分钟（三员 {minutes['officer_idle']} 分钟）不操作即退出"),
        ("动态口令", "局里各角色和三员必须启用"),
    ]
