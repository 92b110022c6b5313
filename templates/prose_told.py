"""What is wrong with a placeholder's writing, in words for the person who edits the text."""

from __future__ import annotations

import re
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError

from templates import filters

_TAG = re.compile(r"{%[-+]?\s*(\w+)")
_WORDS = re.compile(r"{%.*?%}")
_ENDS = {"endif": "if", "endfor": "for"}
TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set")


def told(error: TemplateSyntaxError, text: str) -> tuple[int, str]:
    """(line, sentence): where the mistake is, and what to write instead."""
    said = error.message or ""
    if "got '='" in said:
        return error.lineno, "条件里的“等于”要写两个等号（==）。"
    if found := re.search(r"No filter named '(\w+)'", said):
        return error.lineno, no_filter(found[1])
    if (opened := unclosed(text)) and ("end of template" in said or "endif" in said or "endfor" in said):
        line, tag = opened
        return line, f"这一处 {{% {tag} %}} 没有对应的 {{% end{tag} %}}。"
    if found := re.search(r"unknown tag '(\w+)'", said):
        if found[1] in _ENDS:
            return error.lineno, f"这一处 {{% {found[1]} %}} 之前没有对应的 {{% {_ENDS[found[1]]} … %}}。"
        return error.lineno, f"不认识的标签“{found[1]}”，可用的有：{'、'.join(TAGS)}。"
    return error.lineno, f"占位符写法有误，请检查花括号、引号和括号是否成对（{said}）。"


def no_filter(name: str) -> str:
    """The sentence for a filter nobody knows."""
    near = get_close_matches(name, filters.FILTERS, n=1)
    hint = f"，是否想写“{near[0]}”？" if near else f"，可用的有：{'、'.join(filters.FILTERS)}。"
    return f"竖线之后没有“{name}”这种写法{hint}"


def unclosed(text: str) -> tuple[int, str] | None:
    """The line and tag of a block that is opened and never closed: in a line of words if there is one that
    opens more than it closes, else the first that is left open."""
    stack: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        tags = _TAG.findall(line)
        more = [tag for tag in tags if tag in _ENDS.values()]
        if _WORDS.sub("", line).strip() and len(more) > sum(tag in _ENDS for tag in tags):
            return number, more[-1]
        for tag in _TAG.findall(line):
            if tag in _ENDS.values():
                stack.append((number, tag))
            elif tag in _ENDS and stack:
                stack.pop()
    return stack[0] if stack else None
