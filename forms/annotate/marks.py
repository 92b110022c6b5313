"""How our marks in a clerk's file look, and how they are known again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from forms.findings import LEVELS, Finding, Level

SHEET: Final = "问题清单"
TITLE: Final = "问题清单（系统生成，改好后可删除本表）"
AUTHOR: Final = "汇总系统"
BEGIN: Final = "【系统校验】"
NAMES: Final[Mapping[Level, str]] = {"error": "错误", "warning": "警告", "notice": "提示"}
# Soft red, yellow, blue; odd last digits, so that no clerk's own colour is taken for ours.
FILLS: Final[Mapping[Level, str]] = {"error": "FFFFB3B1", "warning": "FFFFEB9D", "notice": "FFBDD7F1"}

_ADDRESS: Final = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Mark:
    """What is said at one cell: the worst level and the whole text."""

    level: Level
    text: str


def marks(findings: Iterable[Finding]) -> dict[str, dict[str, Mark]]:
    """Sheet → cell → mark; findings without a cell stand in the list alone."""
    together: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        if each.sheet and each.cell and _ADDRESS.fullmatch(each.cell):
            together.setdefault((each.sheet, each.cell), []).append(each)
    found: dict[str, dict[str, Mark]] = {}
    for (sheet, cell), some in together.items():
        some.sort(key=lambda each: LEVELS.index(each.level))
        lines = dict.fromkeys(sentence(each) for each in some)
        found.setdefault(sheet, {})[cell] = Mark(some[0].level, BEGIN + "\n".join(lines))
    return found


def sentence(finding: Finding) -> str:
    """Level, rule, message and remedy in one line."""
    fix = f" 处理：{finding.fix}" if finding.fix and finding.fix != "–" else ""
    return clean(f"{NAMES[finding.level]} {finding.rule} {finding.message}{fix}")


def clean(text: str) -> str:
    """Without characters XML cannot hold, within a cell's 32,767."""
    return _UNPRINTABLE.sub("", text)[:32_767]
