"""The system officer makes accounts and backups, grants nothing and sees no papers."""

from __future__ import annotations

import pyexpat
import re
import sqlite3
import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Regexp

from collector.accounts import New, User
from collector.database import safe_journal
from collector.portal import work
from collector.portal.access import declare, needs
from collector.portal.guard import actor, desk
from collector.portal.paging import page_of
from collector.portal.register import names
from collector.portal.show import note
from collector.roles import LABELS
from forms.spec import Campaign
from huizong.steps.errors import UseError

area = Blueprint("officers", __name__)
LOGIN: Final = re.compile(r"[A-Za-z0-9_.@-]{2,64}$")
UNUSED: Final = timedelta(days=7)  # GB/T 22239-2019 8.1.4.2: accounts that nobody uses do not stay


SHOWN: Final = 50
STATES: Final = {
    "": "全部",
    "active": "正常",
    "new": "待设密码",
    "unused": "超过 7 天没有启用",
    "waiting": "待授权",
    "off": "停用",
}


@dataclass(frozen=True)
class Line:
    """One account in a list; `unit`: the unit of its own, or those a guide may see."""

    login: str
    name: str
    role: str
    role_code: str
    unit: str
    state: str
    state_label: str
    tone: str
    off: bool

    @property
    def waiting(self) -> bool:
        return not self.role_code and not self.off


class NewAccount(FlaskForm):  # type: ignore[misc]
    login = StringField(
        "用户名",
        [
            InputRequired("请填写用户名。"),
            Length(2, 64),
            Regexp(LOGIN, message="用户名只能用字母、数字和 . _ - @。"),
        ],
    )
    name = StringField("姓名", [InputRequired("请填写姓名。"), Length(max=64)])
    unit = SelectField("所属单位", description="单位填报、单位审核须选；局里的人不选。")
    units = SelectMultipleField("可看的单位", description="只用于指导组；按住 Ctrl 可多选。")
    send = SubmitField("建立账号")


@area.route("/officers/accounts", methods=["GET", "POST"])
@declare(needs("manage_accounts"))
def accounts() -> Any:
    here, form = desk(), account_form()
    codes: dict[str, str] = {}
    if form.validate_on_submit():
        codes[form.login.data] = here.accounts.created(
            actor(), form.login.data, form.name.data, unit=form.unit.data or None, units=form.units.data
        )
        form = account_form(formdata=None)  # empty again: a second click makes no second account
    return accounts_page(form, codes)


def account_form(**given: Any) -> NewAccount:
    """With the campaign's units to choose from."""
    form = NewAccount(**given)
    choices = [(unit.code, f"{unit.code} {unit.name}") for unit in desk().campaign.units]
    form.unit.choices, form.units.choices = [("", "（不选）"), *choices], choices
    return form


@area.post("/officers/accounts/many")
@declare(needs("manage_accounts"))
def make_many() -> Any:
    """One account a line: login, name, unit code.  All of them or none."""
    here = desk()
    wanted = [
        account_of(n, text, here.campaign.units_by_code) for n, text in written(request.form.get("lines", ""))
    ]
    if not wanted:
        raise UseError("请每行写一个账号：用户名 姓名 单位代码。")
    codes = here.accounts.created_all(actor(), wanted)
    return render_template(
        "officers/codes.html",
        codes=[(login, name, unit or "", codes[login]) for login, name, unit, _ in wanted],
    )


def written(text: str) -> list[tuple[int, str]]:
    """Pure: the lines that say something, numbered from 1; at most 300."""
    return [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()][:300]


def account_of(n: int, text: str, units: Container[str]) -> New:
    """Pure: one line as an account.  Raises UseError with the line's number."""
    parts = re.split(r"[\s,，]+", text.strip())
    if len(parts) not in (2, 3) or not LOGIN.fullmatch(parts[0]):
        raise UseError(
            f"第 {n} 行“{text.strip()[:30]}”看不懂，应为：用户名 姓名 单位代码（局里的人不写单位）。"
        )
    unit = parts[2] if len(parts) == 3 else None
    if unit is not None and unit not in units:
        raise UseError(f"第 {n} 行：没有代码为“{unit[:10]}”的单位。")
    return parts[0], parts[1][:64], unit, ()


