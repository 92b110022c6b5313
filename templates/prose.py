"""Prose with placeholders: finds a document's text file and fills it in a sandbox.

A text file is a YAML head between two `---` lines, a body in Markdown, and the bodies of annexes, each
after a line `=== key ===`. Only placeholders, conditions and loops work in it. Values are inert: nothing
in a value becomes Markdown, and no value is evaluated. The file format is described in text/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import CodeType
from typing import Any, TypeVar

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes, pass_eval_context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from templates import filters
from templates.clean import clean
from templates.prose_told import no_filter, told

TEXT = Path(__file__).parent / "text"
_PART = re.compile(r"^===\s*([\w-]+)\s*===\s*$", re.MULTILINE)
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_TAG_AT_END = re.compile(r"^.*[^+]%}$", re.MULTILINE)
_TAGS_ALONE = re.compile(r"\s*({%((?!%}).)*%}\s*)+")
_BLANK = re.compile(r"\s*\n\s*")


class ProseError(ValueError):
    """A text file cannot be used. The message is one Chinese sentence with file, line and remedy."""

    def __init__(self, where: str, line: int, message: str) -> None:
        super().__init__(f"{where}:{line}: {message}")
        self.where, self.line, self.message = where, line, message


@dataclass(frozen=True)
class Prose:
    """A text file taken apart: its head as YAML gave it, its body, the bodies of its annexes."""

    name: str
    head: Mapping[str, Any]
    parts: tuple[tuple[str, int, str], ...]
    """(key, number of the line before the first, Markdown with placeholders); the body's key is ''."""
    head_text: str
    head_line: int


def find(name: str, folders: Sequence[Path] = ()) -> Path:
    """The first `name` in the given folders, then in the shipped ones. Raises FileNotFoundError."""
    for folder in (*folders, TEXT):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"找不到文书文本“{name}”，请放入活动文件夹的 text/ 目录")


def take_apart(text: str, name: str = "") -> Prose:
    """Split a text file into head and parts. Raises ProseError."""
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines or lines[0].strip() != "---":
        raise ProseError(name, 1, "文书文本应以一行 --- 开头，其后是文书要素")
    try:
        end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        raise ProseError(name, 1, "文书要素没有结束，请在要素之后另起一行写 ---") from None
    head_text = "\n".join(lines[1:end])
    try:
        head = YAML(typ="safe").load(head_text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise ProseError(name, line, "文书要素的写法有误，请检查冒号后的空格、引号和缩进") from error
    if not isinstance(head, dict):
        raise ProseError(name, 2, "文书要素应写成“名称: 内容”的形式")
    body = "\n".join(lines[end + 1 :])
    parts: list[tuple[str, int, str]] = []
    key, start = "", 0
    for found in _PART.finditer(body):
        parts.append((key, end + 1 + body.count("\n", 0, start), body[start : found.start()]))
        key, start = found[1], found.end() + 1
    parts.append((key, end + 1 + body.count("\n", 0, start), body[start:]))
    return Prose(name, head, tuple(parts), head_text, 1)


def load(name: str, folders: Sequence[Path] = ()) -> Prose:
    """The text file of that name: the campaign's own, else the shipped one."""
    return take_apart(find(name, folders).read_text("utf-8-sig"), name)


def _environment(finalize: Callable[[Any], Any]) -> ImmutableSandboxedEnvironment:
    @pass_eval_context  # so asked, it is called when a text is filled, and what is compiled holds no value
    def shown(_: nodes.EvalContext, value: Any) -> Any:
        return finalize(value)

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, finalize=shown
    )
    environment.filters.update(filters.FILTERS)
    return environment


@lru_cache(maxsize=512)
def _compiled(text: str) -> CodeType:
    """A text as code: the same for every unit it is filled for."""
    return _environment(str).compile(_keep_ends(text))


