"""Findings as people read them: grouped by problem, with the cell, the reason, the remedy.  Pure.

A page never carries a finding's key (an ID number): it carries a handle, which only this server can
match again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from collector.portal.show import LEVELS, masked
from forms.because import CHECKS
from forms.engine import Engine
from forms.findings import Finding, Group, arrange, place
from forms.spec import Campaign

TONES: Final = {"error": "red", "warning": "amber", "notice": "blue"}
SHOWN: Final = 100


@dataclass(frozen=True)
class Place:
    """One cell of a problem.  `handle` names the finding for an explanation; `remark` is what was said of it,
    `waived` whether the bureau said it."""

    where: str
    message: str
    value: str
    explained: str
    handle: str
    unit: str
    form: str
    remark: str = ""
    waived: bool = False


@dataclass(frozen=True)
class Problem:
    rule: str
    level: str
    level_label: str
    tone: str
    message: str
    why: str  # what the rule rests on
    fix: str
    places: tuple[Place, ...]
    total: int
    more: int
    open: int  # places that still want an explanation
    handle: str  # of all of them at once

    @property
    def explainable(self) -> bool:
        return self.level == "warning"


def token(finding: Finding) -> str:
    """RULE:KEY:VALUE, as `huizong explain` takes it."""
    return ":".join((finding.rule, finding.key or "", finding.value or ""))


Handles = Callable[[str], str]


def handles(secret: bytes) -> Handles:
    """Text → 20 hex digits that say nothing about it."""
    return lambda text: hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[
        :20
    ]


def named(findings: Iterable[Finding], wanted: str, handle: Handles) -> list[Finding]:
    """The findings of a handle: one, or all of a rule."""
    return [each for each in findings if wanted in (handle(token(each)), handle(each.rule))]


def where(finding: Finding, campaign: Campaign | None = None) -> str:
    """`7-保管台账!H12`, else the sheet, else the form's title."""
    if finding.cell and finding.sheet:
        return f"{finding.sheet}!{finding.cell}"
    if finding.sheet:
        return finding.sheet + (f" 第 {finding.row} 行" if finding.row else "")
    if finding.form and campaign and finding.form in campaign.forms:
        form = campaign.forms[finding.form]
        return f"{form.number} {form.title}"
    return "整套材料"


def problems(
    findings: Iterable[Finding],
    campaign: Campaign,
    handle: Handles,
    told: Told,
    *,
    in_full: bool = False,
    cap: int = SHOWN,
) -> tuple[Problem, ...]:
    """Groups, worst first; numbers masked unless somebody gave a reason to see them.

    Findings of a titled rule stand together.
    """
    groups = _by_title(arrange(findings, cap).groups, told.titles, cap)
    return tuple(_problem(group, campaign, handle, told.why, in_full) for group in groups)


@dataclass(frozen=True)
class Told:
    """What the rules say of themselves, by rule: what they are about in a few words, what they rest on."""

    titles: Mapping[str, str]
    why: Mapping[str, str]


def told(engine: Engine) -> Told:
    """Of the campaign's rules, and of the checks that every campaign has."""
    return Told(
        {rule.id: rule.title for rule in engine.rules if rule.title},
        {**CHECKS, **{rule.id: rule.why for rule in engine.rules if rule.why}},
    )


def _by_title(groups: Iterable[Group], titles: Mapping[str, str], cap: int) -> list[Group]:
    """Groups of one titled rule and level become one, under the title unless there is a single finding."""
    found: dict[tuple[object, ...], Group] = {}
    for n, group in enumerate(groups):
        key: tuple[object, ...] = (group.rule, group.level) if group.rule in titles else (n,)
        old = found.get(key)
        if old is None:
            title = titles.get(group.rule, "")
            found[key] = replace(group, message=f"{title}。" if title and group.total > 1 else group.message)
            continue
        some = tuple(sorted((*old.findings, *group.findings), key=place))
        found[key] = replace(
            old,
            message=f"{titles[group.rule]}。",
            findings=some[:cap],
            more=old.more + group.more + max(0, len(some) - cap),
        )
    return list(found.values())


def _problem(
    group: Group, campaign: Campaign, handle: Handles, why: Mapping[str, str], in_full: bool
) -> Problem:
    clean = str if in_full else masked
    places = tuple(
        Place(
            where(each, campaign),
            clean(each.message) if each.message != group.message else "",
            clean(each.value or ""),
            each.explained or "",
            handle(token(each)),
            each.unit or "",
            each.form or "",
            each.remark,
            bool(each.explained) and each.remark == each.explained,
        )
        for each in group.findings
    )
    return Problem(
        group.rule,
        group.level,
        LEVELS[group.level],
        TONES[group.level],
        clean(group.message),
        why.get(group.rule, ""),
        clean(group.fix or ""),
        places,
        group.total,
        group.more,
        sum(not each.explained for each in places),
        handle(group.rule),
    )
