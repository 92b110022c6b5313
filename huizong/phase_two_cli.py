"""`huizong problem`, `inspect`, `bans`, `compare`: the second phase (集中检查, 规范处理) at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from huizong.steps.bureau import Bureau
    from huizong.steps.problems import Problem

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"“{text}”不是日期，请写成 2019-08-31 的样子。") from None


def _day(name: str, *more: str, help: str) -> Callable[[Any], Any]:
    return click.option(
        name, *more, metavar="日期", default=None, callback=lambda _c, _p, text: _date(text), help=help
    )


AS_OF = _day("--as-of", help="规则所见的“今天”；默认为北京时间的今天。")
BY = click.option("--by", "actor", default="bureau", show_default=True, help="经手人。")
EXPECT = click.option(
    "--expect", "expected", type=int, default=None, help="您看到的版本号；已被别人改动时不保存。"
)
JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")


@contextmanager
def _bureau(campaign: Path, as_of: date | None) -> Iterator[Bureau]:
    from huizong.steps.bureau import open_bureau

    with open_bureau(campaign, as_of=as_of or datetime.now(ZoneInfo("Asia/Shanghai")).date()) as bureau:
        yield bureau


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@click.command()
@click.argument("campaign", type=FOLDER)
@click.argument("number", required=False)
@click.option("--unit", metavar="代码", help="只看一个单位。")
@click.option("--enrol", is_flag=True, help="给新列出的问题登记编号。")
@click.option(
    "--to",
    metavar="步骤",
    help="办理一步：asked answered review found dismissed sanctioned rectifying rectified closed reopened。",
)
@click.option("--reason", default="", help="理由（情况说明）。")
@click.option("--opinion", help="单位意见（answered）。")
@click.option("--verdict", help="核实结论（found、dismissed）。")
@click.option("--measure", help="整改措施（rectifying）。")
@click.option("--responsible", help="整改责任人（rectifying）。")
@_day("--due", "due_on", help="整改时限（rectifying）。")
@_day("--done", "done_on", help="整改完成日期（rectified）。")
@click.option("--out", type=FILE, help="把问题台账写成这个 xlsx 文件。")
@BY
@EXPECT
@JSON
@AS_OF
def problem(
    campaign: Path,
    number: str | None,
    unit: str | None,
    enrol: bool,
    to: str | None,
    out: Path | None,
    actor: str,
    expected: int | None,
    as_json: bool,
    as_of: date | None,
    **said: Any,
) -> None:
    """问题台账：列出、看一个问题的经过、办理一步（疑似→核实→认定→处理→整改→销号）、导出。"""
    from huizong.steps import problems as steps

    if to and not number:
        raise click.UsageError(
            "请写明问题编号，如 huizong problem 活动 002-V4a-01 --to found --verdict 属实。"
        )
    with _bureau(campaign, as_of) as bureau:
        if enrol:
            new = steps.enrol(bureau, by=actor)
            click.echo(f"新登记 {len(new)} 个问题。", err=as_json)
        if to and number:
            steps.move(bureau, number, to, by=actor, expected=expected, **said)
        if out:
            click.echo(f"问题台账：{steps.register_workbook(bureau, out)}", err=as_json)
            return
        found = (steps.problem(bureau, number),) if number else steps.problems(bureau, unit)
        today = bureau.as_of
    if as_json:
        _print_json({"problems": [_problem(each, today) for each in found]})
    else:
        _tell(found, today, history=number is not None)


def _problem(each: Problem, today: date) -> dict[str, Any]:
    life = each.life
    return {
        "number": each.number,
        "unit": each.unit,
        "state": each.state,
        "label": each.label,
        "version": each.version,
        "conclusion": each.conclusion,
        "differs": each.differs,
        "due_on": each.due_on,
        **{
            name: each.facts.get(name)
            for name in ("person", "violation", "fact", "requirement", "evidence", "found_by")
        },
        "done_on": life.done_on if life else None,
        "closed_by": life.closed_by if life else "",
        "overdue": bool(life and life.overdue(today)),
        "rectification": life.rectification(today) if life else "",
        "history": [
            {"at": step.at.isoformat(), "move": step.move, "actor": step.actor, **step.said}
            for step in (life.history if life else ())
        ],
    }


def _tell(found: Sequence[Problem], today: date, *, history: bool) -> None:
    for each in found:
        life, facts = each.life, each.facts
        due = f"　时限 {each.due_on}" if each.due_on else ""
        late = "（超期）" if life and life.overdue(today) else ""
        click.echo(
            f"{each.number or '（未编号）'}　{each.label}{late}　{each.conclusion or '—'}　{facts.get('person', '')}　"
            f"{facts.get('violation', '')}　{facts.get('fact', '')}{due}"
        )
        if each.differs:
            click.echo(f"  注意：{each.differs}")
        if history and life:
            for step in life.history:
                click.echo(
                    f"  {step.at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}　{step.label}　{step.actor}　"
                    + "　".join(str(value) for value in step.said.values())
                )
            click.echo(f"  版本号 {life.version}；现在可以：{'、'.join(life.moves()) or '无'}")
    if not history:
        click.echo(f"共 {len(found)} 个问题。")


@click.command()
@click.argument("campaign", type=FOLDER)
@click.argument("target", metavar="单位|检查编号")
@_day("--open", "opened_on", help="开始一次检查，写检查日期。")
@click.option("--team", multiple=True, help="检查组成员，可重复。")
@click.option("--host", "hosts", multiple=True, help="单位参加人员，可重复。")
@click.option(
    "--item",
    "items",
    nargs=3,
    multiple=True,
    metavar="项目 结果 说明",
    help="一项检查结果，可重复；没有说明写 ''。",
)
@click.option("--found", "category", metavar="情形", help="现场发现的问题，如 V8b。")
@click.option("--fact", default="", help="事实。")
@click.option("--person", default="", help="涉及人员姓名。")
@click.option("--id-number", default="", help="涉及人员身份证号。")
@click.option("--occasion", default="", help="所涉行程的出境日期、证件号码或审批编号。")
@_day("--due", "due_on", help="整改时限。")
@click.option("--withdraw", type=int, help="撤回第几条现场发现，须用 --reason。")
@click.option("--reason", default="", help="撤回的理由。")
@click.option("--close", "closing", is_flag=True, help="检查记录定稿，现场发现进入问题台账。")
@click.option("--opinion", default="", help="单位意见（定稿时）。")
@click.option("--out", type=OUT, help="把检查记录（docx 和 PDF）放在这里。")
@click.option("--feedback", "feedback_out", type=OUT, help="把反馈意见（docx 和 PDF）放在这里。")
@click.option("--signed/--draft", default=False, help="已签发的不印“征求意见稿”水印，并记入台账。")
@click.option("--notice", default="", help="反馈意见的发文字号。")
@BY
@EXPECT
@JSON
@AS_OF
def inspect(
    campaign: Path,
    target: str,
    opened_on: date | None,
    team: tuple[str, ...],
    hosts: tuple[str, ...],
    items: tuple[tuple[str, str, str], ...],
    category: str | None,
    fact: str,
    person: str,
    id_number: str,
    occasion: str,
    due_on: date | None,
    withdraw: int | None,
    reason: str,
    closing: bool,
    opinion: str,
    out: Path | None,
    feedback_out: Path | None,
    signed: bool,
    notice: str,
    actor: str,
    expected: int | None,
    as_json: bool,
    as_of: date | None,
) -> None:
    """集中检查：开始、逐项记录、登记现场发现、定稿、印检查记录和反馈意见。"""
    from huizong.steps import inspection as steps
    from huizong.steps.feedback import feedback, record

    with _bureau(campaign, as_of) as bureau:
        if opened_on:
            number = steps.open_inspection(
                bureau, target, on=opened_on, team=team, hosts=hosts, by=actor
            ).number
        else:
            number = _number(bureau, target)
        if items:
            expected = _after(
                expected,
                steps.check_items(
                    bureau,
                    number,
                    {item: (result, note) for item, result, note in items},
                    by=actor,
                    expected=expected,
                ).version,
            )
        if category:
            expected = _after(
                expected,
                steps.add_finding(
                    bureau,
                    number,
                    category,
                    fact,
                    person=person,
                    id_number=id_number,
                    occasion=occasion,
                    due_on=due_on,
                    by=actor,
                    expected=expected,
                ).version,
            )
        if withdraw is not None:
            expected = _after(
                expected,
                steps.withdraw_finding(bureau, number, withdraw, reason, by=actor, expected=expected).version,
            )
        if closing:
            steps.close_inspection(bureau, number, opinion=opinion, by=actor, expected=expected)
        if out:
            click.echo(f"检查记录：{record(bureau, number, out).pdf}", err=as_json)
        if feedback_out:
            paper = feedback(bureau, number, feedback_out, signed=signed, notice=notice, by=actor)
            click.echo(f"反馈意见 {paper.number}：{paper.pdf}", err=as_json)
        given = steps.sheet(bureau, number)
    visit = given.inspection
    if as_json:
        _print_json(
            {
                "inspection": {
                    "number": visit.number,
                    "unit": visit.unit,
                    "on": visit.on,
                    "state": visit.state,
                    "version": visit.version,
                    "team": visit.team,
                    "notice": visit.notice,
                },
                "checks": {
                    check: [
                        {
                            "id": line.item.id,
                            "says": line.item.says,
                            "system": line.system,
                            "explained": line.explained,
                            "result": line.result,
                            "note": line.note,
                        }
                        for line in lines
                    ]
                    for check, lines in given.lines.items()
                },
                "found": [
                    {**vars(each), "problem": visit.numbers.get(each.number)} for each in visit.findings
                ],
            }
        )
        return
    click.echo(f"检查 {visit.number}　{visit.unit}　{visit.on}　{visit.label}　版本号 {visit.version}")
    for lines in given.lines.values():
        for line in lines:
            if not line.silent:
                click.echo(
                    f"  {line.item.id}　{line.item.says}　系统 {'—' if line.system is None else line.system}　"
                    f"{line.result}　{line.note}".rstrip("　 ")
                )
    for each in visit.standing:
        click.echo(
            f"  现场发现 {each.number}　{each.category}　{visit.numbers.get(each.number, '')}　{each.person}　{each.fact}"
        )


def _after(expected: int | None, version: int) -> int | None:
    """Several changes in one command are one person's: the second expects what the first left."""
    return None if expected is None else version


