"""The audit log in words: what happened, to what, and how it went.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from collector import inspections as visits
from collector import problems as lives
from collector.audit import Entry
from collector.portal.show import beijing
from collector.roles import LABELS
from forms.spec import Campaign

KINDS: Final = {
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
RESULTS: Final = {
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
CALM: Final = ("ok", "repeated", "banned", "free")


def word(kind: str) -> str:
    return KINDS.get(kind, kind)


OBJECTS: Final = {
    "pack": "材料包",
    "packs": "全部材料包",
    "blank": "空表",
    "marked": "标出问题的文件",
    "print": "打印件",
    "file": "收到的文件",
    "notice": "反馈意见",
    "record": "检查记录",
    "register": "问题台账",
    "bans": "不予审批登记表",
    "findings": "检查发现",
    "reconciliation": "公安比对",
    "merged": "汇总结果",
    "published": "文稿",
}
_VERSION: Final = re.compile(r"v(\d+)$")
_SCAN: Final = re.compile(r"@[0-9a-f]+$")  # how the ledger names what belongs to no form


def names(campaign: Campaign, titles: Mapping[str, str]) -> dict[str, str]:
    """What the words of an object mean: units, forms, rules (`titles`), and what can be fetched."""
    return {
        **OBJECTS,
        **titles,
        **{name: f"{form.number} {form.title}" for name, form in campaign.forms.items()},
        **{unit.code: unit.short_name for unit in campaign.units},
    }


def about(text: str, known: Mapping[str, str]) -> str:
    """An object in words; what nobody knows stands as it is."""
    words = [each for each in re.split(r"[ /]+", text) if each]
    return "　".join(known.get(each) or _SCAN.sub("扫描件", _VERSION.sub(r"第\1版", each)) for each in words)


def line(entry: Entry, known: Mapping[str, str]) -> dict[str, Any]:
    """One row in words; roles by their names."""
    return {
        **vars(entry),
        "about": about(entry.object, known),
        "when": beijing(datetime.fromisoformat(entry.at), seconds=True),
        "what": word(entry.kind),
        "said": RESULTS.get(entry.result, entry.result),
        "details": LABELS.get(entry.details, entry.details),  # type: ignore[call-overload]
        "tone": "quiet" if entry.result in CALM else "red",
    }
