"""Signing in: password, first login with a one-time code, second factor, changing the password, signing
out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from collector.accounts import LoginRefused, NotAccepted
from collector.portal import kept as keeping
from collector.portal.access import HALF, PUBLIC, declare
from collector.portal.guard import address, desk, give_cookie, still_missing, take_cookie, token
from collector.portal.show import note

area = Blueprint("signin", __name__)
_NEEDED = InputRequired("请填写这一项。")


class Onward(FlaskForm):  # type: ignore[misc]
    """Where to go afterwards, and what was typed before the session ended (sealed)."""

    after = HiddenField()
    kept = HiddenField()


class SignIn(Onward):
    login = StringField(
        "用户名", [_NEEDED, Length(max=64)], render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = PasswordField(
        "密码", [_NEEDED, Length(max=256)], render_kw={"autocomplete": "current-password"}
    )
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


class Change(Onward):
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


class Code(Onward):
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
            g.pop("csrf_token", None)
            response = onward(form, made)
            give_cookie(response, made)
            return response
    return sign_in_page(form, wrong), 200 if not wrong else 403


def sign_in_page(form: SignIn, wrong: str = "") -> str:
    # Somebody came with a cookie that no longer opens anything: say why they are asked again.
    expired = not wrong and (bool(form.kept.data) or (bool(token()) and g.session is None))
    return render_template("signin/sign_in.html", form=form, wrong=wrong, expired=expired)


def asked_again(kept: keeping.Kept | None) -> Response:
    """The session ended while something was sent: sign in, and `kept` is there again."""
    form = SignIn(formdata=None, after=keeping.back_to(request.path), kept=keeping.sealed(desk(), kept))
    return make_response(sign_in_page(form), 401)


def onward(form: Onward, session: str) -> Response:
    """Where a step of signing in leads: to the next one, to what was typed before, to the page wanted."""
    here = desk()
    kept = keeping.opened(here, form.kept.data)
    if kept is None:
        return make_response(redirect(safe_target(form.after.data)))  # the guard asks for what is missing
    g.session = here.accounts.session(session)
    g.missing = still_missing(g.session, here.demo)
    said = {"formdata": None, "after": form.after.data, "kept": form.kept.data}
    if "password" in g.missing:
        return make_response(password_page(Change(**said)))
    if "enrol" in g.missing:
        return make_response(enrol_page(Code(**said), session))
    if "totp" in g.missing:
        return make_response(second_factor_page(Code(**said)))
    if not keeping.may_see(here, kept):
        return make_response(redirect(url_for("public.home")))
    return make_response(
        render_template(
            "error.html",
            title="已登录，刚才写的内容还没有提交",
            sentence="登录过期时您正在提交下面的内容。都在这里，没有丢；请看一遍。",
            way=("不提交了，回到首页", url_for("public.home")),
            kept=keeping.draft(kept, here.campaign),
        )
    )


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
    form, wrong = Change(after=request.args.get("after", "")), ""
    if form.validate_on_submit():
        wrong = unequal(form)
        if not wrong:
            try:
                desk().accounts.password_changed(
                    g.session.user.login, form.old.data, form.password.data, address()
                )
                note("密码已修改，请用新密码登录。")
                return signed_out(form)
            except LoginRefused:
                wrong = "现在的密码不正确。请重新输入；连续输错会锁定一段时间。"
            except NotAccepted as refused:
                wrong = str(refused)
    return password_page(form, wrong), 200 if not wrong else 400


def password_page(form: Change, wrong: str = "") -> str:
    return render_template("signin/password.html", form=form, wrong=wrong, expired="password" in g.missing)


@area.get("/waiting")
@declare(HALF)
def waiting() -> Any:
    return render_template("signin/waiting.html")


@area.route("/second-factor", methods=["GET", "POST"])
@declare(HALF)
def second_factor() -> Any:
    form, wrong = Code(after=request.args.get("after", "")), ""
    if form.validate_on_submit():
        try:
            desk().accounts.second_factor(token(), form.code.data, address())
            return onward(form, token())
        except LoginRefused as refused:
            wrong = str(refused)
    return second_factor_page(form, wrong), 200 if not wrong else 403


def second_factor_page(form: Code, wrong: str = "") -> str:
    return render_template("signin/second_factor.html", form=form, wrong=wrong)


@area.route("/enrol", methods=["GET", "POST"])
@declare(HALF)
def enrol() -> Any:
    """The secret shown stays the same until a code of it was entered; then it counts."""
    form, wrong = Code(after=request.args.get("after", "")), ""
    if g.session.user.has_second_factor:
        return redirect(url_for("signin.second_factor"))
    if form.validate_on_submit():
        try:
            desk().accounts.second_factor(token(), form.code.data, address())
            note("动态口令已启用。以后登录都要输入。")
            return onward(form, token())
        except LoginRefused as refused:
            wrong = str(refused)
    return enrol_page(form, token(), wrong), 200 if not wrong else 403


def enrol_page(form: Code, session: str, wrong: str = "") -> str:
    uri = desk().accounts.enrolled(session)
    picture = segno.make(uri).png_data_uri(scale=5, border=2)
    secret = uri.partition("secret=")[2].partition("&")[0]
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template("signin/enrol.html", form=form, wrong=wrong, picture=picture, secret=grouped)


@area.post("/sign-out")
@declare(HALF)
def sign_out() -> Any:
    note("已退出。")
    return signed_out()


def signed_out(form: Onward | None = None) -> Response:
    """`form`: signing in again follows at once, and leads on to where it was going."""
    desk().accounts.logout(token())
    g.session = None
    if form is not None and form.kept.data:
        again = SignIn(formdata=None, after=form.after.data, kept=form.kept.data)
        response = make_response(sign_in_page(again))
    else:
        response = make_response(
            redirect(url_for("signin.sign_in", after=(form.after.data or None) if form else None))
        )
    take_cookie(response)
    return response


def safe_target(after: str | None) -> str:
    """Only a path of ours: an address elsewhere would let a link lead people away after signing in."""
    parts = urlsplit(after or "")
    inside = bool(after) and not parts.scheme and not parts.netloc and str(after).startswith("/")
    return str(after) if inside and not str(after).startswith(("//", "/\\")) else url_for("public.home")


def unequal(form: Any) -> str:
    return "" if form.password.data == form.again.data else "两次输入的新密码不一样。请重新输入。"
