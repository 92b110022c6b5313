"""Options and the opened campaign that the second phase's commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from huizong.steps.bureau import Bureau

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"“{text}”不是日期，请写成 2019-08-31 的样子。") from None


def day(name: str, *more: str, help: str) -> Callable[[Any], Any]:
    return click.option(
        name, *more, metavar="日期", default=None, callback=lambda _c, _p, text: _date(text), help=help
    )


AS_OF = day("--as-of", help="规则所见的“今天”；默认为北京时间的今天。")
BY = click.option("--by", "actor", default="bureau", show_default=True, help="经手人。")
EXPECT = click.option(
    "--expect", "expected", type=int, default=None, help="您看到的版本号；已被别人改动时不保存。"
)
JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")


@contextmanager
def opened(campaign: Path, as_of: date | None) -> Iterator[Bureau]:
    from huizong.steps.bureau import open_bureau

    with open_bureau(campaign, as_of=as_of or datetime.now(ZoneInfo("Asia/Shanghai")).date()) as bureau:
        yield bureau


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def tell(*parts: object, inside: bool = False) -> None:
    """One line, its parts set apart; empty ones are left out."""
    words = [str(each) for each in parts if each is not None and str(each)]
    click.echo(("  " if inside else "") + "　".join(words))
