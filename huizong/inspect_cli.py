"""`huizong inspect`: an inspection group's visit at the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huizong.phase_two_options import AS_OF, BY, EXPECT, FOLDER, JSON, OUT, day, opened, print_json, tell

if TYPE_CHECKING:
    from huizong.steps.bureau import Bureau


@click.command()
@click.argument("campaign", type=FOLDER)
@click.argument("target", metavar="单位|检查编号")
@day("--open", "opened_on", help="开始一次检查，写检查日期。")
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
@day("--due", "due_on", help="整改时限。")
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
    from huizong.steps.inspection_sheet import left_open, sheet
    from huizong.steps.second_phase import checklist

    with opened(campaign, as_of) as bureau:
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
            if told := left_open(sheet(bureau, number), checklist(bureau)):
                click.echo(told, err=as_json)
        if out:
            click.echo(f"检查记录：{record(bureau, number, out).pdf}", err=as_json)
        if feedback_out:
            paper = feedback(bureau, number, feedback_out, signed=signed, notice=notice, by=actor)
            click.echo(f"反馈意见 {paper.number}：{paper.pdf}", err=as_json)
        given = sheet(bureau, number)
    visit = given.inspection
    if as_json:
        print_json(
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
    for line in (line for lines in given.lines.values() for line in lines if not line.silent):
        system = "—" if line.system is None else line.system
        tell(line.item.id, line.item.says, f"系统 {system}", line.result, line.note, inside=True)
    for each in visit.standing:
        entered = visit.numbers.get(each.number)
        tell(f"现场发现 {each.number}", each.category, entered, each.person, each.fact, inside=True)


def _after(expected: int | None, version: int) -> int | None:
    """Several changes in one command are one person's: the second expects what the first left."""
    return None if expected is None else version


def _number(bureau: Bureau, target: str) -> str:
    """An inspection's number, or the newest inspection of a unit."""
    from huizong.steps.inspection_sheet import inspections

    if target not in bureau.campaign.units_by_code:
        return target
    known = inspections(bureau, target)
    if not known:
        raise click.UsageError(f"{target} 还没有检查，请先用 --open 日期 --team 姓名 开始。")
    return known[-1].number
