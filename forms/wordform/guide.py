"""The filling guide as a docx: what to read first, then every form column by column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forms.guide import ColumnGuide, FormGuide
from forms.wordform.docx import document
from forms.wordform.paper import SHADE, Box, Page, box, line, ruled
from templates.ooxml import Element, Look, paragraph, run

_HEADS = ("栏目", "是否必填", "填写内容", "可选值", "示例", "说明")
_SHARES = (30, 26, 40, 68, 34, 62)
_SIZE = 9.0


def guide_docx(title: str, opening: str, forms: Iterable[FormGuide]) -> bytes:
    """`opening` is plain text, a paragraph a line. Landscape A4, each form on a page of its own."""
    page = Page(landscape=True, top=20, bottom=18, left=18, right=18)
    body: list[Element] = [paragraph("Title", [run(title)], Look("center", after=10, auto_height=True))]
    body += [line(text, size=12, after=4) for text in opening.splitlines() if text.strip()]
    for form in forms:
        number = f"材料{form.number}" if form.number.isdigit() else form.number
        body.append(
            paragraph(
                "Heading1",
                [run(f"{number}　{form.title}")],
                Look("left", after=4, keep_next=True, new_page=True, auto_height=True),
            )
        )
        body.append(line(f"文件：{form.file}", size=10.5, after=4, keep_next=True))
        for table in form.tables:
            heading = f"工作表“{table.sheet}”{'　' + table.nil if table.nil else ''}"
            body.append(line(heading, size=10.5, before=6, after=3, keep_next=True))
            body.append(_columns(table.columns, page))
        if form.facts:
            body.append(line("表外各项", size=10.5, before=6, after=3, keep_next=True))
            body.append(_columns(form.facts, page))
    return document(body, page, title, title, signed=False)


def _columns(columns: Sequence[ColumnGuide], page: Page) -> Element:
    widths = [page.width * share / sum(_SHARES) for share in _SHARES]
    head = (7.0, [box(each, _SIZE, shade=SHADE, style="TableHead") for each in _HEADS])
    return ruled([head, *((6.0, _row(each)) for each in columns)], widths, head=1)


def _row(each: ColumnGuide) -> list[Box]:
    texts = (each.label, each.required, each.may, "；".join(each.codes), each.example, each.note)
    return [box(text, _SIZE, align="left") for text in texts]
