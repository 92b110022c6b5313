"""Signing in: password, first login with a one-time code, second factor, changing the password, signing
out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from collector.accounts import LoginRefused, NotAccepted
from collector.portal.access import HALF, PUBLIC, declare
from collector.portal.guard import address, desk, give_cookie, take_cookie, token
from collector.portal.show import note

area = Blueprint("signin", __name__)
_NEEDED = InputRequired("请填写这一项。")


class SignIn(FlaskForm):  # type: ignore[misc]
    login = StringField(
        "用户名", [_NEEDED, Length(max=64)], render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = PasswordField(
        "密码", [_NEEDED, Length(max=256)], render_kw={"autocomplete": "current-password"}
    )
    after = HiddenField()
    send = SubmitField("登录")


class FirstTime(FlaskForm):  # type: ignore[misc]
    login = StringField(
        "用户名", [_NEEDED, Length(max=64)], render_kw={"autocomplete": "username", "autofocus": True}
    )
    code = StringField(
        "一次性验证码",
        [_NEEDED, Length(max=32)],
        description="局里给您的 12 位代码，24 小时内有效，只能用一次。",
        render_kw={"autocomplete": "off"},
    )
    password = PasswordField(
        "新密码",
        [_NEEDED, Length(max=256)],
        render_kw={"autocomplete": "new-password"},
        description="至少 10 个字符，含大写字母、小写字母、数字、符号中的三种。",
    )
    again = PasswordField(
        "再输一次新密码", [_NEEDED, Length(max=256)], render_kw={"autocomplete": "new-password"}
    )
    send = SubmitField("设置密码")


class Change(FlaskForm):  # type: ignore[misc]
    old = PasswordField(
        "现在的密码", [_NEEDED, Length(max=256)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        "新密码",
        [_NEEDED, Length(max=256)],
        render_kw={"autocomplete": "new-password"},
        description="至少 10 个字符，含大写字母、小写字母、数字、符号中的三种；不能与最近 5 次相同。",
    )
    again = PasswordField(
        "再输一次新密码", [_NEEDED, Length(max=256)], render_kw={"autocomplete": "new-password"}
    )
    send = SubmitField("修改密码")


class Code(FlaskForm):  # type: ignore[misc]
    code = StringField(
        "动态口令",
        [_NEEDED, Length(max=12)],
        description="手机验证器上显示的 6 位数字。",
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True},
    )
    send = SubmitField("确认")


@area.route("/sign-in", methods=["GET", "POST"])
@declare(PUBLIC)
def sign_in() -> Any:
    form, wrong = SignIn(after=request.args.get("after", "")), ""
    if form.validate_on_submit():
        try:
            made = desk().accounts.login(form.login.data.strip(), form.password.data, address())
        except LoginRefused as refused:
            wrong = str(refused)
        else:
            cookie.clear()  # a new form token for the new session
            response = redirect(safe_target(form.after.data))
            give_cookie(response, made)
            return response
    # Somebody came with a cookie that no longer opens anything: say why they are asked again.
    expired = not wrong and bool(token()) and g.session is None
    return render_template(
        "signin/sign_in.html", form=form, wrong=wrong, expired=expired
    ), 200 if not wrong else 403


@area.route("/first-time", methods=["GET", "POST"])
@declare(PUBLIC)
def first_time() -> Any:
    form, wrong = FirstTime(), ""
    if form.validate_on_submit():
        wrong = unequal(form)
        if not wrong:
            try:
                desk().accounts.first_login(
                    form.login.data.strip(), form.code.data, form.password.data, address()
                )
                note("密码已设置，请登录。")
                return redirect(url_for("signin.sign_in"))
            except LoginRefused:
                wrong = (
                    "用户名或一次性验证码不正确，或验证码已过期、已用过。"
                    "请核对；仍不行请联系系统管理员重新发码。"
                )
            except NotAccepted as refused:
                wrong = str(refused)
    return render_template("signin/first_time.html", form=form, wrong=wrong), 200 if not wrong else 400


@area.route("/password", methods=["GET", "POST"])
@declare(HALF)
def change_password() -> Any:
    form, wrong = Change(), ""
    if form.validate_on_submit():
        wrong = unequal(form)
        if not wrong:
            try:
                desk().accounts.password_changed(
                    g.session.user.login, form.old.data, form.password.data, address()
                )
                note("密码已修改，请用新密码登录。")
                return signed_out()
            except LoginRefused:
                wrong = "现在的密码不正确。请重新输入；连续输错会锁定一段时间。"
            except NotAccepted as refused:
                wrong = str(refused)
    return render_template(
        "signin/password.html", form=form, wrong=wrong, expired="password" in g.missing
    ), 200 if not wrong else 400


@area.get("/waiting")
@declare(HALF)
def waiting() -> Any:
    return render_template("signin/waiting.html")


@area.route("/second-factor", methods=["GET", "POST"])
@declare(HALF)
def second_factor() -> Any:
    form, wrong = Code(), ""
    if form.validate_on_submit():
        try:
            desk().accounts.second_factor(token(), form.code.data, address())
            return redirect(url_for("public.home"))
        except LoginRefused as refused:
            wrong = str(refused)
    return render_template("signin/second_factor.html", form=form, wrong=wrong), 200 if not wrong else 403


@area.route("/enrol", methods=["GET", "POST"])
@declare(HALF)
def enrol() -> Any:
    """Shows a new secret once per visit; it counts when a code of it was entered."""
    form, wrong = Code(), ""
    if g.session.user.has_second_factor:
        return redirect(url_for("signin.second_factor"))
    if form.validate_on_submit():
        try:
            desk().accounts.second_factor(token(), form.code.data, address())
            note("动态口令已启用。以后登录都要输入。")
            return redirect(url_for("public.home"))
        except LoginRefused as refused:
            wrong = f"{refused}请扫描下面的新二维码再试。"
    uri = desk().accounts.enrolled(token())
    picture = segno.make(uri).png_data_uri(scale=5, border=2)
    secret = uri.partition("secret=")[2].partition("&")[0]
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template(
        "signin/enrol.html", form=form, wrong=wrong, picture=picture, secret=grouped
    ), 200 if not wrong else 403


@area.post("/sign-out")
@declare(HALF)
def sign_out() -> Any:
    note("已退出。")
    return signed_out()


def signed_out() -> Any:
    desk().accounts.logout(token())
    response = redirect(url_for("signin.sign_in"))
    take_cookie(response)
    return response


def safe_target(after: str | None) -> str:
    """Only a path of ours: an address elsewhere would let a link lead people away after signing in."""
    parts = urlsplit(after or "")
    inside = bool(after) and not parts.scheme and not parts.netloc and str(after).startswith("/")
    return str(after) if inside and not str(after).startswith(("//", "/\\")) else url_for("public.home")


def unequal(form: Any) -> str:
    return "" if form.password.data == form.again.data else "两次输入的新密码不一样。请重新输入。"
