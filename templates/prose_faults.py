"""Mistakes in a text file that no one would see before it is printed, found without printing it.

Comparisons that can never be true, inserts nobody hands in, annexes without text, headings too deep.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from jinja2 import nodes

from templates.document import Head
from templates.parse import CAPTION_ALONE
from templates.prose import Prose, bound_paths, parsed

_INSERT = re.compile(r"^```(\w+)[ \t]*(\S*)[ \t]*$")
_TAGS = re.compile(r"({%.*?%}\s*)+")
_DEEP = re.compile(r"^#{5,}\s")
INSERTS = ("figure", "table", "caption", "remark", "line")
Found = Iterator[tuple[int, str]]


def comparisons(text: str, kinds: Mapping[str, type], words: Mapping[str, Sequence[str]]) -> Found:
    """(line, sentence) of every comparison of a number with a text, or with a text that never occurs.

    `kinds`: what a name holds; `words`: the texts that a name may hold.
    """
    for node, path in bound_paths(parsed(text), nodes.Compare, lambda node: node.expr):
        kind = kinds.get(path or "")
        for operand in node.ops:
            if isinstance(operand.expr, nodes.Const):
                for said in _wrong(path or "", kind, operand.expr.value, words):
                    yield node.lineno, said


def _wrong(path: str, kind: type | None, value: object, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if kind is int and isinstance(value, str):
        yield f"“{path}”是数，与之比较的数不加引号：{value}。"
    elif kind is str and isinstance(value, int | float) and not isinstance(value, bool):
        yield f"“{path}”是文字，不能与数 {value} 比较。"
    elif path in words and isinstance(value, str) and value not in words[path]:
        yield f"“{path}”只会是 {'、'.join(words[path])}，不会是“{value}”。"


def shape(prose: Prose, head: Head, tables: Collection[str], pictures: Collection[str]) -> Found:
    """(line, sentence) of inserts that nobody hands in, annexes without text and headings too deep."""
    keys = {key for key, _, _ in prose.parts}
    for item in head.attachments:
        if item.key and item.key not in keys:
            line = _line_with(prose, f"key: {item.key}")
            yield line, f"附件“{item.title}”没有正文，请在文末加一行 === {item.key} === 并写出内容。"
    for key, before, part in prose.parts:
        if key and key not in {item.key for item in head.attachments}:
            yield before, f"“=== {key} ===”不属于任何附件，请在文书要素的 attachments 中列出 {key}。"
        for number, text in enumerate(part.split("\n"), before + 1):
            if _DEEP.match(text):
                yield number, "公文结构层次只有四级，请改为 # 至 ####。"
            yield from ((number, said) for said in _insert(text, tables, pictures))
        yield from ((before + number, CAPTION_ALONE + "。") for number in _alone(part.split("\n")))


def _alone(lines: Sequence[str]) -> Iterator[int]:
    """The lines with a caption behind which no table comes; lines of tags alone do not count."""
    for number, text in enumerate(lines, 1):
        if text.strip() == "```caption":
            rest = iter(lines[number:])
            next((line for line in rest if line.strip() == "```"), None)
            behind = (line.strip() for line in rest if line.strip() and not _TAGS.fullmatch(line.strip()))
            if not next(behind, "").startswith(("|", "```table")):
                yield number


def _insert(line: str, tables: Collection[str], pictures: Collection[str]) -> Iterator[str]:
    found = _INSERT.match(line)
    if found is None:
        return
    what, key = found[1], found[2]
    known = {"table": tables, "figure": pictures}.get(what)
    if what not in INSERTS:
        yield f"不认识的插入指令“{what}”，可用的有：{'、'.join(INSERTS)}。"
    elif known is not None and key not in known:
        yield f"没有名为“{key}”的{'表' if what == 'table' else '图'}，可用的有：{'、'.join(known)}。"


def _line_with(prose: Prose, text: str) -> int:
    lines = prose.head_text.split("\n")
    return next((number for number, line in enumerate(lines, 2) if text in line), 1)
