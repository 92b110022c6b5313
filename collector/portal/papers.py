"""The unit's checklist as values: state, problems and the next thing to do for every form.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from collector.portal.gather import Case
from collector.portal.scans import Scans
from collector.portal.sending import Looking, Sending, Stand, readiness, sending, standing
from collector.portal.show import STATES, TONES, brief, day, left
from collector.rows import Event
from collector.workflow import closes
from forms.findings import Finding, counts
from forms.spec import Campaign, Form

OPEN: Final = ("assigned", "uploaded", "returned", "reopened", "none")


@dataclass(frozen=True)
class Line:
    """One form on the checklist.  `reason`: why it came back, until it is handed in again."""

    form: str
    number: str
    title: str
    state: str
    tone: str
    due: str
    due_tone: str
    received: str
    version: int | None
    errors: int
    open_warnings: int
    explained: int
    notices: int
    problems: str  # `3 处错误、1 处需说明`
    problems_tone: str
    next: str
    next_tone: str
    reason: str
    changed: bool  # a new version came after the return
    editable: bool
    decidable: bool  # handed in, to be accepted or returned
    reopenable: bool
    has_file: bool
    issued: bool
    nil_possible: bool
    scans: Scans


@dataclass(frozen=True)
class Checklist:
    lines: tuple[Line, ...]
    deadline: str
    left: str
    left_tone: str
    handed_in: int
    sending: Sending
    sent_back: str  # why the second person gave it back
    back: tuple[Line, ...]  # returned or reopened, with no new file since
    again: tuple[Line, ...]  # the same with a new file, and not handed in yet

    @property
    def issued(self) -> bool:
        return any(each.issued for each in self.lines)

    @property
    def mine(self) -> tuple[Line, ...]:
        """What the unit can still change."""
        return tuple(each for each in self.lines if each.editable)

    @property
    def closed(self) -> tuple[Line, ...]:
        return tuple(each for each in self.lines if not each.editable)

    @property
    def closed_has_faults(self) -> bool:
        return any(each.errors or each.open_warnings for each in self.closed)


def open_warnings(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.level == "warning" and each.open]


def open_errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that the bureau did not waive."""
    return [each for each in findings if each.level == "error" and each.open]


def line(
    form: Form,
    case: Case,
    findings: tuple[Finding, ...],
    scans: Scans,
    *,
    deadline: date,
    now: datetime,
    fresh: bool = True,
) -> Line:
    """How one form stands.  `fresh`: its findings are those of the newest file."""
    state, number = case.state(form.form), counts(findings)
    document, warnings = case.newest(form.form), len(open_warnings(findings))
    errors = len(open_errors(findings))
    back = returned(case.events, form.form)
    found, found_tone = found_in(
        errors, warnings, number["notice"], document is not None, fresh or bool(findings)
    )
    text, tone = next_step(
        state.status,
        errors,
        warnings,
        scan_wanted(form) if scans.due else "",
        missing=len(scans.missing),
        has_file=document is not None,
        checked=fresh,
    )
    waits_for_unit = state.status in OPEN and state.status != "none"
    until, until_tone = due(waits_for_unit, back is not None, deadline, now)
    return Line(
        form=form.form,
        number=form.number,
        title=form.title,
        state=STATES[state.status],
        tone=TONES[state.status],
        due=until,
        due_tone=until_tone,
        received=brief(document.received_at if document else None),
        version=document.version if document else None,
        errors=errors,
        open_warnings=warnings,
        explained=number["warning"] - warnings,
        notices=number["notice"],
        problems=found,
        problems_tone=found_tone,
        next=text,
        next_tone=tone,
        reason=back.reason if back else "",
        changed=bool(back and document and document.version != back.version),
        editable=state.status in OPEN,
        decidable=state.status == "submitted",
        reopenable=state.status == "accepted",
        has_file=document is not None,
        issued=state.status != "none",
        nil_possible=nil_possible(form),
        scans=scans,
    )


def returned(events: Iterable[Event], form: str) -> Event | None:
    """The return or reopening that the unit still has to answer."""
    back: Event | None = None
    for each in events:
        if each.form == form and each.kind in ("returned", "reopened"):
            back = each
        elif each.form == form and each.kind in ("submitted", "accepted"):
            back = None
    return back


