"""Word and PDF dress the same blocks, deterministically, fetching nothing; measured against GB/T 9704."""

from __future__ import annotations

import dataclasses
import io
import re
from types import ModuleType
from typing import Any

import docx
import pdfplumber
import pytest
from pypdf import PdfReader

from templates import Document, SkinOptions, compose, pdf, render_docx, render_pdf
from templates.blocks import Attachment, Cell, Imprint, Paragraph, Run, Signature, Table
from templates.conformance import IDS, conformance, substitutions
from templates.pdf_file import texts
from templates.rawzip import read


def plain(*paragraphs: str, **more: object) -> Document:
    fields: dict[str, object] = {
        "kind": "通报",
        "format": "file",
        "upward": False,
        "title": ("瑞安市卫生健康局关于演示的通报",),
        "mark": "瑞安市卫生健康局文件",
        "number": "瑞卫发〔2019〕88号",
        "to": "各单位：",
        "blocks": tuple(Paragraph((Run(text),)) for text in paragraphs),
        "signature": Signature("瑞安市卫生健康局", "2019年9月5日", True),
    }
    return Document(**(fields | more))  # type: ignore[arg-type]


def pages(data: bytes) -> tuple[str, ...]:
    return texts(data)


@pytest.mark.parametrize("profile", ["B", "A"])
@pytest.mark.parametrize(
    "text", ["report.md", "circular.md", "notice.md", "reminder.md", "self_report.md", "receipt.md"]
)
def test_every_shipped_document_conforms(text: str, profile: str, sample: ModuleType) -> None:
    options = SkinOptions(profile=profile)  # type: ignore[arg-type]
    document = compose(text, sample.context("many", 8), inserts=sample.inserts(8))
    rows = conformance(render_docx(document, options), render_pdf(document, options), document, options)
    assert [row for row in rows if row.ok is False] == []
    assert {row.id for row in rows} == set(IDS)


def test_the_check_finds_what_is_wrong() -> None:
    right = plain("正文。" * 40)
    wrong = dataclasses.replace(
        right, number="瑞卫发[2019]088号", signature=Signature("瑞安市卫生健康局", "2019年09月05日", True)
    )
    options = SkinOptions()
    found = conformance(render_docx(wrong, options), render_pdf(wrong, options), wrong, options)
    assert {row.id for row in found if row.ok is False} == {"G14", "G23", "G38"}
    shifted = conformance(
        render_docx(right, SkinOptions(profile="A")),
        render_pdf(right, SkinOptions(profile="A")),
        right,
        options,
    )
    assert {"G02", "G05"} <= {row.id for row in shifted if row.ok is False}


def test_equal_documents_give_equal_bytes(sample: ModuleType) -> None:
    first = compose("circular.md", sample.context("one", 3), inserts=sample.inserts(3))
    again = compose("circular.md", sample.context("one", 3), inserts=sample.inserts(3))
    assert render_docx(first) == render_docx(again)
    assert render_pdf(first) == render_pdf(again)


def test_both_skins_carry_the_same_words(sample: ModuleType) -> None:
    document = compose("notice.md", sample.context("many"))
    opened = docx.Document(io.BytesIO(render_docx(document)))
    body = "".join(paragraph.text for paragraph in opened.paragraphs)
    in_pdf = re.sub(r"—\d+—", "", re.sub(r"\s", "", "".join(pages(render_pdf(document)))))
    for paragraph in opened.paragraphs:
        assert re.sub(r"\s", "", paragraph.text) in in_pdf
    assert "整改回执" in body


def test_values_are_inert_in_both_skins() -> None:
    hard = "{{7*7}} A<B & C>D <img src='http://192.0.2.1/x'> &amp;"
    document = plain(hard)
    assert hard in [p.text for p in docx.Document(io.BytesIO(render_docx(document))).paragraphs]
    text = re.sub(r"\s", "", "".join(pages(render_pdf(document))))
    assert re.sub(r"\s", "", hard) in text