def accounts_page(form: NewAccount, codes: dict[str, str]) -> Any:
    here, wanted = desk(), asked()
    found = lines(here.accounts.users(), here.accounts.ledger.clock(), named(here.campaign))
    return render_template(
        "officers/accounts.html",
        form=form,
        codes=codes,
        page=page_of(chosen(found, wanted), SHOWN),
        wanted=wanted,
        states=STATES,
        lacking=lacking(found),
    )


@area.post("/officers/accounts/<login>/reset")
@declare(needs("manage_accounts"))
def reset(login: str) -> Any:
    here = desk()
    code = here.accounts.reset(actor(), login)
    found = here.accounts.user(login)
    return render_template(
        "officers/code.html", code=code, login=login, lapsed=found is not None and found.role is None
    )


@area.post("/officers/accounts/<login>/switch")
@declare(needs("manage_accounts"))
def switch(login: str) -> Any:
    off = request.form.get("off") == "1"
    if login == actor().login:
        note("不能停用自己的账号。", "red")
    else:
        desk().accounts.disabled(actor(), login, off)
        note("账号已停用；如正在使用，已立即退出。" if off else "账号已启用。")
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
        ("expat", pyexpat.EXPAT_VERSION, "外来文件只在受限的单独进程里读取。"),
        (
            "文件库",
            f"{len(known)} 个文件",
            f"缺失 {len(found.missing)} 个，多出 {len(found.orphans)} 个（不影响使用），"
            f"正在写入 {len(found.young)} 个。",
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
        names=names(here),
    )


@area.post("/officers/backup")
@declare(needs("back_up"))
def back_up() -> Any:
    work.start(desk(), "backup", actor(), {})
    return redirect(url_for("officers.system"))


def named(campaign: Campaign) -> dict[str, str]:
    """Unit code → code and short name, as lists of accounts tell it."""
    return {unit.code: f"{unit.code} {unit.short_name}" for unit in campaign.units}


def asked() -> dict[str, str]:
    """What the lists of accounts are searched for."""
    return {"find": request.args.get("find", "").strip()[:64], "state": request.args.get("state", "")[:16]}


def lines(users: list[User], now: datetime, units: Mapping[str, str]) -> list[Line]:
    """Pure: one line of the account lists for each account."""
    return [
        Line(
            each.login,
            each.name,
            LABELS[each.role] if each.role else "待授权",
            each.role or "",
            "、".join(units.get(code, code) for code in ((each.unit,) if each.unit else each.units)),
            *condition(each, now),
            each.disabled,
        )
        for each in users
    ]


def condition(user: User, now: datetime) -> tuple[str, str, str]:
    """Pure: the account's state, in words, and its tone; who does not come within a week is pointed out."""
    if user.disabled:
        return "off", "停用", "quiet"
    if user.has_password:
        return "active", "正常", "green"
    made = datetime.fromisoformat(user.created_at) if user.created_at else now
    if now - made > UNUSED:
        return "unused", "超过 7 天没有启用，请停用", "red"
    return "new", "待设密码", "amber"


def chosen(found: list[Line], wanted: Mapping[str, str]) -> list[Line]:
    """Pure: those whose login, name, role or unit holds the words, in the state asked for."""
    words, state = wanted["find"].casefold(), wanted["state"]
    return [
        each
        for each in found
        if words in f"{each.login} {each.name} {each.role} {each.unit}".casefold()
        and (not state or state == each.state or (state == "waiting" and each.waiting))
    ]


def lacking(found: list[Line]) -> list[tuple[str, str, int]]:
    """Pure: the states that want something done, with how many accounts are in them."""
    numbers = {
        "unused": sum(each.state == "unused" for each in found),
        "waiting": sum(each.waiting for each in found),
    }
    return [(state, STATES[state], n) for state, n in numbers.items() if n]
