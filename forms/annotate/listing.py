"""The 问题清单 sheet: every finding in a row, with a link to its cell."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from forms.annotate.marks import NAMES, SHEET, TITLE, clean
from forms.annotate.ooxml import (
    CONTENT_TYPES,
    MAIN,
    PACKAGE_RELATION,
    RELATION,
    TYPES,
    child,
    tag,
    written,
)
from forms.annotate.repack import packed
from forms.annotate.styles import Styles
from forms.findings import LEVELS, Finding, natural, place
from forms.workbook.cells import letters

_HEAD: Final = (
    ("序号", 6),
    ("级别", 7),
    ("规则", 7),
    ("工作表", 18),
    ("单元格", 9),
    ("问题", 60),
    ("处理办法", 34),
    ("有关内容", 24),
)
MEMORY: Final = 9  # hidden columns I and J: the address and the fill that the marked cell had before
OF_ONE_PROBLEM: Final = 100  # lines
_Problem = tuple[str, str, str | None, str | None]  # level, rule, sheet, field
_LINE: Final = 15  # points
_LINKS: Final = 65_530  # Excel drops the links beyond, silently
_XML: Final = "http://www.w3.org/XML/1998/namespace"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then by problem, then by place."""
    return sorted(findings, key=lambda each: (LEVELS.index(each.level), natural(each.rule), place(each)))


def capped(findings: Iterable[Finding]) -> list[Finding]:
    """Of one problem in one column the first so many, then a line that counts the others: all are marked."""
    kept: list[Finding] = []
    seen: Counter[_Problem] = Counter()
    last: dict[_Problem, int] = {}
    for each in findings:
        problem: _Problem = (each.level, each.rule, each.sheet, each.field)
        seen[problem] += 1
        if seen[problem] <= OF_ONE_PROBLEM:
            last[problem] = len(kept)
            kept.append(each)
    for problem, at in sorted(last.items(), key=lambda each: -each[1]):
        more = seen[problem] - OF_ONE_PROBLEM
        if more > 0:
            told = f"同样的问题另有{more}处，都已在“{problem[2]}”中标出。"
            kept.insert(at + 1, replace(kept[at], cell=None, row=None, value=None, message=told))
    return kept


def list_sheet(
    findings: Sequence[Finding],
    formats: Mapping[str, int],
    sheets: frozenset[str] = frozenset(),
    before: Mapping[tuple[str, str], str] | None = None,
    selected: bool = False,
) -> bytes:
    """The sheet's XML.

    Links lead to cells of `sheets`; `before` are the fills to remember, by (sheet, cell).
    """
    root = etree.Element(tag("worksheet"), nsmap={"r": RELATION, **_MAIN_ONLY})
    child(child(root, "sheetPr"), "pageSetUpPr", fitToPage="1")
    view = child(child(root, "sheetViews"), "sheetView", workbookViewId="0")
    if selected:
        view.set("tabSelected", "1")
    child(view, "pane", ySplit="2", topLeftCell="A3", activePane="bottomLeft", state="frozen")
    columns = child(root, "cols")
    for n, (_, width) in enumerate(_HEAD, 1):
        child(columns, "col", min=str(n), max=str(n), width=str(width), customWidth="1")
    child(columns, "col", min=str(MEMORY), max=str(MEMORY + 1), width="9", hidden="1", customWidth="1")
    data = child(root, "sheetData")
    _row(data, 1, [(TITLE, formats["title"])])
    _row(data, 2, [(label, formats["head"]) for label, _ in _HEAD])
    remembered = list((before or {}).items())
    links: list[tuple[str, str]] = []
    text = formats["text"]
    shown = capped(findings)
    for n, each in enumerate(shown, 1):
        linked = bool(each.cell and each.sheet in sheets and len(links) < _LINKS)
        if linked and each.sheet and each.cell:
            links.append((f"E{n + 2}", "'" + each.sheet.replace("'", "''") + f"'!{each.cell}"))
        values = [
            (str(n), text),
            (NAMES[each.level], formats[each.level]),
            (each.rule, text),
            (each.sheet or "", text),
            (each.cell or "", formats["link"] if linked else text),
            (each.message, text),
            ("" if each.fix == "–" else each.fix or "", text),
            (each.value or "", text),
        ]
        _row(data, n + 2, values + _memory(remembered, n - 1, text))
    for n in range(len(shown) + 1, len(remembered) + 1):
        _row(data, n + 2, [("", text)] * (MEMORY - 1) + _memory(remembered, n - 1, text))
    if links:
        parent = child(root, "hyperlinks")
        for cell, location in links:
            child(parent, "hyperlink", ref=cell, location=location, display=location)
    child(root, "pageMargins", left="0.5", right="0.5", top="0.6", bottom="0.6", header="0.3", footer="0.3")
    child(root, "pageSetup", paperSize="9", orientation="landscape", fitToWidth="1", fitToHeight="0")
    return written(root)


def list_workbook(findings: Iterable[Finding]) -> bytes:
    """A workbook of the 问题清单 alone: what goes back for a file that cannot be marked (xls, ods)."""
    styles = Styles(_STYLES)
    sheet = list_sheet(in_order(findings), styles.list_formats(), selected=True)
    return packed(
        {
            CONTENT_TYPES: _CONTENT.encode(),
            "_rels/.rels": _ROOT_RELATIONS.encode(),
            "xl/workbook.xml": _BOOK.encode(),
            "xl/_rels/workbook.xml.rels": _BOOK_RELATIONS.encode(),
            "xl/styles.xml": styles.xml(),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _memory(remembered: Sequence[tuple[tuple[str, str], str]], n: int, style: int) -> list[tuple[str, int]]:
    if n >= len(remembered):
        return []
    (sheet, cell), fill = remembered[n]
    return [(f"{sheet}!{cell}", style), (fill, style)]


def _row(data: etree._Element, number: int, values: Sequence[tuple[str, int]]) -> None:
    row = child(data, "row", r=str(number))
    lines = max(_lines(text, width) for (text, _), (_, width) in zip(values, _HEAD, strict=False))
    if lines > 1 and number > 1:  # not every program makes room for wrapped text by itself
        row.set("ht", str(_LINE * lines))
        row.set("customHeight", "1")
    for column, (text, style) in enumerate(values, 1):
        cell = child(row, "c", r=f"{letters(column)}{number}", s=str(style))
        if text:
            cell.set("t", "inlineStr")
            child(child(cell, "is"), "t", clean(text)).set(f"{{{_XML}}}space", "preserve")


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column that holds `width` digits; a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)
    return -(-taken // width)


_MAIN_ONLY: Final[Any] = {None: MAIN}  # the stubs do not know the default namespace
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT: Final = (
    f'{_DECLARATION}<Types xmlns="{TYPES}"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/></Types>'
)
_ROOT_RELATIONS: Final = (
    f'{_DECLARATION}<Relationships xmlns="{PACKAGE_RELATION}"><Relationship Id="rId1" '
    f'Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK: Final = (
    f'{_DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets><sheet name="{SHEET}" sheetId="1" '
    'r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELATIONS: Final = (
    f'{_DECLARATION}<Relationships xmlns="{PACKAGE_RELATION}">'
    f'<Relationship Id="rId1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATION}/styles" Target="styles.xml"/></Relationships>'
)
_STYLES: Final = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()
