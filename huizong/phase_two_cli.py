"""`huizong problem`, `inspect`, `bans`, `compare`: the second phase (集中检查, 规范处理)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from huizong.inspect_cli import inspect
from huizong.phase_two_options import (
    AS_OF,
    BY,
    EXPECT,
    FILE,
    FOLDER,
    JSON,
    OUT,
    day,
    opened,
    print_json,
    tell,
)

if TYPE_CHECKING:
    from huizong.steps.problems import Problem


@click.command()
@click.argument("campaign", type=FOLDER)
@click.argument("number", required=False)
@click.option("--unit", metavar="代码", help="只看一个单位。")
@click.option("--enrol", is_flag=True, help="给新列出的问题登记编号。")
@click.option(
    "--to",
    metavar="步骤",
    help="办理一步：asked answered review found dismissed sanctioned rectifying rectified closed reopened "
    "returned。",
)
@click.option("--reason", default="", help="理由（情况说明）。")
@click.option("--opinion", help="单位意见（answered）。")
@click.option("--verdict", help="核实结论（found、dismissed）。")
@click.option("--measure", help="整改措施（rectifying）。")
@click.option("--responsible", help="整改责任人（rectifying）。")
@day("--due", "due_on", help="整改时限（rectifying）。")
@day("--done", "done_on", help="整改完成日期（rectified）。")
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
    from huizong.steps import problem_moves as moves
    from huizong.steps import problems as steps
    from huizong.steps.files import write
    from huizong.steps.problem_register import register_workbook
    from huizong.steps.second_phase import checklist

    if to and not number:
        raise click.UsageError(
            "请写明问题编号，如 huizong problem 活动 002-V4a-01 --to found --verdict 属实。"
        )
    with opened(campaign, as_of) as bureau:
        if enrol:
            new = moves.enrol(bureau, by=actor)
            click.echo(f"新登记 {len(new)} 个问题。", err=as_json)
        if to and number:
            moves.move(bureau, number, to, by=actor, expected=expected, **said)
        if out:
            click.echo(f"问题台账：{write(out, register_workbook(bureau))}", err=as_json)
            return
        found = (steps.problem(bureau, number),) if number else steps.problems(bureau, unit)
        today = bureau.as_of
        words: dict[str, str] = dict(checklist(bureau).shape.rectification)
    if as_json:
        print_json({"problems": [_problem(each, today, words) for each in found]})
    else:
        _tell(found, today, history=number is not None)


def _problem(each: Problem, today: date, words: Mapping[str, str]) -> dict[str, Any]:
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
        "rectification": words[life.rectification(today)] if life else "",
        "history": [
            {"at": step.at.isoformat(), "move": step.move, "actor": step.actor, **step.said}
            for step in (life.history if life else ())
        ],
    }


def _tell(found: Sequence[Problem], today: date, *, history: bool) -> None:
    for each in found:
        life, facts = each.life, each.facts
        late = "（超期）" if life and life.overdue(today) else ""
        about = (facts.get(name) for name in ("person", "violation", "fact"))
        due = f"时限 {each.due_on}" if each.due_on else ""
        tell(each.number or "（未编号）", each.label + late, each.conclusion or "—", *about, due)
        if each.differs:
            tell(f"注意：{each.differs}", inside=True)
        if history and life:
            for step in life.history:
                when = step.at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
                tell(when, step.label, step.actor, *step.said.values(), inside=True)
            tell(f"版本号 {life.version}；现在可以：{'、'.join(life.moves()) or '无'}", inside=True)
    if not history:
        click.echo(f"共 {len(found)} 个问题。")


@click.command()
@click.argument("campaign", type=FOLDER)
@day("--on", help="看哪一天仍在期内；默认为 --as-of。")
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

    with opened(campaign, as_of) as bureau:
        day = on or bureau.as_of
        if id_number:
            ban = steps.banned(bureau, id_number, day, by=actor)
            if as_json:
                print_json({"on": day, "banned": ban is not None, "ban": ban.as_dict(day) if ban else None})
            elif ban is None:
                click.echo(f"{day} 不在不予审批期内。")
            else:
                waits = "" if ban.accepted else "（所据处理登记尚未审核通过）"
                tell(
                    f"{day} 在不予审批期内，至 {ban.ban_until}（含当日）",
                    ban.name,
                    bureau.unit_name(ban.unit),
                    f"{ban.decided_on} {ban.method}",
                    ban.paper,
                    waits,
                )
            return 1 if ban else 0
        found = steps.bans(bureau, None if every else day, unit=unit)
        if out:
            click.echo(f"登记表：{write(out, steps.ban_workbook(bureau, found, day))}", err=as_json)
    if as_json:
        print_json({"on": day, "bans": [each.as_dict(day) for each in found]})
        return 0
    for each in found:
        marks = ("" if each.current(day) else "不在期内", "" if each.accepted else "处理登记待审核")
        tell(
            each.ban_until,
            each.unit,
            each.name,
            "、".join(each.violation),
            f"{each.decided_on} {each.method}",
            *marks,
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

    with opened(campaign, as_of) as bureau:
        found = steps.compare(bureau, steps.manifest_of(first), steps.manifest_of(final))
        if out:
            click.echo(f"对照说明：{steps.comparison_paper(bureau, found, out).pdf}", err=as_json)
    if as_json:
        print_json(found.as_dict())
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
    changed = sum(each.first != each.final for each in found.city)
    click.echo(f"{changed} 个全市数、{len(found.units)} 个单位数有变动。")


COMMANDS: tuple[click.Command, ...] = (problem, inspect, bans, compare)


def register(group: click.Group) -> None:
    """Adds the four commands to `huizong`."""
    for command in COMMANDS:
        group.add_command(command)
