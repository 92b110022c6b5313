"""The command line: a thin shell over huizong.steps.  What goes wrong is one sentence and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, NoReturn

import click

from huizong import usage
from huizong.accounts_cli import accounts, backup, restore
from huizong.bureau_cli import COMMANDS
from huizong.cli_options import AS_OF, CAMPAIGN, SCHEDULER, UNITS, opened, print_json, progress
from huizong.phase_two_cli import register
from huizong.usage import Place

if TYPE_CHECKING:
    from huizong.steps.bureau import Bureau

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 done, 1 errors in the data, 2 used wrongly or impossible here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):    # a terminal without the character gets the rest
            stream.reconfigure(errors="replace")
    try:
        code = commands.main(args=list(arguments) if arguments is not None else None, prog_name="huizong",
                             standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        _stop("已中断；已经收下的不受影响。", 130)
    except click.exceptions.NoArgsIsHelpError as wrong:
        click.echo(wrong.format_message())
        _stop("请写明要做什么。", 2)
    except click.ClickException as wrong:
        _stop(usage.sentence(wrong), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as wrong:
        _stop(_sentence(wrong), 2)
    sys.exit(code if isinstance(code, int) else 0)


def _stop(sentence: str, code: int) -> NoReturn:
    sys.stdout.flush()
    click.echo(sentence, err=True)
    sys.exit(code)


def _sentence(wrong: Exception) -> str:
    """One line that a person can act on; HUIZONG_DEBUG shows the rest."""
    if os.environ.get("HUIZONG_DEBUG"):
        raise wrong
    from huizong.steps.errors import sentence

    return sentence(wrong)


def _warm(campaign: Path, paths: Sequence[Path]) -> None:
    """The child that reads files gets ready while we read the campaign."""
    if paths and (campaign / "campaign.yaml").is_file():
        from collector.examine import warm

        warm(campaign)


def _tell_registers(bureau: Bureau) -> None:
    """What could not be read of the bureau's own lists must not pass unseen."""
    from huizong.steps.gist import lines

    serious = [each for each in bureau.registers.findings if each.level != "notice"]
    for line in lines(serious, bureau.campaign):
        click.echo(line)


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="huizong", prog_name="huizong")
def commands() -> None:
    """汇总：下发表格、收回、校验、汇总、写报告。"""


# ------------------------------------------------------------------------------------------------ commands

@commands.command()
@click.argument("out", type=Place(file_okay=False, path_type=Path))
@click.option("--units", type=click.IntRange(1, 36), default=None, help="单位数，默认全部。")
@click.option("--staff", type=click.IntRange(1, 200_000), default=None, help="在编人员总数，默认按单位表。")
@click.option("--seed", type=int, default=2019, show_default=True, help="同一种子得到同一批数据。")
@SCHEDULER
def demo(out: Path, units: int | None, staff: int | None, seed: int, scheduler: str | None) -> int:
    """合成一次完整的专项整治，扮演每个填报人，走完全程。"""
    from huizong.demo.play import play

    return play(out, units=units, staff=staff, seed=seed, scheduler=scheduler, progress=progress(),
                say=click.echo)


@commands.command()
@click.argument("folder", type=Place(path_type=Path))
def new(folder: Path) -> None:
    """复制一份随附的专项整治，供修改。"""
    from forms import new as copy
    from templates import TEXT

    copy(folder)
    copytree(TEXT, folder / "text")
    click.echo(f"已建立 {folder}。先改 campaign.yaml 和 units.csv，再运行 huizong lint {folder}。")
    click.echo("文稿的字句在 text/，写法见 text/README.md。")


@commands.command()
@CAMPAIGN
def lint(campaign: Path) -> int:
    """检查定义、规则、指标和文稿模板；有错时逐条列出 文件:行号。"""
    from huizong.steps.lint import lint as faults_of

    faults = faults_of(campaign)
    for fault in faults:
        click.echo(str(fault))
    if not faults:
        click.echo("定义、规则、指标和文稿都没有问题。")
    return 1 if faults else 0


@commands.command()
@CAMPAIGN
@click.option("--out", required=True, type=Place(file_okay=False, path_type=Path), help="材料包放在这里。")
@UNITS
@AS_OF
@SCHEDULER
def issue(campaign: Path, out: Path, units: tuple[str, ...], as_of: date, scheduler: str | None) -> None:
    """生成各单位的预填材料包：OUT/<单位代码>.zip。"""
    from huizong.steps.issue import issue as issue_packs

    with opened(campaign, as_of, scheduler) as bureau:
        packs = issue_packs(bureau, out, units=units, progress=progress())
        _tell_registers(bureau)
    click.echo(f"已生成 {len(packs)} 个材料包，在 {out}。")


