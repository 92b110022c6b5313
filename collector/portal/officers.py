"""The system officer makes accounts and backups; the security officer grants roles and unlocks.
Neither sees papers."""

from __future__ import annotations

import pyexpat
import sqlite3
import sys
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Regexp

from collector.accounts import User
from collector.database import safe_journal
from collector.portal import work
from collector.portal.access import declare, needs
from collector.portal.guard import actor, desk
from collector.portal.show import note
from collector.roles import LABELS, ROLES, UNIT_ROLES

area = Blueprint("officers", __name__)


class NewAccount(FlaskForm):  # type: ignore[misc]
    login = StringField(
        "用户名",
        [
            InputRequired("请填写用户名。"),
            Length(2, 64),
            Regexp(r"^[A-Za-z0-9_.@-]+$", message="用户名只能用字母、数字和 . _ - @。"),
        ],
    )
    name = StringField("姓名", [InputRequired("请填写姓名。"), Length(max=64)])
    unit = SelectField("所属单位", description="单位填报、单位审核须选；局里的人不选。")
    units = SelectMultipleField("可看的单位", description="只用于指导组；按住 Ctrl 可多选。")
    send = SubmitField("建立账号")


@area.route("/officers/accounts", methods=["GET", "POST"])
@declare(needs("manage_accounts"))
def accounts() -> Any:
    here, form = desk(), NewAccount()
    choices = [(unit.code, f"{unit.code} {unit.name}") for unit in here.campaign.units]
    form.unit.choices, form.units.choices = [("", "（不选）"), *choices], choices
    code = made = ""
    if form.validate_on_submit():
        code = here.accounts.created(
            actor(), form.login.data, form.name.data, unit=form.unit.data or None, units=form.units.data
        )
        made = form.login.data
    return render_template(
        "officers/accounts.html", form=form, code=code, login=made, rows=lines(here.accounts.users())
    )


@area.post("/officers/accounts/<login>/reset")
@declare(needs("manage_accounts"))
def reset(login: str) -> Any:
    code = desk().accounts.reset(actor(), login)
    return render_template("officers/code.html", code=code, login=login)


@area.post("/officers/accounts/<login>/switch")
@declare(needs("manage_accounts"))
def switch(login: str) -> Any:
    off = request.form.get("off") == "1"
    if login == actor().login:
        note("不能停用自己的账号。", "red")
    else:
        desk().accounts.disabled(actor(), login, off)
        note("账号已停用，正在使用的会话已结束。" if off else "账号已启用。")
    return redirect(url_for("officers.accounts"))


@area.get("/officers/system")
@declare(needs("back_up"))
def system() -> Any:
    here = desk()
    with here.ledger.reading() as view:
        known = view.blobs()
    found = here.store.reconcile(known)
    journal = safe_journal(sqlite3.sqlite_version_info)
    facts = [
        ("Python", sys.version.split()[0], "3.11.8 起修复了压缩包重叠的漏洞；旧版由本系统自己的检查挡住。"),
        ("SQLite", sqlite3.sqlite_version, f"日志方式 {journal[0]}，同步 {journal[1]}。"),
        ("expat", pyexpat.EXPAT_VERSION, "解析只在受限的子进程里进行。"),
        (
            "文件库",
            f"{len(known)} 个文件",
            f"缺失 {len(found.missing)}，无主 {len(found.orphans)}，途中 {len(found.young)}。",
        ),
    ]
    backups = (
        sorted((here.state / "backups").glob("*.hzb"), reverse=True)
        if (here.state / "backups").is_dir()
        else []
    )
    return render_template(
        "officers/system.html",
        facts=facts,
        missing=len(found.missing),
        backups=[(file.name, file.stat().st_size) for file in backups[:20]],
        jobs=work.recent(here.state, ("backup",)),
    )


@area.post("/officers/backup")
@declare(needs("back_up"))
def back_up() -> Any:
    work.start(desk(), "backup", actor(), {})
    return redirect(url_for("officers.system"))


@area.get("/officers/roles")
@declare(needs("grant_roles"))
def roles() -> Any:
    return render_template(
        "officers/roles.html",
        rows=lines(desk().accounts.users()),
        choices=[(role, LABELS[role]) for role in ROLES],
    )


@area.post("/officers/roles/<login>")
@declare(needs("grant_roles"))
def grant(login: str) -> Any:
    role = next((each for each in ROLES if each == request.form.get("role")), None)
    if role is None:
        abort(400)
    desk().accounts.granted(actor(), login, role)
    note(f"已授予“{LABELS[role]}”。对方须重新登录。")
    return redirect(url_for("officers.roles"))


@area.post("/officers/unlock/<login>")
@declare(needs("unlock"))
def unlock(login: str) -> Any:
    desk().accounts.unlocked(actor(), login)
    note("已解除锁定。")
    return redirect(url_for("officers.roles"))


def lines(users: list[User]) -> list[dict[str, Any]]:
    """Pure: one line of the account lists."""
    return [
        {
            "login": each.login,
            "name": each.name,
            "role": LABELS[each.role] if each.role else "未授权",
            "role_code": each.role or "",
            "unit": each.unit or "、".join(each.units),
            "state": "停用" if each.disabled else "正常" if each.has_password else "待设密码",
            "tone": "red" if each.disabled else "green" if each.has_password else "amber",
            "off": each.disabled,
            "of_unit": each.role in UNIT_ROLES,
        }
        for each in users
    ]
