"""The auditor reads the log, proves that its chain is whole and takes it away; nothing here changes
anything."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from collector import inspections as visits
from collector import problems as lives
from collector.audit import Entry
from collector.ledger import utc_text
from collector.portal.access import declare, needs
from collector.portal.guard import actor, attachment, desk
from collector.portal.paging import Page
from collector.portal.show import beijing
from collector.roles import LABELS
from collector.workflow import BEIJING

area = Blueprint("audit", __name__)
PAGE = 100


@area.get("/audit")
@declare(needs("see_audit"))
def entries() -> Any:
    """The newest first; each word is looked for in its field, days are those of Beijing."""
    wanted = {key: request.args.get(key, "").strip()[:64] for key in ("user", "kind", "object")}
    days = {key: day(key) for key in ("since", "until")}
    page = max(1, request.args.get("page", 1, type=int))
    with desk().ledger.reading() as view:
        shown, total = view.audit_page(
            wanted, begins(days["since"]), ends(days["until"]), limit=PAGE, offset=(page - 1) * PAGE
        )
        kinds = view.audit_kinds()
    return render_template(
        "audit/entries.html",
        page=Page([line(each) for each in shown], page, max(1, -(-total // PAGE)), total),
        wanted={**wanted, **{key: each.isoformat() if each else "" for key, each in days.items()}},
        kinds=sorted(((kind, word(kind)) for kind in kinds), key=lambda each: each[1]),
    )


@area.post("/audit/verify")
@declare(needs("see_audit"))
def verify() -> Any:
    here = desk()
    wrong = here.ledger.broken()
    with here.accounts.ledger.writing(actor()) as tx:
        last = tx.audit("audit_verified", "", "broken" if wrong else "ok")
    return render_template("audit/verified.html", wrong=wrong, last=last)


@area.post("/audit/export")
@declare(needs("see_audit"))
def export() -> Any:
    """JSON lines with their chain codes: everything that a check elsewhere needs but the key."""
    here = desk()
    with here.accounts.ledger.writing(actor()) as tx:
        tx.audit("audit_exported", "")
    with here.ledger.reading() as view:
        text = "".join(
            json.dumps({**vars(entry), "mac": mac}, ensure_ascii=True) + "\n"
            for entry, mac in view.audit_rows()
        )
    return attachment(text.encode(), "审计记录.jsonl", "application/x-ndjson")


def day(name: str) -> date | None:
    """A day of the address; what is no day is none."""
    try:
        return date.fromisoformat(request.args.get(name, "").strip())
    except ValueError:
        return None


def begins(on: date | None) -> str:
    """Pure: the first moment of that day in Beijing, as the log writes time."""
    return utc_text(datetime.combine(on, time(), BEIJING)) if on else ""


def ends(on: date | None) -> str:
    return begins(on + timedelta(days=1)) if on else ""


KINDS = {
    "login": "登录",
    "logout": "退出",
    "first_login": "首次登录",
    "password_set": "设置密码",
    "password_reset": "重置密码",
    "account_created": "建立账号",
    "account_disabled": "停用账号",
    "account_enabled": "启用账号",
    "role_granted": "授予角色",
    "unlocked": "解除锁定",
    "totp_enrolled": "启用动态口令",
    "second_factor": "动态口令",
    "received": "收到文件",
    "recorded": "登记材料",
    "assigned": "下发",
    "uploaded": "上传",
    "refused": "拒收",
    "submitted": "报送",
    "returned": "退回",
    "accepted": "通过",
    "reopened": "重新开放",
    "explained": "说明",
    "waived": "豁免",
    "waiver_withdrawn": "撤销豁免",
    "overridden": "改定数字",
    "page_refused": "拒绝打开页面",
    "seen_in_full": "查看完整内容",
    "downloaded": "下载",
    "audit_verified": "核验审计",
    "audit_exported": "导出审计",
    "merged": "汇总",
    "published": "发布",
    "police_imported": "导入公安数据",
    "register_withdrawn": "撤回名单",
    "backup": "备份",
    "conflict_decided": "裁定重复人员",
    "confirmed": "复核确认",
    "recalled": "复核退回",
    "ready": "交单位审核人",
    "scope_changed": "改定可看的单位",
    "ban_looked_up": "查询不予审批",
    "attached": "收到扫描件",
    **{f"{lives.PREFIX}{move}": f"问题：{label}" for move, label in lives.MOVE_LABELS.items()},
    **{
        f"{visits.PREFIX}{move}": f"检查：{label}"
        for move, label in (
            ("opened", "开始"),
            ("checked", "记录结果"),
            ("found", "现场发现"),
            ("withdrawn", "撤回发现"),
            ("closed", "定稿"),
            ("fed_back", "发出反馈意见"),
        )
    },
}
RESULTS = {
    "ok": "成功",
    "refused": "拒绝",
    "locked": "已锁定",
    "repeated": "重复",
    "broken": "不完整",
    "banned": "在期内",
    "free": "不在期内",
    "401": "未登录",
    "403": "无权限",
    "404": "不存在",
}
CALM = ("ok", "repeated", "banned", "free")


def word(kind: str) -> str:
    return KINDS.get(kind, kind)


def line(entry: Entry) -> dict[str, Any]:
    """Pure: one row in words; roles by their names."""
    return {
        **vars(entry),
        "when": beijing(datetime.fromisoformat(entry.at), seconds=True),
        "what": word(entry.kind),
        "said": RESULTS.get(entry.result, entry.result),
        "details": LABELS.get(entry.details, entry.details),  # type: ignore[call-overload]
        "tone": "quiet" if entry.result in CALM else "red",
    }