def _number(bureau: Bureau, target: str) -> str:
    """An inspection's number, or the newest inspection of a unit."""
    from huizong.steps.inspection import inspections

    if target not in bureau.campaign.units_by_code:
        return target
    known = inspections(bureau, target)
    if not known:
        raise click.UsageError(f"{target} 还没有检查，请先用 --open 日期 --team 姓名 开始。")
    return known[-1].number


@click.command()
@click.argument("campaign", type=FOLDER)
@_day("--on", help="看哪一天仍在期内；默认为 --as-of。")
@click.option("--all", "every", is_flag=True, help="包括已期满的。")
@click.option("--id", "id_number", help="查一个身份证号能否审批。")
@click.option("--unit", metavar="代码", help="只看一个单位。")
@click.option("--out", type=FILE, help="把登记表写成这个 xlsx 文件。")
@BY
@JSON
@AS_OF
def bans(
    campaign: Path,
    on: date | None,
    every: bool,
    id_number: str | None,
    unit: str | None,
    out: Path | None,
    actor: str,
    as_json: bool,
    as_of: date | None,
) -> int:
    """不予审批期：列出在期内的人员；用 --id 查一个人（在期内退出码为 1）。"""
    from huizong.steps import bans as steps
    from huizong.steps.files import write

    with _bureau(campaign, as_of) as bureau:
        day = on or bureau.as_of
        if id_number:
            ban = steps.banned(bureau, id_number, day, by=actor)
            if as_json:
                _print_json({"on": day, "banned": ban is not None, "ban": ban.as_dict(day) if ban else None})
            elif ban is None:
                click.echo(f"{day} 不在不予审批期内。")
            else:
                click.echo(
                    f"{day} 在不予审批期内，至 {ban.ban_until}（含当日）：{ban.name}，{bureau.unit_name(ban.unit)}，"
                    f"{ban.decided_on} {ban.method}（{ban.paper or '无文号'}）"
                    + ("" if ban.accepted else "；所据材料9尚未审核通过")
                )
            return 1 if ban else 0
        found = steps.bans(bureau, None if every else day, unit=unit)
        if out:
            click.echo(f"登记表：{write(out, steps.ban_workbook(bureau, found, day))}", err=as_json)
    if as_json:
        _print_json({"on": day, "bans": [each.as_dict(day) for each in found]})
        return 0
    for each in found:
        click.echo(
            f"{each.ban_until}　{each.unit}　{each.name}　{'、'.join(each.violation)}　{each.decided_on} {each.method}"
            + ("" if each.current(day) else "　（不在期内）")
            + ("" if each.accepted else "　（材料9待审核）")
        )
    click.echo(f"共 {len(found)} 项。")
    return 0


