"""Results as lines for a person at a terminal; the shells' words, no decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from forms.findings import arrange, counts

if TYPE_CHECKING:
    from huizong.steps.check import Report
    from huizong.steps.figure import Found
    from huizong.steps.publish import Published
    from huizong.steps.status import Status
    from huizong.steps.submit import Outcome
    from huizong.steps.take import Taken

Say = Callable[[str], object]
LEVELS = {"error": "错误", "warning": "警告", "notice": "提示"}
STATES = {"none": "未下发", "assigned": "未报", "uploaded": "已上传", "submitted": "已报送", "returned": "已退回",
          "accepted": "已通过", "reopened": "已重开"}
FILES = {"read": "已读取", "refused": "未收", "unidentified": "无法识别", "attachment": "附件"}
SHOWN = 12


def tell_check(report: Report, say: Say) -> None:
    for file in report.files:
        say(f"{file.path}　{FILES[file.status]}　读入 {file.rows_read} 行，拒绝 {file.rows_refused} 行")
        _groups(file.findings, say)
    if report.findings and not report.rerun:
        say("单位或全市的问题：")
    _groups(report.findings, say)
    if report.rerun:
        say(f"与上次相比：新出现 {len(report.appeared)} 条，消失 {len(report.vanished)} 条。")
    if report.held:
        waiting = sorted({(each.unit or "", need) for each in report.held for need in each.needs})
        say(f"有 {len({each.rule for each in report.held})} 条规则因材料未齐暂不判断（缺 "
            + "、".join(sorted({need for _, need in waiting})) + "）。")
    found = counts(report.every)
    say(f"合计：错误 {found['error']}，警告 {found['warning']}，提示 {found['notice']}。")


def _groups(findings: Sequence[object], say: Say) -> None:
    for group in arrange(findings).groups:  # type: ignore[arg-type]
        cells = "、".join(f"{each.sheet}!{each.cell}" if each.cell else (each.unit or "") for each in group.findings[:SHOWN])
        more = f" 等 {group.total} 处" if group.total > SHOWN else ""
        say(f"  [{LEVELS[group.level]} {group.rule}] {group.message}　{cells}{more}" + (f"　→ {group.fix}" if group.fix else ""))


def tell_take(taken: Sequence[Taken], say: Say) -> None:
    for one in taken:
        found = counts(one.findings)
        again = "（与上次相同）" if one.repeated else ""
        say(f"{one.path}　{FILES[one.status]}{again}　{one.unit or '?'}/{one.form or '-'}"
            + (f" 第{one.version}版" if one.version and one.status == "read" else "")
            + f"　错误 {found['error']}，警告 {found['warning']}　回执 {one.receipt.number}　{one.receipt.short_code}")
        if one.says:
            say(f"  {one.says}")


def tell_submission(outcome: Outcome, say: Say) -> None:
    if outcome.submitted and outcome.receipt is not None:
        say(f"{outcome.unit} 已报送 {len(outcome.submitted)} 份材料，回执 {outcome.receipt.number}，"
            f"北京时间 {outcome.receipt.beijing_time}。")
        return
    if outcome.ready:
        say(f"{outcome.unit} 没有待报送的材料。")
        return
    say(f"{outcome.unit} 还不能报送：缺 {len(outcome.missing)} 份材料，{len(outcome.errors)} 个错误，"
        f"{len(outcome.unexplained)} 个未说明的警告（S16）。")
    if outcome.missing:
        say("  缺：" + "、".join(outcome.missing))
    _groups([*outcome.errors, *outcome.unexplained], say)


def tell_status(status: Status, say: Say) -> None:
    for unit in status.units:
        states = "、".join(f"{form}:{STATES[state]}" for form, state in unit.forms.items() if state not in ("accepted",))
        mark = "逾期" if unit.overdue else ("迟报" if unit.late else "")
        done = sum(state == "accepted" for state in unit.forms.values())
        say(f"{unit.unit} {unit.name}　通过 {done}/{len(unit.forms)}　{mark}　{states}".rstrip("　 "))
    facts = status.as_dict()["completeness"]
    say(f"截至 {status.as_of}：{facts['units_complete']}/{facts['units']} 个单位报齐，{facts['in']}/{facts['due']} 份材料已报，"
        f"迟报 {facts['late']}，逾期未报 {facts['overdue']}。")


def tell_figure(found: Found, say: Say) -> None:
    say(f"{found.id}　{found.label}　{found.unit or '全市'}：{found.n}")
    for row in found.rows:
        say("  " + "　".join(f"{key}={value}" for key, value in row.items() if value is not None))


def tell_publication(published: Published, say: Say) -> None:
    for path in published.paths:
        say(str(path))
    for line in published.conformance:
        say(line)
    for leak in published.leaks:
        say(f"[错误 D-02] {leak.paper} 中出现了不应出现的{leak.what}：{leak.excerpt}")