class Filler:
    """Fills the strings of one document and remembers which forbidden characters it took out."""

    def __init__(self, context: Mapping[str, Any], name: str = "") -> None:
        self.removed: list[str] = []
        self._context, self._name = context, name
        self._plain = _environment(self._value)
        self._markdown = _environment(lambda value: _MARKDOWN.sub(r"\\\1", self._value(value)))

    def _value(self, value: Any) -> str:
        if value is None:
            return ""
        text, removed = clean(str(value))
        self.removed += [mark for mark in removed if mark not in self.removed]
        return _BLANK.sub(" ", text).strip()

    def _run(self, environment: ImmutableSandboxedEnvironment, text: str, before: int) -> str:
        try:
            code, known = _compiled(text), environment.make_globals(None)
            return environment.template_class.from_code(environment, code, known).render(self._context)
        except TemplateSyntaxError as error:
            line, message = told(error, text)
            raise ProseError(self._name, before + line, message) from error
        except TemplateError as error:
            raise ProseError(self._name, before + _line(error), _missing(error)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise ProseError(self._name, before + _line(error), f"占位符不能计算：{error}") from error

    def plain(self, text: str) -> str:
        """A line of the head, filled."""
        return self._run(self._plain, text, 1).strip()

    def markdown(self, text: str, before: int) -> str:
        """A part, filled; values are escaped so that they stay words."""
        return self._run(self._markdown, text, before)

    def truth(self, expression: str) -> bool:
        """A condition of the head, such as `fig.annex2_c5 > 0`."""
        return self.plain("{% if " + expression + " %}1{% endif %}") == "1"


def fill_text(text: str, context: Mapping[str, Any], name: str = "") -> str:
    """A plain text (a chat message, a mail), filled in the same sandbox. Raises ProseError."""
    return Filler(context, name).plain(text)


def _keep_ends(text: str) -> str:
    """Lines of tags alone vanish (trim_blocks); a line of words that ends in a tag keeps its end."""
    return _TAG_AT_END.sub(
        lambda line: line[0] if _TAGS_ALONE.fullmatch(line[0]) else line[0][:-2] + "+%}", text
    )


def _missing(error: TemplateError) -> str:
    """What a template lacks, in words for the person who edits it."""
    named = re.search(r"attribute '(.+?)'|^'(.+?)' is undefined", str(error))
    if named:
        return f"没有名为“{named[1] or named[2]}”的数据，请对照 FIGURES.md 检查占位符"
    return f"占位符不能使用：{error}"


def _line(error: BaseException) -> int:
    """The line of the template in which an error arose; Jinja rewrites tracebacks to template lines."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def parsed(text: str) -> nodes.Template:
    """The placeholders of a text file, its conditions in the head included. Raises ProseError."""
    environment, source = _environment(str), _unfence(text)
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        line, message = told(error, source)
        raise ProseError("", line, message) from error
    for node in tree.find_all(nodes.Filter):  # Jinja itself tells of those in conditions only when it prints
        if node.name not in environment.filters:
            raise ProseError("", node.lineno, no_filter(node.name))
    return tree


def placeholder_lines(text: str) -> dict[str, tuple[int, ...]]:
    """Every name a text file asks for, dotted, with its lines; a loop's row is `list[].key`.

    Raises ProseError where the placeholders cannot be parsed.
    """
    found: dict[str, set[int]] = {}
    tree, bound, starts = parsed(text), dict[str, str](), _starts(text)
    pieces = (each.nodes if isinstance(each, nodes.Output) else [each] for each in tree.body)
    for node in chain.from_iterable(pieces):
        while starts and node.lineno > starts[0]:  # a part is filled by itself: what another set is unknown
            bound = {}
            starts.pop(0)
        _walk(node, bound, found)
    return {name: tuple(sorted(lines)) for name, lines in sorted(found.items())}


def _starts(text: str) -> list[int]:
    """The lines at which a part of a text file begins."""
    return [text.count("\n", 0, found.start()) + 1 for found in _PART.finditer(text)]


def placeholders(text: str) -> set[str]:
    """Every name a text file asks for, such as `fig.annex2_c5` or `units[].name`."""
    return set(placeholder_lines(text))


def _unfence(text: str) -> str:
    """Conditions of the head (`when: expr`) as Jinja sees them, lines kept."""
    return re.sub(r"\bwhen:\s*(['\"]?)(.+?)\1\s*(?=[,}\n]|$)", r"{% if \2 %}{% endif %}", text)


def _walk(node: nodes.Node, bound: dict[str, str], found: dict[str, set[int]]) -> None:
    if isinstance(node, nodes.For):
        _walk(node.iter, bound, found)
        row = _path(node.iter, bound)
        inner = dict(bound, loop="")
        for name in _targets(node.target):
            inner[name] = f"{row}[]" if row else ""
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            _walk(child, inner, found)
        return
    if isinstance(node, nodes.Assign):
        _walk(node.node, bound, found)
        for name in _targets(node.target):
            bound[name] = _path(node.node, bound) or ""
        return
    if isinstance(node, nodes.Filter) and node.name in filters.KEYED and node.node is not None:
        base = _path(node.node, bound)
        for argument in (*node.args[:1], *(pair.value for pair in node.kwargs if pair.key == "key")):
            if base and isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                found.setdefault(f"{base}[].{argument.value}", set()).add(node.lineno)
    if isinstance(node, nodes.Getattr | nodes.Name | nodes.Getitem):
        path = _path(node, bound)
        if path is not None:
            if path:
                found.setdefault(path, set()).add(node.lineno)
            return
    for child in node.iter_child_nodes():
        _walk(child, bound, found)


def _targets(node: nodes.Node) -> list[str]:
    names = [node] if isinstance(node, nodes.Name) else list(node.find_all(nodes.Name))
    return [name.name for name in names]


def _path(node: nodes.Node, bound: Mapping[str, str]) -> str | None:
    """The dotted path of an expression; '' if it hangs on a name we made ourselves; None if it is no path."""
    if isinstance(node, nodes.Name):
        return bound.get(node.name, node.name)
    if isinstance(node, nodes.Filter) and node.name in filters.ROWS_KEPT and node.node is not None:
        return _path(node.node, bound)
    if isinstance(node, nodes.Getattr):
        base = _path(node.node, bound)
        return f"{base}.{node.attr}" if base else base
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const | nodes.Slice):
        base = _path(node.node, bound)
        return f"{base}[]" if base else base
    return None


N = TypeVar("N", bound=nodes.Node)


def bound_paths(
    tree: nodes.Node, kind: type[N], inner: Callable[[N], nodes.Node], bound: Mapping[str, str] | None = None
) -> Iterator[tuple[N, str | None]]:
    """Every node of a kind with the dotted path of what `inner` picks of it; a loop's row is `list[]`."""
    names = dict(bound or {})
    if isinstance(tree, nodes.For):
        row = _path(tree.iter, names)
        names |= {"loop": ""} | dict.fromkeys(_targets(tree.target), f"{row}[]" if row else "")
    if isinstance(tree, kind):
        yield tree, _path(inner(tree), names)
    for child in tree.iter_child_nodes():
        yield from bound_paths(child, kind, inner, names)
