"""What goes wrong, as a page with one sentence and the way on; the only place that knows HTTP codes of
exceptions."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from collector.accounts import NotAccepted
from collector.database import LedgerBusy
from collector.ledger import Stale
from collector.portal.guard import desk, recognised, wants_json
from collector.portal.kept import back_to, draft, of_request
from collector.portal.logs import log
from collector.portal.signin import asked_again
from collector.roles import Forbidden
from collector.store import BlobDamaged, BlobMissing, StoreFull
from collector.workflow import NotAllowed
from huizong.steps.errors import UseError

SAYS: Final[dict[int, tuple[str, str]]] = {
    400: ("没有看懂这次请求", "请返回上一页，刷新后重试。"),
    401: ("请先登录", "登录已过期或尚未登录。请重新登录；已上传的文件都在。"),
    403: ("您的角色不能打开此页", "如需权限，请联系安全管理员。"),
    404: ("没有这个页面", "地址可能写错了，或内容已不存在。请从首页进入。"),
    405: ("不能这样打开此页", "请从首页进入，不要直接刷新提交后的页面。"),
    409: ("内容已被别人改动", "为免盖掉别人写的，这次没有保存。请回到原页面，看过最新情况后再操作。"),
    413: ("文件太大", "一次上传最多 200 MB。请分几次上传，或压缩图片后再传。"),
    429: ("操作太频繁", "请稍等一分钟再试。已上传的文件都在。"),
    503: ("系统正在维护", "请过几分钟再打开。已上传的文件都在。"),
    500: ("系统出错", "没有改变任何数据。请稍后重试；如再次出现，请把下面的编号告诉局里的联系人。"),
}
FULL: Final = ("服务器存储空间不足", "这次没有保存任何内容，以前上传的都在。请稍后再传，并告诉局里的联系人。")
FOR_GOOD: Final = (403, 404, 405)  # sending it again would not help
BUSY: Final = ("系统繁忙", "这次没有保存任何内容。请等几秒钟再试。")


def install(app: Flask) -> None:
    @app.errorhandler(CSRFError)
    def csrf(_: CSRFError) -> Response:
        recognised()  # the form token is looked at before the session is
        if g.session is None and request.blueprint != "signin" and not wants_json():
            return asked_again(of_request(desk().campaign))
        return answer(400, "页面已过期", "为安全起见，这次没有保存。请看一遍后再操作一次。")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        code = error.code or 500
        if code == 401 and request.method == "POST" and not wants_json():
            return asked_again(of_request(desk().campaign))
        if code == 413:
            recognised()  # the body is refused before anybody asks whose it is
        return answer(code, *SAYS.get(code, SAYS[400]), again=code not in FOR_GOOD)

    @app.errorhandler(UseError)
    def use(error: UseError) -> Response:
        return answer(409, "没有办成", str(error))

    @app.errorhandler(NotAllowed)
    def moved(error: NotAllowed) -> Response:
        return answer(409, "没有办成", str(error))

    @app.errorhandler(NotAccepted)
    def unaccepted(error: NotAccepted) -> Response:
        return answer(400, "没有办成", str(error))

    @app.errorhandler(Stale)
    def stale(_: Stale) -> Response:
        return answer(409, *SAYS[409], again=False)

    @app.errorhandler(Forbidden)
    def forbidden(_: Forbidden) -> Response:
        return answer(403, *SAYS[403])

    @app.errorhandler(StoreFull)
    def full(_: StoreFull) -> Response:
        return later(answer(413, *FULL), 600)  # RFC 9110 §15.5.14: temporarily too large

    @app.errorhandler(LedgerBusy)
    def busy(_: LedgerBusy) -> Response:
        return later(answer(429, *BUSY), 5)

    @app.errorhandler(OSError)
    def world(error: OSError) -> Response:
        return later(answer(413, *FULL), 600) if error.errno in (28, 122) else unexpected(error)

    @app.errorhandler(OperationalError)
    def database(error: OperationalError) -> Response:
        text = str(error).lower()
        if "full" in text or "disk i/o" in text:
            return later(answer(413, *FULL), 600)
        return later(answer(429, *BUSY), 5) if "locked" in text or "busy" in text else unexpected(error)

    @app.errorhandler(BlobMissing)
    @app.errorhandler(BlobDamaged)
    def lost(error: Exception) -> Response:
        log.error("blob", kind=type(error).__name__, id=g.get("request_id"))
        return answer(
            500, "文件读不出来", "存储的文件缺失或损坏，管理员须从备份恢复。请把下面的编号告诉局里的联系人。"
        )

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        # The class and place only: messages may quote a person's data.
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        log.error(
            "unexpected",
            kind=type(error).__name__,
            id=g.get("request_id"),
            place=f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}" if at else "",
        )
        if app.config.get("PROPAGATE"):
            raise error
        return answer(500, *SAYS[500])


def later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def answer(code: int, title: str, sentence: str, *, again: bool = True) -> Response:
    """The page, or for our own script the same words as JSON.

    What was typed stands on the page, ready to be sent `again` where that can help.
    """
    facts: dict[str, Any] = {
        "title": title,
        "sentence": sentence,
        "number": g.get("request_id", "") if code >= 500 else "",
    }
    if wants_json():
        return make_response(jsonify(facts), code)
    campaign = desk().campaign
    kept = None if code == 404 else draft(of_request(campaign), campaign, again=again)
    return make_response(render_template("error.html", way=way_on(code), kept=kept, **facts), code)


def way_on(code: int) -> tuple[str, str]:
    """What the page offers: to sign in, the page from which something was sent, or home."""
    if code == 401:
        return "重新登录", url_for("signin.sign_in")
    if request.method == "POST" and code not in FOR_GOOD:
        return "回到原页面", back_to(request.path)
    return "回到首页", url_for("public.home")
