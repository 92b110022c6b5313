"""What the commands share: the options, the opened campaign, progress and JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from huizong.usage import Place

if TYPE_CHECKING:
    from huizong.steps.bureau import Bureau
    from huizong.steps.progress import Progress

CAMPAIGN = click.argument("campaign", type=Place(exists=True, file_okay=False, path_type=Path))
AS_OF = click.option("--as-of", "as_of", metavar="日期", callback=lambda _c, _p, text: day(text),
                     help="规则所见的“今天”，如 2019-08-11；默认为北京时间的今天。")
SCHEDULER = click.option("--scheduler", metavar="tcp://…", help="把工作分到一个 Dask 集群。")
UNITS = click.option("--unit", "units", multiple=True, metavar="代码", help="只处理这些单位，可重复。")


def day(text: str | None) -> date:
    """The day an option names; today in Beijing when it names none."""
    if text is None:
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}”不是日期，请写成 2019-08-11 的样子。") from None


@contextmanager
def opened(folder: Path, as_of: date, scheduler: str | None = None) -> Iterator[Bureau]:
    """The campaign opened for one command."""
    from huizong.steps.bureau import open_bureau

    with open_bureau(folder, as_of=as_of, scheduler=scheduler) as bureau:
        yield bureau


def progress() -> Progress:
    """A bar on a terminal, nothing in a pipe."""
    from huizong.steps.progress import progress_for

    return progress_for(sys.stderr)


def print_json(value: Any) -> None:
    """UTF-8 whatever the terminal's locale says."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
