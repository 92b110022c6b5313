"""The Chinese words for levels and states, said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LEVELS: Final[Mapping[str, str]] = {"error": "错误", "warning": "警告", "notice": "提示"}
STATES: Final[Mapping[str, str]] = {
    "none": "未下发", "assigned": "未报", "uploaded": "已上传", "submitted": "已报送", "returned": "已退回",
    "accepted": "已通过", "reopened": "已重开"}
FILES: Final[Mapping[str, str]] = {
    "read": "已读取", "refused": "未收", "unidentified": "无法识别", "attachment": "附件"}
