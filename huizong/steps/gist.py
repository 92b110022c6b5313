"""Findings as few lines: each problem told once, with the places where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from forms import Campaign, Finding
from forms.findings import LEVELS as RANKS
from forms.findings import place
from huizong.steps.words import LEVELS

PLACES: Final = 8       # places named on one line
LINES: Final = 8        # different sentences of one rule about one form
WHOLE_FILE: Final = frozenset(("S01", "S02", "S04", "S11"))     # without a cell: of the file itself
_ROW: Final = re.compile(r"^第\d+行[：:，]?")
_LABEL: Final = "“\0”"


@dataclass(frozen=True)
class Problem:
    """One sentence and everything it is true of."""

    text: str
    findings: tuple[Finding, ...]


def lines(findings: Iterable[Finding], campaign: Campaign) -> Iterator[str]:
    """`[错误 F01] “名称”为必填项，不能为空。　名册!C4、名册!C5　→ 请补填。`, worst first, then by rule.

    What concerns a file as a whole names no place: the file's own line stands above it.
    """
    order = {form: n for n, form in enumerate(campaign.forms)}

    def rank(each: Finding) -> tuple[object, ...]:
        return RANKS.index(each.level), _rule(each.rule), order.get(each.form or "", -1), place(each)

    ranked = sorted(findings, key=rank)
    for _, alike in groupby(ranked, key=lambda each: (each.level, each.rule, each.form)):
        problems = list(told(list(alike), campaign))
        first = problems[0].findings[0]
        head, fix = f"[{LEVELS[first.level]} {first.rule}] ", f"　→ {first.fix}" if first.fix else ""
        if len(problems) == 1:
            yield head + _said(problems[0], campaign) + fix
            continue
        yield f"{head}{sum(len(each.findings) for each in problems)} 处{fix}"
        yield from (f"  {_said(each, campaign)}" for each in problems[:LINES])
        if len(problems) > LINES:
            yield f"  还有 {sum(len(each.findings) for each in problems[LINES:])} 处，用 --json 可看全部。"


def _said(problem: Problem, campaign: Campaign) -> str:
    first = problem.findings[0]
    said = f"（{first.remark}）" if first.remark else ""
    whole = first.rule in WHOLE_FILE and not first.cell
    where = "" if whole else places(problem.findings, campaign)
    return problem.text + said + (f"　{where}" if where else "")


def told(findings: Sequence[Finding], campaign: Campaign) -> Iterator[Problem]:
    """The findings of one rule and form by what they say, apart from row numbers and column labels."""
    together: dict[tuple[str, bool], list[Finding]] = {}
    for each in findings:
        together.setdefault((_plain(each, campaign), each.explained is not None), []).append(each)
    for (text, _), members in together.items():
        names = list(dict.fromkeys(filter(None, (label(each, campaign) for each in members))))
        shown = "、".join(names[:PLACES]) + (f"等{len(names)}项" if len(names) > PLACES else "")
        yield Problem(text.replace(_LABEL, f"“{shown}”"), tuple(members))


def places(findings: Sequence[Finding], campaign: Campaign) -> str:
    """Cells; else the column or the form; else the unit; else the city."""
    found = list(dict.fromkeys(_place(each, campaign) for each in findings))
    if len(found) > 1 and findings[0].form in campaign.forms and not any(each.cell for each in findings):
        return _form(findings[0], campaign)         # the sentence names the columns already
    more = f" 等 {len(found)} 处" if len(found) > PLACES else ""
    return "、".join(found[:PLACES]) + more


def label(finding: Finding, campaign: Campaign) -> str | None:
    """The printed name of the field a finding is about."""
    form = campaign.forms.get(finding.form or "")
    if form is None or finding.field is None:
        return None
    fields = {field.name: field.label for _, field in form.fields()}
    fields |= {name: field.label for name, field in form.facts.items()}
    return fields.get(finding.field)


def _plain(finding: Finding, campaign: Campaign) -> str:
    """The message without its row, and with its column's label left open."""
    name = label(finding, campaign)
    text = _ROW.sub("", finding.message)
    return text.replace(f"“{name}”", _LABEL) if name else text


def _place(finding: Finding, campaign: Campaign) -> str:
    if finding.cell:
        return f"{finding.sheet}!{finding.cell}" if finding.sheet else finding.cell
    if finding.form in campaign.forms:
        name = label(finding, campaign)
        return _form(finding, campaign) + (f"“{name}”" if name else "")
    if finding.sheet:
        return finding.sheet
    unit = campaign.units_by_code.get(finding.unit or "")
    return f"{unit.code} {unit.short_name}" if unit is not None else finding.unit or "全市"


def _form(finding: Finding, campaign: Campaign) -> str:
    form = campaign.forms.get(finding.form or "")
    if form is None:
        return finding.form or ""
    return f"材料{form.number}" if form.material is not None else form.number


def _rule(rule: str) -> tuple[str, int]:
    found = re.match(r"(\D*)(\d*)", rule)
    return (found[1], int(found[2] or 0)) if found else (rule, 0)
