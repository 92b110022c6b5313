"""Text stands above the signature (G27), and the page before it has no hole, however long the text is."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from templates import Document, SkinOptions, render_docx, render_pdf
from templates.blocks import Attachment, Cell, Heading, Paragraph, Run, Signature, Table
from templates.conformance import conformance
from templates.fitting import fitted
from templates.measures import Fit, measures
from templates.pdf_file import read_pages
from templates.printed import lines

ISSUER = "瑞安市卫生健康局"


def tailed(long: int, short: int, attachments: int = 5) -> Document:
    """So many paragraphs of eight lines, so many of one, one of three; then the list of attachments."""
    texts = ["正文内容演示文字" * 28] * long + ["补" * 26] * short + ["末段文字内容" * 10]
    return Document(
        kind="通报",
        format="file",
        upward=False,
        title=(f"{ISSUER}关于演示的通报",),
        mark=f"{ISSUER}文件",
        number="瑞卫发〔2019〕88号",
        to="各单位：",
        blocks=tuple(Paragraph((Run(text),)) for text in texts),
        attachments=tuple(Attachment(f"演示附件名称之{at}") for at in range(attachments)),
        signature=Signature(ISSUER, "2019年9月5日", True),
    )


def to_sign(short: int) -> Document:
    """A record: a text, then a heading, what the other side says, and two lines to sign on by hand."""
    text = tailed(1, short, attachments=0).blocks[:-1]
    lines = ("检查组成员（签字）：　　　　年　月　日", "单位负责人（签字）：　　　　年　月　日")
    return Document(
        kind="记录",
        format="plain",
        upward=False,
        title=("演示记录",),
        blocks=(
            *text,
            Heading(1, "一、", "单位意见"),
            Paragraph((Run("无异议。"),)),
            *(Paragraph((Run(line),), indent=False) for line in lines),
        ),
        signature=Signature(ISSUER, "2019年9月5日", False),
    )


def last_lines(data: bytes) -> list[float]:
    """How far down each page is filled, in mm, its number left out."""
    return [
        max(line.baseline for line in lines(page, at) if not line.text.startswith("—"))
        for at, page in enumerate(read_pages(data), 1)
    ]


def test_a_text_that_leaves_room_for_its_signature_is_left_alone() -> None:
    assert fitted(tailed(5, 7), SkinOptions()) == SkinOptions()
    assert fitted(tailed(0, 1, attachments=0), SkinOptions()) == SkinOptions()


@pytest.mark.parametrize(("short", "fit"), [(0, 0), (4, 2), (5, 1), (3, 3)])
def test_else_the_first_adjustment_that_helps_is_made(short: int, fit: int) -> None:
    chosen = fitted(tailed(5, short), SkinOptions())
    assert chosen.fit == measures().tail.fits[fit] and not chosen.bound
    document = tailed(5, short)
    *before, _ = last_lines(render_pdf(document))
    assert all(each > 245 for each in before[:-1]) and before[-1] > 245


def test_where_none_helps_the_last_paragraph_goes_with_the_signature() -> None:
    document = tailed(5, 1)
    assert fitted(document, SkinOptions()).bound
    assert last_lines(render_pdf(document))[-2] > 205  # five lines are missing, not ten


@pytest.mark.parametrize("short", range(2, 14))
def test_lines_to_sign_on_by_hand_go_with_the_signature_and_text_stands_above_them(short: int) -> None:
    """A last page of nothing but signatures could be put under any paper."""
    *_, last = read_pages(render_pdf(to_sign(short)))
    said = [line.text for line in lines(last, 1)]
    at = next(at for at, text in enumerate(said) if text.startswith("检查组成员（签字）"))
    assert at >= measures().tail.least_lines


@pytest.mark.parametrize("rows", [17, 19, 21])
def test_behind_a_table_which_no_spacing_shortens_they_are_bound_to_what_is_said_above(rows: int) -> None:
    """The table fills page 1; heading, opinion and both lines go to the signature's page together."""
    plain, options = to_sign(0), SkinOptions()
    cells = tuple((Cell(str(at)), Cell("演示")) for at in range(rows))
    table = Table(((Cell("项目"), Cell("说明")),), cells, (1, 3))
    document = replace(plain, blocks=(Paragraph((Run("补"),)), table, *plain.blocks[-4:]))
    assert fitted(document, options).bound
    word, pdf = render_docx(document, options), render_pdf(document, options)
    assert [row for row in conformance(word, pdf, document, options) if row.ok is False] == []
    *_, last = read_pages(pdf)
    assert [line.text.replace(" ", "")[:6] for line in lines(last, 1)][:3] == [
        "一、单位意见",
        "无异议。",
        "检查组成员（",
    ]
    body = etree.fromstring(zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml"))[0]
    tail = [each for each in body if each.tag.endswith("}p")][-6:-1]
    assert all(each.findall(".//{*}keepNext") for each in tail)  # heading, opinion, two lines, issuer


def test_nothing_but_lines_to_sign_on_is_a_text() -> None:
    assert to_sign(1).by_hand == 2
    assert replace(to_sign(1), blocks=to_sign(1).blocks[-2:]).by_hand == 0
    assert replace(to_sign(1), signature=None).by_hand == 0


@pytest.mark.parametrize("short", range(8))
def test_no_line_of_an_adjusted_paper_has_a_character_too_many(short: int) -> None:
    """Where 29 stand on a line, a comma over the edge is the thirtieth (G07)."""
    plain, options = tailed(4, short), SkinOptions()
    commas = "补" * 26 + "，" + ("补" * 29 + "，") * 6
    document = replace(plain, blocks=(Paragraph((Run(commas),)), *plain.blocks))
    rows = conformance(render_docx(document, options), render_pdf(document, options), document, options)
    assert [row for row in rows if row.ok is False] == []


@pytest.mark.parametrize("profile", ["B", "A"])
@pytest.mark.parametrize("short", [0, 1, 3, 5, 7])
def test_an_adjusted_paper_conforms(short: int, profile: str) -> None:
    options, document = SkinOptions(profile=profile), tailed(5, short)  # type: ignore[arg-type]
    rows = conformance(render_docx(document, options), render_pdf(document, options), document, options)
    assert [row for row in rows if row.ok is False] == []
    assert any(row.id == "G27" and row.ok for row in rows)


def test_adjustments_stay_within_the_tolerances_of_line_and_letter() -> None:
    text = measures().text
    for fit in (Fit(), *measures().tail.fits):
        assert 28.9 <= (fit.line_pt or 28.95) <= 29.7
        own = text.spacing_pt if fit.spacing_pt is None else fit.spacing_pt
        across = 156 / 25.4 * 72
        assert abs(int((across + abs(own)) / (text.size_pt + own)) - text.chars_per_line) <= 1
