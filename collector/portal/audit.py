"""The auditor reads the log, proves that its chain is whole and takes it away; nothing here changes
anything."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from collector.audit import Entry
from collector.portal.access import declare, needs
from collector.portal.guard import actor, attachment, desk
from collector.portal.show import beijing

area = Blueprint("audit", __name__)
PAGE = 100


@area.get("/audit")
@declare(needs("see_audit"))
def entries() -> Any:
    wanted = {key: request.args.get(key, "").strip()[:64] for key in ("user", "kind", "object")}
    page = max(1, request.args.get("page", 1, type=int))
    with desk().ledger.reading() as view:
        every = [entry for entry, _ in view.audit_rows()]
    found = matching(every, wanted)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "audit/entries.html",
        rows=[line(each) for each in shown],
        wanted=wanted,
        page=page,
        pages=max(1, -(-len(found) // PAGE)),
        total=len(found),
        kinds=sorted({each.kind for each in every}),
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


def matching(every: list[Entry], wanted: dict[str, str]) -> list[Entry]:
    """Pure: newest first, each given word contained in its field."""
    return [
        each
        for each in reversed(every)
        if all(word in getattr(each, key) for key, word in wanted.items() if word)
    ]


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
    "backup": "备份",
    "conflict_decided": "裁定重复人员",
    "confirmed": "复核确认",
    "recalled": "复核退回",
}


def line(entry: Entry) -> dict[str, Any]:
    return {
        **vars(entry),
        "when": beijing(datetime.fromisoformat(entry.at), seconds=True),
        "what": KINDS.get(entry.kind, entry.kind),
        "tone": "quiet" if entry.result == "ok" else "red",
    }
