"""What goes wrong with the world, as one sentence each; the shells print it and choose the exit code."""

from __future__ import annotations


class UseError(Exception):
    """The command cannot be carried out as asked; the message is a sentence for the person."""


def sentence(wrong: Exception) -> str:
    """A sentence (or, for faults of a definition, a line each) without traceback, path of ours or SQL."""
    faults = getattr(wrong, "faults", None)
    if faults:
        return "\n".join(str(fault) for fault in faults)
    if isinstance(wrong, UseError):
        return str(wrong)
    if isinstance(wrong, PermissionError):
        return f"没有权限读写“{_name(wrong)}”，请检查文件夹的权限。"
    if isinstance(wrong, FileNotFoundError):
        return f"找不到“{_name(wrong)}”，请检查路径。"
    if isinstance(wrong, OSError) and wrong.errno == 28:
        return "磁盘已满，没有保存；请腾出空间后重试。"
    return f"程序出错（{type(wrong).__name__}），没有改变任何数据；设环境变量 HUIZONG_DEBUG=1 可看详情。"


def _name(wrong: OSError) -> str:
    return str(wrong.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