def test_the_renderer_fetches_nothing(monkeypatch: pytest.MonkeyPatch, sample: ModuleType) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    document = compose("report.md", sample.context("one", 3), inserts=sample.inserts(3))
    with pdfplumber.open(io.BytesIO(render_pdf(document))) as opened:
        assert sum(len(page.images) for page in opened.pages) == 1


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/x.png", "file:///etc/hostname", "data:text/plain,x", "picture:9"]
)
def test_the_fetcher_hands_out_only_the_documents_pictures(url: str) -> None:
    from templates.pdf import _Fetcher

    fetcher = _Fetcher({"picture:0": b"png"})
    assert fetcher.fetch("picture:0").read() == b"png"
    with pytest.raises(ValueError, match="外部地址"):
        fetcher.fetch(url)


def test_the_imprint_stands_on_the_last_even_page() -> None:
    imprint = Imprint(("市公安局",), "瑞安市卫生健康局办公室", "2019年9月5日")
    for lines in (1, 25, 45):
        found = pages(render_pdf(plain("演示正文。" * 5 * lines, imprint=imprint)))
        assert len(found) % 2 == 0
        assert "印发" in found[-1] and not any("印发" in page for page in found[:-1])


def ending_lying(sentences: int) -> Document:
    """A paper whose last annex lies, so that 版记 needs a page of its own."""
    annex = Attachment("演示表", (Paragraph((Run("表。"),)),), landscape=True)
    text = "演示正文。" * sentences
    return plain(text, attachments=(annex,), imprint=Imprint(("市公安局",), "办公室", "2019年9月5日"))


def test_a_blank_page_before_the_imprint_and_its_page_carry_no_number() -> None:
    document = ending_lying(5)
    data = render_pdf(document)
    found = pages(data)
    assert len(found) == 4 and found[2] == "" and "印发" in found[3]
    assert not any(re.search(r"— ?\d+ ?—", page) for page in found[2:])
    options = SkinOptions()
    assert not [row for row in conformance(render_docx(document), data, document, options) if row.ok is False]


def test_page_one_shows_text_however_short_the_paper() -> None:
    for sentences in (1, 10, 20, 30):
        first, second = pages(render_pdf(ending_lying(sentences)))[:2]
        assert "演示正文" in first
        assert "演示正文" in second or "2019年9月5日" in first  # G27


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("bound", [False, True])
@pytest.mark.parametrize("lines", [1, 24, 48])
def test_the_imprint_goes_where_the_pages_without_it_say(lines: int, bound: bool, landscape: bool) -> None:
    annex = Attachment("演示附件", (Paragraph((Run("演示正文。" * 5 * lines),)),), landscape)
    document = plain("正文。", attachments=(annex,), imprint=Imprint(("市公安局",), "办公室", "2019年9月5日"))
    options = SkinOptions(bound=bound)
    without = len(pdf.layout(dataclasses.replace(document, imprint=None), options, "same").pages)
    room = not landscape and len(pdf.layout(document, options, "same").pages) == without
    expected = "next" if without % 2 else "same" if room else "after_blank"
    assert pdf.placement(document, options) == expected


def test_the_page_of_the_imprint_is_numbered_where_no_blank_page_precedes_it() -> None:
    found = pages(render_pdf(ending_lying(30)))
    assert len(found) == 4 and "印发" in found[3] and re.search(r"— ?4 ?—", found[3])


def test_full_lines_of_han_text_reach_the_right_edge() -> None:
    text = "全市卫生健康系统坚持问题导向，对照应备尽备、应交尽交要求，逐人、逐证、逐次核查，" * 9
    with pdfplumber.open(io.BytesIO(render_pdf(plain(text)))) as opened:
        rows: dict[float, list[float]] = {}
        for char in opened.pages[0].chars:
            if abs(char["size"] - 16) < 0.2:
                rows.setdefault(round(char["matrix"][5]), []).append(char["x1"] / 72 * 25.4)
    full = [max(xs) for xs in rows.values() if len(xs) >= 26]
    assert len(full) >= 5
    assert all(abs(end - 184) < 0.3 for end in full)


def test_substituted_fonts_are_named(sample: ModuleType) -> None:
    document = compose("report.md", sample.context("one", 3), inserts=sample.inserts(3))
    found = {row.role: row.wanted for row in substitutions(render_pdf(document), document)}
    assert found["title"] == "方正小标宋简体"
    assert set(found) == {"title", "fangsong", "kai", "hei", "song"}