def found_in(errors: int, warnings: int, notices: int, has_file: bool, known: bool) -> tuple[str, str]:
    """What was found, in a clause, and its tone; never 「没有问题」 before somebody looked."""
    parts = [
        f"{n} {words}"
        for n, words in ((errors, "处错误"), (warnings, "处需说明"), (notices, "条提示"))
        if n
    ]
    if not has_file:
        return "", "quiet"
    if not known:
        return "正在检查", "quiet"
    tone = "red" if errors else "amber" if warnings else "quiet"
    return "、".join(parts) or "没有问题", tone


def scan_wanted(form: Form) -> str:
    """What to do about the form's own scan."""
    return "上传扫描件" if form.bundle else "上传签字盖章的扫描件"


def next_step(
    status: str,
    errors: int,
    warnings: int,
    scan: str,
    *,
    missing: int = 0,
    has_file: bool,
    checked: bool = True,
) -> tuple[str, str]:
    """What to do next, in a clause, and its tone.  The first row that holds wins.

    `missing` scans named in the rows come before errors, of which they are some; the sealed `scan` after
    them, for what is wrong is not signed.
    """
    table = (
        (status == "none" and not has_file, "等局里下发", "quiet"),
        (status == "accepted", "已通过，不用再做什么", "green"),
        (status == "submitted", "等待局里审核", "quiet"),
        (status == "returned", "按退回理由修改后重新上传", "red"),
        (status == "reopened", "按要求补充后重新上传", "amber"),
        (not has_file, "填好后上传", "quiet"),
        (bool(missing), f"补传 {missing} 份扫描件", "red" if errors else "amber"),
        (bool(errors), f"改正 {errors} 处错误，重新上传", "red"),
        (bool(warnings), f"说明 {warnings} 处的情况", "amber"),
        (bool(scan), scan, "amber"),
        (not checked, "等检查结果", "quiet"),
        (True, "已就绪", "green"),
    )
    return next((text, tone) for holds, text, tone in table if holds)


def due(open_: bool, back: bool, deadline: date, now: datetime) -> tuple[str, str]:
    """By when, shortly, and its tone; nothing for what is handed in."""
    if not open_:
        return "", "quiet"
    if now < closes(deadline):
        return f"{deadline.month}月{deadline.day}日", "quiet"
    return ("尽快", "amber") if back else ("已逾期", "red")


def nil_possible(form: Form) -> bool:
    return (
        form.annex is None
        and form.file == "xlsx"
        and bool(form.tables)
        and all(t.nil for t in form.tables.values())
    )


def checklist(
    campaign: Campaign,
    case: Case,
    findings: tuple[Finding, ...],
    scans: Mapping[str, Scans],
    now: datetime,
    who: Looking,
    *,
    fresh: bool,
) -> Checklist:
    """The whole page, for the person looking."""
    deadline = campaign.dates["deadline"]
    lines = tuple(
        line(
            form,
            case,
            tuple(each for each in findings if each.form == name),
            scans[name],
            deadline=deadline,
            now=now,
            fresh=fresh,
        )
        for name, form in campaign.forms.items()
    )
    text, tone = left(closes(deadline), now)
    handed_in = sum(not each.editable for each in lines)
    ready, why = readiness(case.events)
    whole = [each for each in findings if each.form not in campaign.forms]
    todo = standing(
        [
            *(
                Stand(each.number, each.state, each.has_file, each.editable, each.errors, each.open_warnings)
                for each in lines
            ),
            Stand("", errors=len(open_errors(whole)), warnings=len(open_warnings(whole))),
        ]
    )
    all_in = handed_in == len(lines)
    return Checklist(
        lines,
        f"{day(deadline)} 24 时",
        "" if all_in else text,
        tone,
        handed_in,
        sending(who, all_in=all_in, fresh=fresh, todo=todo, ready=ready),
        why,
        tuple(each for each in lines if each.editable and each.reason and not each.changed),
        tuple(each for each in lines if each.editable and each.reason and each.changed),
    )
