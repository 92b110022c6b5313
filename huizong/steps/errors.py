"""What goes wrong with the world, as one sentence each; the shells print it and choose the exit code."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Final


class UseError(Exception):
    """The command cannot be carried out as asked; the message is a sentence for the person."""


FULL: Final = "磁盘空间不足，没有保存；请腾出空间后重试，已经收下的不会重复。"
# By name, so that telling an error loads nothing it does not need.
SAYS: Final[Mapping[str, str]] = {
    "collector.store.StoreFull": FULL,
    "collector.store.BlobMissing": "存储中缺少一份原件或数据，请从备份恢复 .state 文件夹。",
    "collector.store.BlobDamaged": "存储中有一份数据已损坏，请从备份恢复 .state 文件夹。",
    "collector.keys.KeyMissing": "缺少密钥（.state/keys），无法打开已存的数据；请从备份恢复密钥。",
    "collector.keys.Tampered": "台账中有一处内容被改动过或密钥不符，请联系系统管理员。",
    "concurrent.futures.process.BrokenProcessPool": "一个工作进程意外结束（多为内存不足），请重试。",
    "collector.commits.LedgerBusy": "台账正被另一个程序占用，没有写入；请稍后重试。",
    "collector.database.LedgerTooNew": "台账由更新的版本建立，请升级本程序后再用。",
    "sqlalchemy.exc.OperationalError": "台账打不开或不能写入；请检查 .state 文件夹的权限和磁盘空间。",
    "sqlalchemy.exc.DatabaseError": "台账文件已损坏，请从备份恢复 .state 文件夹。",
}
# The end of a sentence: what the operating system said of a file.
FILE_SAYS: Final[Mapping[int, str]] = {
    errno.EACCES: "没有权限读写“{name}”，请检查文件夹的权限。",
    errno.EPERM: "没有权限读写“{name}”，请检查文件夹的权限。",
    errno.EROFS: "“{name}”所在的磁盘是只读的，不能写入。",
    errno.ENOENT: "找不到“{name}”，请检查路径。",
    errno.ENOTDIR: "“{name}”的上级不是文件夹，请检查路径。",
    errno.EISDIR: "“{name}”是文件夹，这里要的是文件。",
    errno.EEXIST: "“{name}”已经存在，请换一个名字。",
    errno.ENAMETOOLONG: "“{name}”的名字太长，请缩短。",
    errno.EADDRINUSE: "端口已被占用，请用 --port 换一个。",
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
}


def sentence(wrong: Exception) -> str:
    """One line for a person, without traceback, SQL or folders of ours."""
    if isinstance(wrong, UseError):
        return str(wrong)
    faults = getattr(wrong, "faults", None)
    if faults:
        more = f"（共 {len(faults)} 处，请运行 huizong lint 逐条查看）" if len(faults) > 1 else ""
        return _line(f"{faults[0]}{more}")
    for kind in type(wrong).__mro__:
        said = SAYS.get(f"{kind.__module__}.{kind.__qualname__}")
        if said is not None:
            return said
    if type(wrong).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
        return "有规则、指标或视图不能执行，请运行 huizong lint 查看文件和行号。"
    if isinstance(wrong, OSError):
        return _of_file(wrong)
    return f"程序出错（{type(wrong).__name__}）；设环境变量 HUIZONG_DEBUG=1 可看详情。"


def _of_file(wrong: OSError) -> str:
    if wrong.errno is None and wrong.args:         # raised by ourselves, with a sentence
        return _line(str(wrong.args[0]))
    name = str(wrong.filename or "").replace("\\", "/").rpartition("/")[2]
    said = FILE_SAYS.get(wrong.errno or 0, f"读写“{{name}}”失败（{wrong.strerror}）。")
    return _line(said.format(name=name))


def _line(text: str) -> str:
    return " ".join(text.split())
