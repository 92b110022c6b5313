"""YAML 1.2 with line numbers: plain values, and the line on which every key and item stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

from forms.faults import Fault

Path_ = tuple[str, ...]


@dataclass(frozen=True)
class YamlFile:
    """One file as read. `lines` maps a path of keys (and item numbers), all as text, to its 1-based line."""

    name: str
    data: Any
    lines: Mapping[Path_, int]
    faults: tuple[Fault, ...] = ()

    def line(self, *path: object) -> int:
        """The line of the path, or of its nearest ancestor that stands in the file."""
        keys = tuple(str(key) for key in path)
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)


def read(file: Path, name: str) -> YamlFile:
    """The file's values.

    What YAML itself refuses (syntax, a key written twice, bytes that are no UTF-8) is a fault.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return YamlFile(name, None, {}, (Fault(name, 0, "缺少这个文件。"),))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return YamlFile(name, None, {}, (Fault(name, line, "不是 UTF-8 编码，请另存为 UTF-8。"),))
    return parse(text, name)


def parse(text: str, name: str) -> YamlFile:
    """As `read`, from text."""
    try:
        node = _Composer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fault = Fault(
            name, mark.line + 1 if mark else 1, f"YAML 语法有误：{error.problem or error.context}。"
        )
        return YamlFile(name, None, {}, (fault,))
    except yaml.YAMLError as error:
        return YamlFile(name, None, {}, (Fault(name, 1, f"YAML 语法有误：{str(error).splitlines()[0]}。"),))
    reader = _Reader(name)
    data = reader.value(node, ()) if node is not None else None
    return YamlFile(name, data, reader.lines, tuple(reader.faults))


class _Composer(yaml.cyaml.CParser, BaseResolver):  # type: ignore[misc]  # the parser is libyaml
    """libyaml's nodes, with plain words read as YAML 1.2 reads them: `no` and `on` are text."""

    def __init__(self, text: str) -> None:
        yaml.cyaml.CParser.__init__(self, text)
        BaseResolver.__init__(self)


# The core schema (YAML 1.2.2, chapter 10.3), and dates.
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", list("0123456789")),
):
    _Composer.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


class _Reader:
    """Walks the composed nodes once. Nodes keep their marks; constructed values would have lost them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.faults: list[Fault] = []

    def value(self, node: Node, path: Path_) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, str(n))) for n, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.faults.append(Fault(self.name, line, "键应为一个词。"))
                continue
            key = self._scalar(key_node)
            where = (*path, str(key))
            if where in self.lines:
                self.faults.append(
                    Fault(self.name, line, f"“{key}”写了两次（第{self.lines[where]}行已有）。")
                )
                continue
            self.lines[where] = line
            found[key] = self.value(value_node, where)
        return found

    def _scalar(self, node: Any) -> Any:
        text = str(node.value)
        if getattr(node, "style", None) in ("'", '"', "|", ">"):
            return text
        kind = str(node.tag).rsplit(":", 1)[-1]
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return text.lower() == "true"
            if kind == "int":
                return int(text.replace("_", ""), 0) if text.lower()[:2] in ("0x", "0o") else int(text)
            if kind == "float":
                return float(text)
            if kind == "timestamp":
                return date.fromisoformat(text)
        except ValueError:
            pass  # what only looks like a number or a date is text; its place says what it should have been
        return text