@commands.command()
@CAMPAIGN
@click.argument("paths", nargs=-1, type=Place(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@click.option("--annotate", type=Place(file_okay=False, path_type=Path), help="标注了问题的原文件放在这里。")
@click.option("--unit", metavar="代码", help="这些文件所属的单位。")
@AS_OF
@SCHEDULER
def check(campaign: Path, paths: tuple[Path, ...], as_json: bool, annotate: Path | None, unit: str | None,
          as_of: date, scheduler: str | None) -> int:
    """校验文件、文件夹或压缩包，不改变任何状态；不给路径时重查台账里的全部材料，说出变化。"""
    if not paths and (unit or annotate):
        raise click.UsageError("--unit 和 --annotate 只用于给出的文件，请写明路径。")
    _warm(campaign, paths)
    from huizong.steps.check import check as check_paths
    from huizong.steps.check import recheck

    with opened(campaign, as_of, scheduler) as bureau:
        report = (check_paths(bureau, paths, unit=unit, annotate=annotate, progress=progress()) if paths
                  else recheck(bureau, progress=progress()))
    if as_json:
        print_json(report.as_dict())
    else:
        from huizong.steps.tell import tell_check

        tell_check(report, click.echo, bureau.campaign)
    return 1 if report.errors else 0


@commands.command()
@CAMPAIGN
@click.argument("paths", nargs=-1, required=True, type=Place(exists=True, path_type=Path))
@click.option("--unit", metavar="代码", help="这些文件所属的单位。")
@click.option("--by", "actor", default="bureau", show_default=True, help="经手人。")
@AS_OF
@SCHEDULER
def take(campaign: Path, paths: tuple[Path, ...], unit: str | None, actor: str, as_of: date,
         scheduler: str | None) -> int:
    """收下文件：先存原件，再判断，记入台账，出回执。"""
    _warm(campaign, paths)
    from huizong.steps.take import taking
    from huizong.steps.tell import tell_take

    taken = []
    with opened(campaign, as_of, scheduler) as bureau:
        try:
            for one in taking(bureau, paths, unit=unit, actor=actor, progress=progress()):
                taken.append(one)
        finally:                # what was taken before a failure is taken, and told
            tell_take(taken, click.echo)
    return 1 if any(one.refused for one in taken) else 0


@commands.command()
@CAMPAIGN
@click.argument("unit")
@click.argument("finding")
@click.option("--reason", required=True, help="说明理由。")
@click.option("--by", "actor", default="clerk", show_default=True, help="经手人。")
@AS_OF
def explain(campaign: Path, unit: str, finding: str, reason: str, actor: str, as_of: date) -> None:
    """说明一条警告。FINDING 写作 规则、规则:主键 或 规则:主键:值。"""
    from huizong.steps.explain import explain as explain_finding

    with opened(campaign, as_of) as bureau:
        count = explain_finding(bureau, unit, finding, reason=reason, actor=actor)
    click.echo(f"已说明 {count} 条警告。")


@commands.command()
@CAMPAIGN
@click.argument("unit")
@click.option("--by", "actor", default="clerk", show_default=True, help="经手人。")
@AS_OF
def submit(campaign: Path, unit: str, actor: str, as_of: date) -> int:
    """提交一个单位的整套材料；不全或还有错误时说明缺什么。"""
    from huizong.steps.submit import submit as submit_unit
    from huizong.steps.tell import tell_submission

    with opened(campaign, as_of) as bureau:
        outcome = submit_unit(bureau, unit, actor=actor)
    tell_submission(outcome, click.echo, bureau.campaign)
    return 0 if outcome.ready else 1


@commands.command()
@CAMPAIGN
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8019, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@AS_OF
def serve(campaign: Path, host: str, port: int, workers: int, as_of: date) -> None:
    """打开填报网站。"""
    from collector.portal import serve as serve_portal

    serve_portal(campaign, host=host, port=port, workers=workers, as_of=as_of)


@commands.command()
@click.option("--rows", type=click.IntRange(10, 100_000), default=60, show_default=True, help="单位的行数。")
def bench(rows: int) -> None:
    """在这台机器上比较几种做法，报告倍数。"""
    from huizong.bench import bench as run

    run(rows, say=click.echo)


for each in (*COMMANDS, accounts):
    commands.add_command(each)
commands.add_command(backup)
commands.add_command(restore)
register(commands)

if __name__ == "__main__":
    main()
