"""How values look on a page: Beijing time, sizes, masked numbers, plain words for states and levels."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from flask import session as cookie

from collector.workflow import BEIJING

STATES: Final = {
    "none": "未下发",
    "assigned": "待上传",
    "uploaded": "已上传",
    "submitted": "已报送",
    "returned": "已退回",
    "accepted": "已通过",
    "reopened": "重新开放",
}
TONES: Final = {
    "none": "quiet",
    "assigned": "quiet",
    "uploaded": "blue",
    "submitted": "blue",
    "returned": "red",
    "accepted": "green",
    "reopened": "amber",
}
LEVELS: Final = {"error": "错误", "warning": "需说明", "notice": "提示"}
_ID: Final = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_CERTIFICATE: Final = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}\d{7,8}(?![0-9A-Za-z])")
_PHONE: Final = re.compile(r"(?<!\d)1\d{10}(?!\d)")


def masked(text: str | None) -> str:
    """ID numbers as first six and last four, certificates as their last four characters (PI04)."""
    shown = _ID.sub(lambda found: f"{found[0][:6]}********{found[0][-4:]}", text or "")
    shown = _CERTIFICATE.sub(lambda found: f"****{found[0][-4:]}", shown)
    return _PHONE.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", shown)


def beijing(at: datetime | None, seconds: bool = False) -> str:
    """`2019-08-11 17:05`, Beijing time."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M") if at else ""


def brief(at: datetime | None) -> str:
    """`08-11 17:05`, Beijing time: within a campaign the year says nothing."""
    return at.astimezone(BEIJING).strftime("%m-%d %H:%M") if at else ""


def day(value: date) -> str:
    """`8月11日（星期日）`."""
    return f"{value.month}月{value.day}日（星期{'一二三四五六日'[value.weekday()]}）"


def left(until: datetime, now: datetime) -> tuple[str, str]:
    """How long until (or since) a moment, and its tone: 「还剩 3 天 5 小时」, 「已逾期 2 天」."""
    seconds = int((until - now).total_seconds())
    days, rest = divmod(abs(seconds), 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = ((days, "天"), (hours, "小时"), (0 if days else minutes, "分"))
    span = " ".join(f"{n} {unit}" for n, unit in parts if n) or "不到 1 分"
    if seconds <= 0:
        return f"已逾期 {span}", "red"
    return f"还剩 {span}", "amber" if days < 1 else "quiet"


def note(text: str, tone: str = "green") -> None:
    """A sentence for the top of the next page; no personal data, the cookie is only signed."""
    kept = [*cookie.get("notes", []), {"text": text[:200], "tone": tone}]
    cookie["notes"] = kept[-4:]  # a cookie beyond 4 kB would be thrown away, form token and all
