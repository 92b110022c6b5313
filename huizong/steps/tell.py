"""Results as lines for a person at a terminal; the shells' words, no decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from forms.findings import counts
from huizong.steps.words import FILES, STATES

if TYPE_CHECKING:
    from collector.rows import Waiver
    from forms import Campaign, Finding
    from forms.engine import Held
    from huizong.steps.check import FileReport, Report
    from huizong.steps.figure import Found
    from huizong.steps.publish import Published
    from huizong.steps.status import Status, UnitStatus
    from huizong.steps.submit import Outcome
    from huizong.steps.take import Taken

Say = Callable[[str], object]


def tell_check(report: Report, say: Say, campaign: Campaign) -> None:
    for file in report.files:
        say(f"{file.path}　{_read(file)}")
        _problems(file.findings, say, campaign)
    if report.findings and not report.rerun:
        say("单位或全市的问题：")
    _by_unit(report.findings, say, campaign)
    if report.rerun and not (report.findings or report.held or report.vanished):
        say("台账里的材料没有问题，或还没有收过材料。")
    if report.rerun:
        _tell_changes(report, say, campaign)
    if report.held:
        say(_waiting(report.held, campaign))
    for path in report.unmarked:
        say(f"{path} 无法标注，问题见上。")
    found = counts(report.every)
    say(f"合计：错误 {found['error']}，警告 {found['warning']}，提示 {found['notice']}。")


def _read(file: FileReport) -> str:
    rows = f"　读入 {file.rows_read} 行，拒绝 {file.rows_refused} 行" if file.status == "read" else ""
    return FILES[file.status] + rows


def _problems(findings: Iterable[Finding], say: Say, campaign: Campaign) -> None:
    from huizong.steps.gist import lines

    for line in lines(findings, campaign):
        say(f"  {line}")


def _by_unit(findings: Sequence[Finding], say: Say, campaign: Campaign) -> None:
    """With the unit's name above, where there are several."""
    if len({each.unit for each in findings}) < 2:
        return _problems(findings, say, campaign)
    for code, own in groupby(sorted(findings, key=lambda each: each.unit or ""), key=lambda each: each.unit):
        unit = campaign.units_by_code.get(code or "")
        say(f"{unit.code} {unit.name}" if unit is not None else code or "全市")
        _problems(own, say, campaign)
    return None


def _tell_changes(report: Report, say: Say, campaign: Campaign) -> None:
    if report.appeared and len(report.appeared) == len(report.findings) and not report.vanished:
        say("以前没有重查过，或上次没有问题：以上都算新出现的，下次重查会说明有什么变化。")
        return
    say(f"与上次相比：新出现 {len(report.appeared)} 条，消失 {len(report.vanished)} 条。")
    for label, findings in (("新出现", report.appeared), ("消失", report.vanished)):
        if findings and len(findings) < len(report.findings):
            say(f"{label}：")
            _by_unit(findings, say, campaign)


def _waiting(held: Sequence[Held], campaign: Campaign) -> str:
    needs = {need for each in held for need in each.needs}
    forms = [_number(campaign, form) for form in campaign.forms if form in needs]
    lists = [register.title for name, register in campaign.registers.items() if name in needs]
    return f"有 {len({each.rule for each in held})} 条规则暂不判断，等待：" + "、".join(forms + lists) + "。"


def _number(campaign: Campaign, form: str) -> str:
    shape = campaign.forms[form]
    return f"材料{shape.number}" if shape.material is not None else shape.number


def tell_take(taken: Iterable[Taken], say: Say) -> None:
    for one in taken:
        found = counts(one.findings)
        again = "（与上次相同）" if one.repeated else ""
        version = f" 第{one.version}版" if one.version and one.status == "read" else ""
        problems = f"　错误 {found['error']}，警告 {found['warning']}" if one.status == "read" else ""
        receipt = f"　回执 {one.receipt.number}　{one.receipt.short_code}" if one.receipt.number else ""
        say(f"{one.path}　{FILES[one.status]}{again}　{one.unit or '单位不明'}/{one.form or '-'}"
            f"{version}{problems}{receipt}")
        if one.says:
            say(f"  {one.says}")


