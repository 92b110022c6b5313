"""What was typed wrongly on the command line, in one Chinese sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

HINT: Final = "用 --help 查看用法。"


class Place(click.Path):
    """A path as the commands take it; like click's, with our words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        try:
            there, folder = path.exists(), path.is_dir()
        except OSError:
            there, folder = False, False
        if self.exists and not there:
            self.fail(f"找不到“{value}”，请检查路径。", param, ctx)
        if there and not self.file_okay and not folder:
            self.fail(f"“{value}”是文件，这里要的是文件夹。", param, ctx)
        if there and not self.dir_okay and folder:
            self.fail(f"“{value}”是文件夹，这里要的是文件。", param, ctx)
        return super().convert(value, param, ctx)


def sentence(wrong: click.ClickException) -> str:
    """One line for every way click refuses a command line."""
    for kind, say in _SAYS.items():
        if isinstance(wrong, kind):
            return " ".join(say(wrong).split())
    return " ".join(wrong.format_message().split())


def _bad(wrong: Any) -> str:
    message = str(wrong.message)
    if re.search(r"[一-龥]", message):
        return message
    name = _name(wrong)
    choices = getattr(wrong.param.type, "choices", None) if wrong.param is not None else None
    if choices:
        return f"{name} 只能是 {'、'.join(map(str, choices))}。"
    found = re.search(r"(\S+) is not in the range (\S+)\.", message)
    if found:
        return f"{name} 的值 {found[1]} 超出范围（{found[2]}）。"
    found = re.match(r"'(.*)' is not a valid", message)
    return f"{name} 的值“{found[1]}”写得不对，{HINT}" if found else f"{name} 写得不对：{message}"


def _missing(wrong: Any) -> str:
    return f"缺少 {_name(wrong)}，{HINT}"


def _option(wrong: Any) -> str:
    near = f"，是否想写 {wrong.possibilities[0]}？" if wrong.possibilities else f"，{HINT}"
    return f"没有选项 {wrong.option_name}{near}"


def _usage(wrong: Any) -> str:
    message = str(wrong.message)
    found = re.match(r"No such command '(.*)'", message)
    if found:
        return f"没有命令 {found[1]}，{HINT}"
    if message.startswith("Missing command"):
        return f"请写明要做什么，{HINT}"
    found = re.match(r"Got unexpected extra arguments? \((.*)\)", message)
    if found:
        return f"多出的参数：{found[1]}；{HINT}"
    found = re.match(r"Option '(.*)' requires an argument", message)
    return f"选项 {found[1]} 后面缺少值，{HINT}" if found else message


def _name(wrong: Any) -> str:
    if wrong.param is None:
        return str(wrong.param_hint or "参数")
    return str(wrong.param.opts[0] if wrong.param.opts and wrong.param.opts[0].startswith("-")
               else wrong.param.human_readable_name)


# The most particular kind first.
_SAYS: Final[Mapping[type[click.ClickException], Callable[[Any], str]]] = {
    click.MissingParameter: _missing, click.BadParameter: _bad, click.NoSuchOption: _option,
    click.BadOptionUsage: _usage, click.UsageError: _usage}
