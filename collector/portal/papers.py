"""The unit's checklist as values: state, problems and the next thing to do for every form.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from collector.portal.gather import Case
from collector.portal.show import STATES, TONES, beijing, day, left
from collector.workflow import closes
from forms.findings import Finding, counts
from forms.spec import Campaign, Form

OPEN: Final = ("assigned", "uploaded", "returned", "reopened", "none")


@dataclass(frozen=True)
class Line:
    """One form on the checklist."""

    form: str
    number: str
    title: str
    state: str
    tone: str
    received: str
    version: int | None
    errors: int
    open_warnings: int
    explained: int
    notices: int
    next: str
    next_tone: str
    reason: str
    editable: bool
    decidable: bool  # handed in, to be accepted or returned
    reopenable: bool
    has_file: bool
    nil_possible: bool
    needs_scan: bool
    scans: int

    @property
    def problems(self) -> str:
        """`3 处错误、1 处需说明`, or nothing."""
        parts = [f"{self.errors} 处错误"] * bool(self.errors) + [f"{self.open_warnings} 处需说明"] * bool(
            self.open_warnings
        )
        return "、".join(parts + [f"{self.notices} 条提示"] * bool(self.notices))


@dataclass(frozen=True)
class Checklist:
    lines: tuple[Line, ...]
    deadline: str
    left: str
    left_tone: str
    todo: tuple[str, ...]  # what still stands against submission, one sentence each
    may_submit: bool
    all_in: bool
    confirm_first: bool  # a second person has to confirm
    ready: bool  # the clerk said it is ready; the second person's turn
    sent_back: str  # why the second person gave it back
    returned: int


def open_warnings(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.level == "warning" and not each.explained]


def line(form: Form, case: Case, findings: tuple[Finding, ...]) -> Line:
    """How one form stands."""
    state, number = case.state(form.form), counts(findings)
    document, scans = case.newest(form.form), len(case.attachments(form.form))
    warnings = len(open_warnings(findings))
    needs_scan = needs_attachment(form) and not scans
    text, tone = next_step(
        state.status, state.reason, number["error"], warnings, needs_scan, document is not None
    )
    return Line(
        form.form,
        form.number,
        form.title,
        STATES[state.status],
        TONES[state.status],
        beijing(document.received_at) if document else "",
        document.version if document else None,
        number["error"],
        warnings,
        number["warning"] - warnings,
        number["notice"],
        text,
        tone,
        state.reason if state.status in ("returned", "reopened") else "",
        state.status in OPEN,
        state.status == "submitted",
        state.status == "accepted",
        document is not None,
        nil_possible(form),
        needs_scan,
        scans,
    )


def next_step(
    status: str, reason: str, errors: int, warnings: int, needs_scan: bool, has_file: bool
) -> tuple[str, str]:
    """What to do next, in a clause, and its tone.  The first row that holds wins."""
    table = (
        (status == "accepted", "已通过，不用再做什么", "green"),
        (status == "submitted", "等待局里审核", "quiet"),
        (status == "returned", "按退回理由修改后重新上传", "red"),
        (status == "reopened", "按要求补充后重新上传", "amber"),
        (not has_file, "填好后上传", "quiet"),
        (bool(errors), f"改正 {errors} 处错误，重新上传", "red"),
        (bool(warnings), f"对 {warnings} 处写明说明", "amber"),
        (needs_scan, "上传签字盖章的扫描件", "amber"),
        (True, "可以报送", "green"),
    )
    return next((text, tone) for holds, text, tone in table if holds)


def needs_attachment(form: Form) -> bool:
    return form.seal or form.bundle or bool(form.attachments)


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
    now: datetime,
    *,
    second_person: bool,
    may: Mapping[str, bool],
    blockers: Iterable[str] = (),
) -> Checklist:
    """The whole page.  `may`: what the person looking may do; `blockers`: further sentences of the
    submit step."""
    by_form: dict[str | None, list[Finding]] = {}
    for each in findings:
        by_form.setdefault(each.form, []).append(each)
    lines = tuple(line(form, case, tuple(by_form.get(name, ()))) for name, form in campaign.forms.items())
    until = closes(campaign.dates["deadline"])
    text, tone = left(until, now)
    all_in = all(each.state in (STATES["submitted"], STATES["accepted"]) for each in lines)
    ready, why = readiness(case)
    todo = tuple(dict.fromkeys((*standing(lines, tuple(by_form.get(None, ()))), *blockers)))
    first = second_person and not ready
    return Checklist(
        lines,
        f"{day(campaign.dates['deadline'])} 24 时",
        "" if all_in else text,
        tone,
        todo,
        may.get("submit", False) and not todo and not all_in,
        all_in,
        first,
        ready,
        why,
        sum(each.state in (STATES["returned"], STATES["reopened"]) for each in lines),
    )


def standing(lines: tuple[Line, ...], whole: tuple[Finding, ...]) -> list[str]:
    """What still stands against submission, as sentences."""
    said = []
    missing = [each.number for each in lines if not each.has_file]
    if missing:
        said.append(f"还有 {len(missing)} 张表没有上传：{'、'.join(missing)}")
    again = [each.number for each in lines if each.state in (STATES["returned"], STATES["reopened"])]
    if again:
        said.append(f"退回或重新开放的表要修改后重新上传：{'、'.join(again)}")
    errors = sum(each.errors for each in lines) + counts(whole)["error"]
    if errors:
        said.append(f"还有 {errors} 处错误要改正")
    warnings = sum(each.open_warnings for each in lines) + len(open_warnings(whole))
    if warnings:
        said.append(f"还有 {warnings} 处要写明说明")
    return said


def readiness(case: Case) -> tuple[bool, str]:
    """(whether the clerk's 'ready' stands, why the second person gave it back): any new paper ends it."""
    ready, why = False, ""
    for event in case.events:
        if event.kind == "ready":
            ready, why = True, ""
        elif event.kind == "recalled":
            ready, why = False, event.reason
        elif event.kind in ("uploaded", "returned", "reopened", "submitted"):
            ready = False
    return ready, why
