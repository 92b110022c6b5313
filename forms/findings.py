"""Findings: what is wrong with data, as values; their levels, order and grouping for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

Level = Literal["error", "warning", "notice"]
LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "notice")
CAP: Final = 200
WAIVED: Final = "豁免："  # what the bureau waived begins so where an explanation stands


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem and its place.

    `row` is the sheet row (1-based); `key` names the row's subject over versions of a file.
    """

    rule: str
    level: Level
    unit: str | None
    form: str | None
    sheet: str | None
    cell: str | None
    row: int | None
    field: str | None
    key: str | None
    value: str | None
    message: str
    fix: str | None
    explained: str | None = None

    @property
    def open(self) -> bool:
        """Does it stand in the way? An error until it is put right or waived, a warning until explained."""
        return self.level != "notice" and not self.explained

    @property
    def remark(self) -> str:
        """What people said about it, with who said it: 「已说明：…」, 「豁免：…」; empty for none."""
        said = self.explained or ""
        return said if not said or said.startswith(WAIVED) else f"已说明：{said}"

    def as_dict(self) -> dict[str, Any]:
        """The keys of `--json`, in its order."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one problem, by cell. `more` were left out beyond the cap; `total` counts them too."""

    rule: str
    level: Level
    message: str
    fix: str | None
    findings: tuple[Finding, ...]
    more: int

    @property
    def total(self) -> int:
        return len(self.findings) + self.more


@dataclass(frozen=True, slots=True)
class Arranged:
    """The groups, worst first, and how many findings there are of each level."""

    groups: tuple[Group, ...]
    counts: Mapping[Level, int]


def levelled(findings: Iterable[Finding], levels: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings with the campaign's own levels; those switched `off` are gone."""
    if not levels:
        return tuple(findings)
    changed: list[Finding] = []
    for each in findings:
        level = levels.get(each.rule, each.level)
        if level in LEVELS:
            changed.append(each if level == each.level else replace(each, level=level))
    return tuple(changed)


def settled(
    finding: Finding,
    explained: Mapping[tuple[str, str, str, str], str],
    waived: Mapping[tuple[str, str, str], str],
) -> Finding:
    """With what was said about it: `explained` by unit, rule, key and value; `waived` by unit, rule and key
    ("": of the whole unit).

    What was a warning and is an error now is no longer settled by a word; a waiver settles both.
    """
    unit, rule, key = finding.unit or "", finding.rule, finding.key or ""
    reason = explained.get((unit, rule, key, finding.value or "")) if finding.level != "error" else None
    if reason is None:
        waiver = waived.get((unit, rule, key)) or waived.get((unit, rule, ""))
        reason = f"{WAIVED}{waiver}" if waiver else None
    return replace(finding, explained=reason) if reason else finding


def counts(findings: Iterable[Finding]) -> dict[Level, int]:
    """Number of findings per level, zero included."""
    found = Counter(each.level for each in findings)
    return {level: found[level] for level in LEVELS}


def arrange(findings: Iterable[Finding], cap: int = CAP) -> Arranged:
    """Grouped by problem (rule, level, message pattern), worst first, then by rule.

    Inside a group by place.
    """
    together: dict[tuple[str, Level, str], list[Finding]] = {}
    every = list(findings)
    for each in every:
        together.setdefault((each.rule, each.level, pattern(each.message)), []).append(each)
    order = sorted(
        together.items(), key=lambda item: (LEVELS.index(item[0][1]), natural(item[0][0]), item[0][2])
    )
    groups = []
    for (rule, level, message), members in order:
        members.sort(key=place)
        alike = len({member.message for member in members}) == 1
        groups.append(
            Group(
                rule,
                level,
                members[0].message if alike else message,
                members[0].fix,
                tuple(members[:cap]),
                max(0, len(members) - cap),
            )
        )
    return Arranged(tuple(groups), counts(every))


def place(finding: Finding) -> tuple[object, ...]:
    """A stable order by unit, form, sheet, row, column, then rule and text."""
    letters = re.match(r"[A-Z]*", finding.cell or "")
    column = letters.group() if letters else ""
    return (
        finding.unit or "",
        finding.form or "",
        finding.sheet or "",
        finding.row or 0,
        len(column),
        column,
        natural(finding.rule),
        finding.key or "",
        finding.message,
    )


def pattern(message: str) -> str:
    """The message without its values: quoted words, numbers and codes become an ellipsis."""
    return re.sub(r"…+", "…", re.sub(r"[A-Za-z]*\d[\dA-Za-z.:/-]*", "…", re.sub(r"“[^”]*”", "“…”", message)))


def natural(rule: str) -> tuple[str, int, str]:
    """X2 before X10."""
    found = re.match(r"(\D*)(\d*)(.*)", rule)
    head, number, tail = found.groups() if found else (rule, "", "")
    return head, int(number or 0), tail
