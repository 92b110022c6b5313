"""The bureau's commands: reviewing, waiving, status, merging, publishing, a number and its rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from huizong.cli_options import AS_OF, CAMPAIGN, day, opened, print_json, progress
from huizong.usage import Place

REPORT = click.option(
    "--report", type=click.Choice(["first", "final"]), default="first", show_default=True,
    help="初报或终报，各按自己的统计截止日。",
)


@click.command()
@CAMPAIGN
@click.option("--accept", "accepts", multiple=True, metavar="单位[/表]", help="审核通过，可重复。")
@click.option("--return", "returns", multiple=True, metavar="单位/表", help="退回，可重复；须写理由。")
@click.option("--reopen", "reopens", multiple=True, metavar="单位/表", help="通过后重新开放；须写理由。")
@click.option("--reason", default="", help="退回或重新开放的理由。")
@click.option("--by", "actor", default="reviewer", show_default=True, help="经手人。")
@AS_OF
def review(campaign: Path, accepts: tuple[str, ...], returns: tuple[str, ...], reopens: tuple[str, ...],
           reason: str, actor: str, as_of: date) -> None:
    """审核：通过、退回或重新开放。"""
    from huizong.steps.review import review as review_forms

    if not (accepts or returns or reopens):
        raise click.UsageError("请用 --accept 单位[/表] 或 --return 单位/表 --reason 理由。")
    if (returns or reopens) and not reason.strip():
        raise click.UsageError("退回或重新开放须用 --reason 写明理由。")
    with opened(campaign, as_of) as bureau:
        count = review_forms(bureau, accept=accepts, give_back=returns, reopen=reopens, reason=reason,
                             actor=actor)
    click.echo(f"已处理 {count} 份材料。")


@click.command()
@CAMPAIGN
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@AS_OF
def status(campaign: Path, as_json: bool, as_of: date) -> None:
    """单位 × 材料的进度：齐不齐、过没过、逾期没有。"""
    from huizong.steps.status import status as status_of
    from huizong.steps.tell import tell_status

    with opened(campaign, as_of) as bureau:
        found = status_of(bureau)
    if as_json:
        print_json(found.as_dict())
    else:
        tell_status(found, click.echo, bureau.campaign)


@click.command()
@CAMPAIGN
@click.option("--out", required=True, type=Place(file_okay=False, path_type=Path), help="工作簿放在这里。")
@REPORT
@AS_OF
def merge(campaign: Path, out: Path, report: str, as_of: date) -> None:
    """把审核通过的材料汇总成全市工作簿；印出数据快照编号。"""
    from huizong.steps.gather import cutoff_of
    from huizong.steps.merge import merge as merge_city

    with opened(campaign, as_of) as bureau:
        merged = merge_city(bureau, out, cutoff=cutoff_of(bureau.campaign, report), progress=progress())
    click.echo(f"数据快照 {merged.snapshot}：{merged.path}")


@click.command()
@CAMPAIGN
@click.option("--out", required=True, type=Place(file_okay=False, path_type=Path), help="文稿放在这里。")
@REPORT
@click.option("--signed/--draft", default=False, help="已签发的不印“征求意见稿”水印。")
@AS_OF
def publish(campaign: Path, out: Path, report: str, signed: bool, as_of: date) -> int:
    """写汇总报告、通报、整改通知、催报通知（docx 和 PDF）和问题台账。"""
    from huizong.steps.publish import publish as publish_papers
    from huizong.steps.tell import tell_publication

    with opened(campaign, as_of) as bureau:
        published = publish_papers(bureau, out, report=report, signed=signed, progress=progress())
    tell_publication(published, click.echo)
    return 1 if published.leaks else 0


@click.command()
@CAMPAIGN
@click.argument("figure_id", metavar="指标")
@click.option("--unit", metavar="代码", help="只看一个单位。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@AS_OF
def figure(campaign: Path, figure_id: str, unit: str | None, as_json: bool, as_of: date) -> None:
    """一个统计数和它所数的每一行，如 annex2.c5。"""
    from huizong.steps.figure import figure as figure_of
    from huizong.steps.tell import tell_figure

    with opened(campaign, as_of) as bureau:
        found = figure_of(bureau, figure_id, unit=unit)
        if as_json:
            print_json(found.as_dict())
        else:
            tell_figure(found, click.echo, bureau.campaign)


@click.command()
@CAMPAIGN
@click.argument("unit", required=False)
@click.argument("finding", required=False)
@click.option("--reason", default="", help="豁免的理由。")
@click.option("--approver", default="", help="批准人（职务和姓，如：王局长）。")
@click.option("--until", metavar="日期", help="有效期的最后一天；不写为长期有效。")
@click.option("--withdraw", type=int, metavar="号", help="撤销这一号豁免。")
@click.option("--by", "actor", default="reviewer", show_default=True, help="经手人。")
@AS_OF
def waive(campaign: Path, unit: str | None, finding: str | None, reason: str, approver: str,
          until: str | None, withdraw: int | None, actor: str, as_of: date) -> None:
    """豁免一个错误或警告，写明理由、批准人、期限；不写 FINDING 时列出已有的豁免。"""
    from huizong.steps import waive as steps
    from huizong.steps.tell import tell_waivers

    with opened(campaign, as_of) as bureau:
        if withdraw is not None:
            gone = steps.withdraw(bureau, withdraw, actor=actor)
            click.echo(f"已撤销第 {gone.id} 号豁免（{gone.unit} {gone.rule}）。")
        elif unit and finding:
            count = steps.waive(bureau, unit, finding, reason=reason, approver=approver,
                                until=day(until) if until else None, actor=actor)
            click.echo(f"已豁免 {count} 处，{approver.strip()}批准。")
        else:
            if unit:
                bureau.known_unit(unit)
            tell_waivers(steps.waivers(bureau, unit), as_of, click.echo)


COMMANDS: tuple[click.Command, ...] = (review, waive, status, merge, publish, figure)