def tell_submission(outcome: Outcome, say: Say, campaign: Campaign) -> None:
    receipt = outcome.receipt
    when = f"回执 {receipt.number}，北京时间 {receipt.beijing_time}" if receipt is not None else ""
    if outcome.submitted:
        say(f"{outcome.unit} 已报送 {len(outcome.submitted)} 份材料，{when}。")
    elif outcome.ready:
        say(f"{outcome.unit} 此前已报送，{when}。" if when else f"{outcome.unit} 没有待报送的材料。")
    else:
        say(f"{outcome.unit} 还不能报送：待上传 {len(outcome.missing)} 份材料，{len(outcome.errors)} 个错误，"
            f"{len(outcome.unexplained)} 个未说明的警告（S16）。")
        if outcome.missing:
            say("  待上传：" + "、".join(_number(campaign, form) for form in outcome.missing))
        _problems([*outcome.errors, *outcome.unexplained], say, campaign)


def tell_waivers(waivers: Sequence[Waiver], today: date, say: Say) -> None:
    for each in waivers:
        until = f"至 {each.until}" if each.until else "长期有效"
        over = "（已到期）" if each.until is not None and each.until < today else ""
        about = f"{each.unit}　{each.rule} {each.key}".strip()
        by = each.approver or each.by
        say(f"第{each.id}号　{about}　理由：{each.reason}　批准人：{by}　{until}{over}")
    if not waivers:
        say("没有豁免。")


def tell_status(status: Status, say: Say, campaign: Campaign) -> None:
    for unit in status.units:
        mark = "　逾期" if unit.overdue else "　迟报" if unit.late else ""
        done = sum(state == "accepted" for state in unit.forms.values())
        say(f"{unit.unit} {unit.name}　通过 {done}/{len(unit.forms)}{mark}{_open(unit, campaign)}")
    facts = status.as_dict()["completeness"]
    say(f"截至 {status.as_of}：{facts['units_complete']}/{facts['units']} 个单位报齐，"
        f"{facts['in']}/{facts['due']} 份材料已报，迟报 {facts['late']}，逾期未报 {facts['overdue']}。")


def _open(unit: UnitStatus, campaign: Campaign) -> str:
    """The forms that are not accepted yet, by state."""
    found = ""
    for state, word in STATES.items():
        forms = [_number(campaign, form) for form, now in unit.forms.items() if now == state]
        if forms and state != "accepted":
            every = len(forms) == len(unit.forms)
            found += f"　{word}：{'全部' if every else '、'.join(forms)}"
    return found


def tell_figure(found: Found, say: Say, campaign: Campaign) -> None:
    unit = campaign.units_by_code.get(found.unit or "")
    whose = f"{unit.code} {unit.name}" if unit is not None else "全市"
    share = f"，{found.share:.1%}" if found.share is not None else ""
    say(f"{found.id}　{found.label}　{whose}：{found.n}{share}")
    if found.override is not None:
        say(f"  ※ 由{found.override.by}改定为{found.override.value}：{found.override.reason}")
    for label, n in found.by:
        say(f"  {label}：{n}")
    for row in found.rows:
        say("  " + "　".join(_evidence(row, campaign)))


def _evidence(row: Mapping[str, Any], campaign: Campaign) -> Iterator[str]:
    """Where a counted row stands, then what it says, under the labels of its form."""
    form = campaign.forms.get(str(row.get("form")))
    table = form.tables.get(str(row.get("origin"))) if form is not None else None
    labels = {each.name: each.label for each in table.fields} if table is not None else {}
    unit = campaign.units_by_code.get(str(row.get("unit") or row.get("counted")))
    if unit is not None:
        yield f"{unit.code} {unit.short_name}"
    if form is not None and table is not None:
        yield f"{_number(campaign, form.form)}“{table.sheet}”第{row['row']}行"
    for key, value in row.items():
        if value is None or key in ("unit", "counted", "form", "origin", "document", "row"):
            continue
        shown = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        yield f"{labels[key]} {shown}" if key in labels else shown


def tell_publication(published: Published, say: Say) -> None:
    for path in published.paths:
        say(str(path))
    for line in published.conformance:
        say(line)
    for leak in published.leaks:
        say(f"[错误] {leak.paper} 没有写出：“{leak.excerpt}”不得出现在对外文稿中，请先处理（{leak.what}）。")
