"""`huizong bench`: ratios measured on this machine, in one run; never a test that times out."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from huizong.bench.race import Measured, run
from huizong.steps.progress import progress_for

NOTE = ("倍数＝对照用时÷本程序用时，两边轮流运行取中位数；毫秒只供参考。"
        "对照做得更少或更多之处，写在各行里；小于 1 的行是对照更省。")


def bench(rows: int, *, say: Callable[[str], object]) -> None:
    """Prints the table: on a terminal as one, in a pipe a line each as soon as it is measured."""
    from huizong.bench.comparisons import plan

    terminal = sys.stdout.isatty()
    found = []
    with tempfile.TemporaryDirectory(prefix="huizong-bench-") as folder:
        for n, (name, races) in enumerate(plan(rows)):
            at = Path(folder) / str(n)
            at.mkdir()
            for race in progress_for(sys.stderr)(races(at), f"比较：{name}"):
                found.append(run(race))
                if not terminal:
                    say(line(found[-1]))
    if terminal:
        _table(found)
    say(NOTE)


def line(each: Measured) -> str:
    return (f"{each.what}\t{each.ratio:.3g} 倍\t{each.ours}：{1000 * each.ours_seconds:.3g} 毫秒\t"
            f"{each.theirs}：{1000 * each.theirs_seconds:.3g} 毫秒")


def _table(found: Iterable[Measured]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("比较", "本程序", "对照", "倍数", "毫秒", "对照毫秒")
    for column in table.columns[3:]:
        column.justify = "right"
    for each in found:
        table.add_row(each.what, each.ours, each.theirs, f"{each.ratio:.3g}",
                      f"{1000 * each.ours_seconds:.3g}", f"{1000 * each.theirs_seconds:.3g}")
    Console().print(table)


__all__ = ["bench"]