def test_a_draft_carries_its_mark_on_every_page() -> None:
    document = plain(*["演示正文。" * 60] * 4, draft="征求意见稿")
    with pdfplumber.open(io.BytesIO(render_pdf(document))) as opened:
        for page in opened.pages:
            assert {char["text"] for char in page.chars if char["size"] > 90} >= set("征求意见稿")
    members = read(render_docx(document))
    assert all(
        "征求意见稿" in members[f"word/header_every_{kind}.xml"].decode() for kind in ("default", "even")
    )
    assert not any("header" in name for name in read(render_docx(plain("正文。"))))


def test_a_name_longer_than_the_date_still_ends_inside_the_page() -> None:
    long = "瑞安市卫生健康系统专项整治工作领导小组办公室"
    with pdfplumber.open(
        io.BytesIO(render_pdf(plain("正文。", signature=Signature(long, "2019年9月5日", True))))
    ) as opened:
        chars = [char for page in opened.pages for char in page.chars if char["text"] in "领导小组办公室"]
    assert max(char["x1"] for char in chars) <= (210 - 26) / 25.4 * 72 + 1


def test_the_pdf_has_bookmarks_tags_and_the_documents_own_date(sample: ModuleType) -> None:
    document = compose("report.md", sample.context("one", 3), inserts=sample.inserts(3))
    opened = PdfReader(io.BytesIO(render_pdf(document)))

    def titles(entries: list[Any]) -> list[str]:
        return [t for e in entries for t in (titles(e) if isinstance(e, list) else [str(e.title)])]

    found = titles(opened.outline)
    assert found[0] == document.name and "一、基本情况" in found and "（一）加强组织领导" in found
    assert {item.title for item in document.attachments if item.blocks} <= set(found)
    root, told = opened.trailer["/Root"], opened.metadata
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "zh-CN"
    assert told is not None
    assert (told.title, told.author) == (document.name, "瑞安市卫生健康局")
    assert str(told["/CreationDate"]).startswith("D:20190905")


def test_where_the_numbers_come_from_stands_in_the_files_and_not_on_the_paper(sample: ModuleType) -> None:
    document = compose("circular.md", sample.context("one", 3), inserts=sample.inserts(3))
    told = PdfReader(io.BytesIO(render_pdf(document))).metadata
    assert told is not None and told["/Keywords"] == "数据快照a1b2c3d4"
    assert docx.Document(io.BytesIO(render_docx(document))).core_properties.keywords == "数据快照a1b2c3d4"
    assert not any("a1b2c3d4" in page for page in pages(render_pdf(document)))


def test_the_title_of_a_table_stands_over_it_on_the_same_page_in_both_skins() -> None:
    table = Table(((Cell("类别"),),), tuple((Cell(str(at)),) for at in range(8)), (1.0,), caption="表的标题")
    for lines in range(10, 20):
        document = plain(*["一行"] * lines, blocks=(*(Paragraph((Run("一行"),)),) * lines, table))
        (at,) = [text for text in pages(render_pdf(document)) if "表的标题" in text]
        assert "类别" in at.split("表的标题")[1]
    (made,) = docx.Document(io.BytesIO(render_docx(document))).tables
    assert made.cell(0, 0).text == "表的标题" and made.cell(1, 0).text == "类别"
    above = (made.cell(row, 0).paragraphs[0].paragraph_format.keep_with_next for row in (0, 1))
    assert all(above)  # else ONLYOFFICE leaves title and head at the foot of the page before


def test_several_signers_stand_two_to_a_line_under_each_other() -> None:
    document = plain("正文。", upward=True, signers=("赵某", "钱某", "孙某某"))
    opened = docx.Document(io.BytesIO(render_docx(document)))
    numbers = [p for p in opened.paragraphs if p.style is not None and p.style.name == "Document Number"]
    assert [p.text for p in numbers] == ["\t签发人：赵　某\t钱　某", "\t瑞卫发〔2019〕88号\t孙某某"]
    options = SkinOptions()
    rows = conformance(render_docx(document), render_pdf(document), document, options)
    assert {row.ok for row in rows if row.id == "G15"} == {True}


@pytest.mark.parametrize("profile", ["B", "A"])
def test_rendering_warns_of_nothing(
    profile: str, sample: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("report.md", "notice.md"):
        document = compose(text, sample.context("one", 3), inserts=sample.inserts(3))
        render_pdf(document, SkinOptions(profile=profile))  # type: ignore[arg-type]
    assert [record.message for record in caplog.records] == []
