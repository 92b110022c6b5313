"""Every requirement G01-G39 (domain §4) is measured in the files, and the measure finds it broken.

One table of which file measures what; for each a file that was spoilt in just that respect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from templates import Document, SkinOptions, compose, pdf, render_docx, render_pdf
from templates.conformance import IDS, Row, conformance
from templates.conformance.docx import measure as measure_docx
from templates.conformance.pdf import measure as measure_pdf
from templates.package import pack
from templates.rawzip import read
from tests.templates.conftest import _sample

TEXTS = Path(__file__).parent / "texts"
SPECIMENS = ("joint", "joint_up", "seals", "stamp", "unsealed", "minutes", "short")
SHIPPED = ("circular", "report", "notice")  # upright annex; landscape annexes; letter
B = SkinOptions()

# id: (specimen, member of the docx, what is replaced, by what)
SPOILT_DOCX: dict[str, tuple[str, str, str, str]] = {
    "G01": ("joint", "document", 'w:w="11906"', 'w:w="12240"'),
    "G02": ("joint", "document", 'w:top="2098"', 'w:top="1440"'),
    "G03": ("joint", "document", 'w:left="1587"', 'w:left="1800"'),
    "G04": ("joint", "document", 'w:right="1474"', 'w:right="1800"'),
    "G05": ("joint", "document", 'w:bottom="1984"', 'w:bottom="1440"'),
    "G06": ("joint", "styles", 'w:line="579"', 'w:line="620"'),
    "G07": ("joint", "styles", '<w:spacing w:val="-5"/>', '<w:spacing w:val="20"/>'),
    "G08": ("joint", "styles", 'w:val="000000"', 'w:val="0000FF"'),
    "G10": ("joint", "document", "000012", "12"),
    "G11": ("joint", "document", "秘密★1年", "秘密★一年"),
    "G12": ("joint", "document", ">加急<", ">紧急<"),
    "G13": ("joint", "document", ">瑞安市公安<", ">瑞安市司法<"),
    "G14": ("joint", "document", "瑞卫发〔2019〕90号", "瑞卫发[2019]90号"),
    "G15": ("joint_up", "document", "楷体_GB2312", "仿宋_GB2312"),
    "G16": ("joint", "document", 'w:sz="18"', 'w:sz="4"'),
    "G17": ("joint", "styles", 'w:val="44"', 'w:val="36"'),
    "G18": ("joint", "document", "各派出所：<", "各派出所<"),
    "G19": ("joint", "document", 'w:firstLine="640"', 'w:firstLine="320"'),
    "G20": ("joint", "styles", "楷体_GB2312", "仿宋_GB2312"),
    "G21": ("joint", "document", "2.证件集中", "二、证件集中"),
    "G22": ("joint", "document", 'w:val="center" w:pos', 'w:val="left" w:pos'),
    "G23": ("joint", "document", ">2019年9月5日<", ">2019年09月05日<"),
    "G24": ("joint", "document", 'w:before="1158"', 'w:before="200"'),
    "G25": ("unsealed", "document", 'w:before="579"', 'w:before="1158"'),
    "G26": ("stamp", "document", 'w:right="1280"', 'w:right="640"'),
    "G27": ("joint", "document", "<w:keepNext/>", ""),
    "G28": ("unsealed", "document", "（此件公开发布）", "(此件公开发布)"),
    "G29": ("circular", "document", "情况一览表", "情况汇总表"),
    "G30": ("joint", "document", 'w:sz="8"', 'w:sz="24"'),
    "G31": ("joint", "document", "抄送：", "抄报："),
    "G32": ("joint", "document", "印发<", "发布<"),
    "G33": ("joint", "settings", "<w:evenAndOddHeaders/>", ""),
    "G34": ("report", "footer_lying_default", "layout-flow:vertical", "layout-flow:horizontal"),
    "G35": ("notice", "header_letter_first", 'w:sz="18"', 'w:sz="6"'),
    "G36": ("minutes", "document", "出席：", "参加："),
    "G37": ("joint", "styles", 'w:val="FF0000"', 'w:val="C00000"'),
    "G39": ("joint", "styles", "仿宋_GB2312", "仿宋体"),
}
# id: (specimen, style added to the page); one that begins with "text:" replaces words instead
SPOILT_PDF: dict[str, tuple[str, str]] = {
    "G01": ("joint", "@page upright { size: 216mm 279mm }"),
    "G02": ("circular", "@page upright { margin-top: 30mm }"),
    "G03": ("joint", "@page upright { margin-left: 20mm }"),
    "G04": ("joint", ".grid { margin-left: 11mm }"),
    "G05": ("circular", "@page upright { margin-bottom: 18mm }"),
    "G06": ("joint", ".grid { line-height: 26pt }"),
    "G07": ("joint", ".grid br { display: none } .grid.run { text-indent: 0 }"),
    "G08": ("joint", "p { color: #00f }"),
    "G10": ("joint", ".corner.fangsong { margin-left: 10mm }"),
    "G11": ("joint", ".corner.hei { font-size: 12pt }"),
    "G12": ("joint", ".corner.hei { font-family: 'FandolFang R' }"),
    "G13": ("joint", ".joint .word { vertical-align: top }"),
    "G14": ("joint", ".number { padding-top: 10pt }"),
    "G15": ("joint_up", ".kai { font-family: 'FandolFang R' }"),
    "G16": ("joint", ".rule { margin-top: 20pt }"),
    "G17": ("joint", ".title { font-size: 18pt }"),
    "G18": ("joint", ".to { padding-top: 0 }"),
    "G19": ("joint", ".in { text-indent: 0 }"),
    "G20": ("joint", ".level2 { font-family: 'FandolFang R' }"),
    "G21": ("joint", ".list { padding-top: 0 !important }"),
    "G22": ("joint", ".signature .row { left: -20pt }"),
    "G23": ("joint", ".signature p:last-child { padding-right: 40pt !important }"),
    "G24": ("joint", ".signature { padding-top: 40pt }"),
    "G25": ("unsealed", ".signature p:last-child { padding-right: 100pt !important }"),
    "G26": ("stamp", ".signature p:last-child { padding-right: 20pt !important }"),
    "G27": ("joint", ".signature { break-before: page } .keep { break-after: auto }"),
    "G28": ("unsealed", ".note { text-indent: 0 }"),
    "G29": ("circular", ".annex .title { padding-top: 70pt }"),
    "G30": ("joint", ".imprint { bottom: 40pt }"),
    "G31": ("joint", ".copies { padding-left: 120pt }"),
    "G32": ("joint", ".office { font-size: 12pt }"),
    "G33": ("joint", "@page upright:right { @bottom-right { padding-bottom: 40pt } }"),
    "G34": ("report", "@page lying:right { @left-bottom { margin-bottom: 160pt } }"),
    "G35": ("notice", ".wide { margin-left: 0 }"),
    "G36": ("minutes", ".attendance { padding-left: 20pt !important }"),
    "G37": ("joint", ".mark { color: #c00 }"),
    "G38": ("joint", "text:有关规定，现就=有关规定,现就"),
    "G39": ("joint", ".in { font-family: 'Noto Sans CJK TC' }"),
}
NOT_IN_A_FILE = {"G09"}  # duplex printing and binding: nothing in a file shows it


@cache
def specimen(name: str) -> Document:
    if name in SPECIMENS:
        return compose(f"{name}.md", {}, folders=[TEXTS])
    sample = _sample()
    return compose(f"{name}.md", sample.context("many", 8), inserts=sample.inserts(8))


@cache
def rows(name: str, profile: str = "B") -> tuple[Row, ...]:
    options, document = SkinOptions(profile=profile), specimen(name)  # type: ignore[arg-type]
    return conformance(render_docx(document, options), render_pdf(document, options), document, options)


def broken(found: list[Row]) -> set[str]:
    return {row.id for row in found if row.ok is False}


@pytest.mark.parametrize("profile", ["B", "A"])
@pytest.mark.parametrize("name", SPECIMENS)
def test_joint_issues_stamps_minutes_and_secrets_conform(name: str, profile: str) -> None:
    assert [row for row in rows(name, profile) if row.ok is False] == []


def test_every_requirement_is_measured_in_word_file_and_pdf_as_the_tables_say() -> None:
    held = {(row.id, row.file) for name in (*SPECIMENS, *SHIPPED) for row in rows(name) if row.ok}
    for kind, table in (("docx", SPOILT_DOCX), ("pdf", SPOILT_PDF)):
        assert {id for id, file in held if file == kind} == set(table), kind
    assert set(SPOILT_DOCX) | set(SPOILT_PDF) | NOT_IN_A_FILE == set(IDS)


@pytest.mark.parametrize("id", SPOILT_DOCX)
def test_a_word_file_spoilt_in_one_respect_is_found(id: str) -> None:
    name, member, old, new = SPOILT_DOCX[id]
    members = read(render_docx(specimen(name)))
    text = members[f"word/{member}.xml"].decode()
    assert old in text
    members[f"word/{member}.xml"] = text.replace(old, new).encode()
    assert id in broken(measure_docx(pack(members), specimen(name), B))


@pytest.mark.parametrize("id", SPOILT_PDF)
def test_a_pdf_spoilt_in_one_respect_is_found(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, style = SPOILT_PDF[id]
    place = pdf.placement(specimen(name), B)
    monkeypatch.setattr(pdf, "html", spoilt(pdf.html, style))
    assert id in broken(measure_pdf(pdf.pdf(specimen(name), B, place), specimen(name), B))


Html = Callable[..., tuple[str, dict[str, bytes]]]


def spoilt(html: Html, style: str) -> Html:
    def made(*given: object) -> tuple[str, dict[str, bytes]]:
        page, pictures = html(*given)
        if style.startswith("text:"):
            old, new = style.removeprefix("text:").split("=")
            assert old in page
            return page.replace(old, new), pictures
        return page.replace("</style>", style + "</style>"), pictures

    return made


def test_the_corner_keeps_its_order_and_the_copy_number_its_noughts() -> None:
    assert [line.text for line in specimen("joint").corner] == ["000012", "秘密★1年", "加急"]
    from templates.prose import take_apart

    text = (TEXTS / "joint.md").read_text("utf-8").replace('"000012"', "7").replace("secrecy: 秘密★1年\n", "")
    short = compose(take_apart(text, "joint.md"), {})
    assert [(line.id, line.text) for line in short.corner] == [("G10", "000007"), ("G12", "加急")]
    assert broken(list(conformance(render_docx(short), render_pdf(short), short))) == set()


def test_recipients_moved_to_the_imprint_stand_above_the_copies_without_a_line() -> None:
    from templates.readback import docx_said, pdf_said

    document = specimen("joint")
    table = docx_said(render_docx(document)).tables[-1]
    assert [cell for row in table for cell in row][:1] == [
        "主送：各医疗卫生单位，各派出所。抄送：市纪委市监委，市委组织部。"
    ]
    printed = re.sub(r"\s", "", pdf_said(render_pdf(document)))
    assert "主送：各医疗卫生单位，各派出所。抄送：市纪委市监委，市委组织部。瑞安市卫生健康局办公室" in printed


def test_a_text_of_one_paragraph_that_breaks_is_two_in_the_word_file_at_the_same_place() -> None:
    document = specimen("joint_up")
    members = read(render_docx(document))["word/document.xml"].decode()
    first, second = re.findall(r'<w:pStyle w:val="Body"/>.*?</w:p>', members)[:2]
    words = ["".join(re.findall(r"<w:t[^>]*>([^<]*)<", part)) for part in (first, second)]
    assert "".join(words) == document.blocks[0].runs[0].text  # type: ignore[union-attr]
    assert "keepNext" not in first and "keepNext" in second
    pages = pdf.layout(document, B, "same").pages
    assert len(pages) == 2 and words[1] and words[0]
