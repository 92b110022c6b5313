"""`huizong accounts`, `huizong backup`, `huizong restore`: what is done at the server's own console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.roles import LABELS, ROLES, UNIT_ROLES, Role

if TYPE_CHECKING:
    from collector.accounts import Accounts
    from forms import Campaign

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@contextmanager
def _opened(campaign: Path) -> Iterator[tuple[Campaign, Accounts]]:
    """The accounts on the real clock, whatever day the campaign plays on."""
    from datetime import UTC, datetime

    from collector.accounts import Accounts
    from collector.ledger import Ledger
    from huizong.steps.bureau import BEIJING, open_bureau

    with open_bureau(campaign, as_of=datetime.now(BEIJING).date()) as bureau:
        bureau.state.mkdir(mode=0o700, exist_ok=True)
        url = bureau.ledger_url or f"sqlite:///{bureau.state / 'ledger.db'}"
        ledger = Ledger(url, bureau.campaign.id, bureau.keys, clock=lambda: datetime.now(UTC))
        try:
            yield bureau.campaign, Accounts(ledger)
        finally:
            ledger.close()


@click.group()
@click.argument("campaign", type=FOLDER)
@click.pass_context
def accounts(context: click.Context, campaign: Path) -> None:
    """建立和管理填报网站的账号。"""
    context.obj = campaign


@accounts.command()
@click.option("--admin", default="xitong", show_default=True, help="系统管理员的用户名。")
@click.option("--security", default="anquan", show_default=True, help="安全管理员的用户名。")
@click.option("--auditor", default="shenji", show_default=True, help="审计管理员的用户名。")
@click.pass_obj
def found(campaign: Path, admin: str, security: str, auditor: str) -> None:
    """建立最初的三个管理账号（系统、安全、审计），印出各自的一次性验证码。"""
    from collector.ledger import Stale

    with _opened(campaign) as (_, held):
        try:
            codes = held.founded({"admin": admin, "security": security, "auditor": auditor})
        except Stale:
            raise click.UsageError("已经有账号了；新账号由系统管理员在网站上建立，或用 add。") from None
        except ValueError:
            raise click.UsageError("三个用户名不能相同。") from None
    for login, code in codes.items():
        click.echo(f"{login}\t{code}")
    click.echo("验证码 24 小时内有效，只能用一次。请分别交给三个人。", err=True)


@accounts.command()
@click.argument("login")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", required=True, type=click.Choice(ROLES), help="角色。")
@click.option("--unit", default=None, metavar="代码", help="所属单位（单位角色必填）。")
@click.option("--units", default="", metavar="代码,代码", help="指导组可看的单位。")
@click.pass_obj
def add(campaign: Path, login: str, name: str, role: Role, unit: str | None, units: str) -> None:
    """建立账号并授予角色，印出一次性验证码。"""
    from collector.accounts import NotAccepted
    from collector.rows import Actor

    given = tuple(part.strip() for part in units.replace("，", ",").split(",") if part.strip())
    with _opened(campaign) as (definition, held):
        for code in (*given, *([unit] if unit else [])):
            if code not in definition.units_by_code:
                raise click.UsageError(f"没有代码为“{code}”的单位，请对照 units.csv。")
        if role in UNIT_ROLES and not unit:
            raise click.UsageError(f"{LABELS[role]}须用 --unit 写明单位。")
        try:
            # Two hands even at the console: one audit row makes the account, another grants the role.
            made = held.created(Actor("console", "admin"), login, name, unit=unit, units=given)
            held.granted(Actor("console", "security"), login, role)
        except NotAccepted as refused:
            raise click.UsageError(str(refused)) from None
    click.echo(f"{login}\t{made}")


@accounts.command(name="list")
@click.pass_obj
def listed(campaign: Path) -> None:
    """列出账号：用户名、姓名、角色、单位、状态。"""
    with _opened(campaign) as (_, held):
        for user in held.users():
            state = "停用" if user.disabled else "正常" if user.has_password else "待设密码"
            click.echo(
                "\t".join(
                    (
                        user.login,
                        user.name,
                        LABELS[user.role] if user.role else "未授权",
                        user.unit or ",".join(user.units),
                        state,
                    )
                )
            )


@accounts.command()
@click.argument("login")
@click.pass_obj
def reset(campaign: Path, login: str) -> None:
    """作废旧密码和动态口令，印出新的一次性验证码。"""
    from collector.accounts import NotAccepted
    from collector.rows import Actor

    with _opened(campaign) as (_, held):
        try:
            code = held.reset(Actor("console", "admin"), login, keep_role=True)
        except NotAccepted as refused:
            raise click.UsageError(str(refused)) from None
    click.echo(f"{login}\t{code}")


@click.command()
@click.argument("campaign", type=FOLDER)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="备份放在这里。")
def backup(campaign: Path, out: Path) -> None:
    """备份台账、文件和登记数据（加密）。密钥不在其中，须另行保管 .state/keys。"""
    from datetime import datetime

    from huizong.steps.backup import backup as back_up
    from huizong.steps.bureau import BEIJING, open_bureau

    with open_bureau(campaign, as_of=datetime.now(BEIJING).date()) as bureau:
        made = back_up(bureau, out)
    click.echo(f"已备份 {made.blobs} 个文件：{made.path}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("campaign", type=FOLDER)
@click.option("--keys", type=FOLDER, default=None, help="密钥文件夹，默认 CAMPAIGN/.state/keys。")
def restore(file: Path, campaign: Path, keys: Path | None) -> None:
    """把备份恢复到一个没有记录的文件夹，并逐项核对。"""
    from huizong.steps.backup import restore as bring_back

    done = bring_back(file, campaign, keys or campaign / ".state" / "keys")
    click.echo(f"已恢复并核对：{done.events} 条记录，{done.blobs} 个文件。")
