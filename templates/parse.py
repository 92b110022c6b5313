"""Markdown into blocks, and a filled text file into a Document. Headings are numbered here, never by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from templates.blocks import Align, Block, Cell, Heading, Image, Paragraph, Remark, Run, Table
from templates.columns import tabled
from templates.filters import chinese
from templates.prose import ProseError

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["html_block", "html_inline"])
CAPTION_ALONE = "caption 是表的标题，其后应当是一个表"
_DIRECTIVES = "figure、table、caption、remark、line"


@dataclass
class _Counter:
    """The running numbers of the four heading levels (G20)."""

    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def next(self, level: int) -> str:
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (4 - level)
        number = self.counts[level - 1]
        return (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}.", f"（{number}）")[level - 1]


@dataclass(frozen=True)
class Inserts:
    """What a text may ask for by key: pictures as PNG bytes, tables as data."""

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)


def blocks(
    markdown: str, inserts: Inserts, name: str = "", before: int = 0, landscape: bool = False
) -> tuple[Block, ...]:
    """The blocks of one part. `before` lines precede it in its file. Raises ProseError."""
    return _Parser(inserts, name, before, landscape).parse(_MARKDOWN.parse(markdown))


class _Parser:
    def __init__(self, inserts: Inserts, name: str, before: int, landscape: bool) -> None:
        self._inserts, self._name, self._before = inserts, name, before
        self._landscape = landscape
        self._counter = _Counter()
        self._caption = ""
        self._out: list[Block] = []

    def _error(self, token: Token, message: str) -> ProseError:
        return ProseError(self._name, self._before + (token.map[0] if token.map else 0) + 1, message)

    def parse(self, tokens: Sequence[Token]) -> tuple[Block, ...]:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if self._caption and token.type not in {"table_open", "fence"}:
                raise self._error(token, CAPTION_ALONE)
            if token.type == "heading_open":
                self._heading(token, tokens[at + 1])
                at += 3
            elif token.type == "paragraph_open":
                self._paragraph(tokens[at + 1])
                at += 3
            elif token.type == "ordered_list_open":
                at = self._list(tokens, at)
            elif token.type == "table_open":
                end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                self._add_table(_table(tokens[at:end], self._landscape))
                at = end + 1
            elif token.type == "fence":
                self._directive(token)
                at += 1
            else:
                raise self._error(token, "公文正文只用标题、段落、编号列表、表格和插入指令，请改写这一处")
        if self._caption:
            raise self._error(tokens[-1], CAPTION_ALONE)
        return tuple(self._out)

    def _add_table(self, table: Table) -> None:
        self._out.append(replace(table, caption=self._caption) if self._caption else table)
        self._caption = ""

    def _heading(self, token: Token, inline: Token) -> None:
        level = int(token.tag[1])
        if level > 4:
            raise self._error(token, "公文结构层次只有四级，请改为 # 至 ####")
        text = "".join(run.text for run in _runs(inline))
        self._out.append(Heading(level, self._counter.next(level), text))

    def _paragraph(self, inline: Token) -> None:
        runs = _runs(inline)
        last = self._out[-1] if self._out else None
        if isinstance(last, Heading) and last.text.endswith("。") and not last.run_in:
            # The full stop goes to the body's face: free 楷体 faces set it in mid-height.
            self._out[-1] = Heading(last.level, last.number, last.text[:-1], (Run("。"), *runs))
        elif runs:
            self._out.append(Paragraph(runs))

    def _list(self, tokens: Sequence[Token], at: int) -> int:
        number = int(tokens[at].attrs.get("start", 1))
        end = at + 1
        while tokens[end].type != "ordered_list_close" or tokens[end].level != tokens[at].level:
            if tokens[end].type == "inline":
                self._out.append(Paragraph((Run(f"{number}."), *_runs(tokens[end]))))
                number += 1
            elif tokens[end].type not in {
                "list_item_open",
                "list_item_close",
                "paragraph_open",
                "paragraph_close",
            }:
                raise self._error(tokens[end], "编号列表的每一条只能是一段文字，请改写这一处")
            end += 1
        return end + 1

    def _directive(self, token: Token) -> None:
        what, _, key = token.info.strip().partition(" ")
        key, text = key.strip(), token.content.strip()
        if what == "figure":
            if key not in self._inserts.pictures:
                raise self._error(
                    token, f"没有名为“{key}”的图，可用的有：{'、'.join(self._inserts.pictures)}"
                )
            self._out.append(Image(self._inserts.pictures[key], _plain(text)))
        elif what == "table":
            if key not in self._inserts.tables:
                raise self._error(token, f"没有名为“{key}”的表，可用的有：{'、'.join(self._inserts.tables)}")
            self._add_table(self._inserts.tables[key])
        elif what == "caption":
            self._caption = _plain(text)
        elif what == "remark":
            inner = _MARKDOWN.parse(text)
            self._out += [Remark(_runs(inline)) for inline in inner if inline.type == "inline"]
        elif what == "line":
            aligns: dict[str, Align] = {"left": "left", "center": "center", "right": "right"}
            if (key or "left") not in aligns:
                raise self._error(token, "line 之后只能写 left、center 或 right")
            self._out.append(Paragraph((Run(_plain(text)),), indent=False, align=aligns[key or "left"]))
        else:
            raise self._error(token, f"不认识的插入指令“{what}”，可用的有：{_DIRECTIVES}")


def _plain(text: str) -> str:
    return "".join(run.text for token in _MARKDOWN.parse(text) if token.children for run in _runs(token))


def _runs(inline: Token) -> tuple[Run, ...]:
    """The runs of a line of text. A line break inside a Chinese paragraph is nothing."""
    runs: list[Run] = []
    bold = 0
    for child in inline.children or []:
        if child.type == "strong_open":
            bold += 1
        elif child.type == "strong_close":
            bold -= 1
        elif child.type == "hardbreak":
            runs.append(Run("\n", bool(bold)))
        elif child.content:
            runs.append(Run(child.content, bool(bold)))
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].bold == run.bold:
            merged[-1] = Run(merged[-1].text + run.text, run.bold)
        else:
            merged.append(run)
    return tuple(merged)


def _table(tokens: Sequence[Token], landscape: bool) -> Table:
    header: list[tuple[Cell, ...]] = []
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    head = False
    align: Align = "center"
    for token in tokens:
        if token.type in {"thead_open", "tbody_open"}:
            head = token.type == "thead_open"
        elif token.type in {"th_open", "td_open"}:
            align = _align(token.attrs.get("style"))
        elif token.type == "inline":
            row.append(Cell("".join(run.text for run in _runs(token)), align="center" if head else align))
        elif token.type == "tr_close":
            (header if head else rows).append(tuple(row) if head else _writable(row))
            row = []
    return tabled(header, rows, landscape)


_TO_WRITE_IN = "\u3000\n\u3000"


def _writable(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """A row of a form: most of its cells are empty, to be filled in by hand, which takes the height of two
    lines."""
    empty = [at for at, cell in enumerate(row) if not cell.text]
    if 2 * len(empty) <= len(row):
        return tuple(row)
    return tuple(replace(cell, text=_TO_WRITE_IN) if at == empty[0] else cell for at, cell in enumerate(row))


def _align(style: Any) -> Align:
    text = str(style or "")
    return "left" if "left" in text else "right" if "right" in text else "center"