@click.command()
@click.argument("campaign", type=FOLDER)
@click.argument("first", type=click.Path(exists=True, path_type=Path))
@click.argument("final", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=OUT, help="把对照说明（docx 和 PDF）放在这里。")
@JSON
@AS_OF
def compare(
    campaign: Path, first: Path, final: Path, out: Path | None, as_json: bool, as_of: date | None
) -> None:
    """终报与初报对照：FIRST、FINAL 是两次汇总的输出文件夹（或其中的 snapshot.json）。"""
    from huizong.steps import comparison as steps

    with _bureau(campaign, as_of) as bureau:
        found = steps.compare(bureau, steps.manifest_of(first), steps.manifest_of(final))
        if out:
            click.echo(f"对照说明：{steps.comparison_paper(bureau, found, out).pdf}", err=as_json)
    if as_json:
        _print_json(found.as_dict())
        return
    for each in found.city:
        if each.first != each.final:
            click.echo(
                f"{each.annex} {each.column}　{each.label}　{each.first} → {each.final}（{each.change}）"
            )
    for each in found.units:
        click.echo(
            f"  {each.unit}　{each.label}　{'未计入' if each.first is None else each.first} → "
            f"{'未计入' if each.final is None else each.final}　{each.basis}"
        )
    click.echo(
        f"{sum(each.first != each.final for each in found.city)} 个全市数、{len(found.units)} 个单位数有变动。"
    )


COMMANDS: tuple[click.Command, ...] = (problem, inspect, bans, compare)


def register(group: click.Group) -> None:
    """Adds the four commands to `huizong`."""
    for command in COMMANDS:
        group.add_command(command)
