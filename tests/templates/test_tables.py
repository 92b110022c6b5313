"""Tables of a text: columns by what they hold, heads broken in the middle, no total alone on a page."""

from __future__ import annotations

import io
from types import ModuleType

import pdfplumber
import pytest
from lxml import etree

from templates import Cell, Remark, Run, Table, compose, measures, render_docx, render_pdf
from templates.columns import balanced, line, padded, stacked, tabled, widths
from templates.pdf_file import texts
from templates.rawzip import read
from templates.readback import docx_said
from templates.word_table import stands_whole
from tests.templates.test_skins import plain


def cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text) for text in texts)


def test_columns_fill_the_line_and_short_ones_stay_on_one_line() -> None:
    found = widths(
        [cells("序号", "单位", "事实")], [cells("1", "瑞安市人民医院", "很长的事实" * 12)], line(False)
    )
    assert sum(found) == pytest.approx(line(False))
    assert found[0] < found[1] < found[2]


@pytest.mark.parametrize("facts", [40, 120, 400])
def test_a_name_takes_two_lines_at_most_beside_a_long_text(facts: int) -> None:
    name = "瑞安市安阳街道社区卫生服务中心"
    heads = cells("序号", "单位", "违规情形", "问题（项）", "已销号", "整改中", "超期")
    row = cells("1", name, "很长的事实；" * (facts // 6), "13", "7", "6", "0")
    found = widths([heads], [row], line(False))
    assert found[1] >= len(name) / 2 + padded(0)
    assert found[2] > found[1]


def test_what_is_said_takes_no_room_from_a_longer_text_as_a_name_does() -> None:
    heads, kind, fact = cells("问题", "事实和依据", "要求"), "违规持有因私证照", "很长的事实；" * 8
    named = widths([heads], [cells(kind, fact, "因私证件按期上交")], 30)
    said = widths([heads], [cells(kind, fact, "证件应上交、保管")], 30)
    assert named[0] == pytest.approx(named[2]) and said[0] > said[2]
    assert said[1] > named[1]


def test_where_names_have_no_room_the_table_still_fills_the_line() -> None:
    names = cells(*["瑞安市安阳街道社区卫生中心"] * 9)
    assert sum(widths([cells(*["单位"] * 9)], [names], line(False))) == pytest.approx(line(False))


def test_a_word_without_a_break_is_not_broken() -> None:
    header, row = cells("事实", "说明"), cells("审批事项RW2018-005-0004", "很长的说明" * 20)
    assert widths([header], [row], 42)[0] > len("RW2018-005-0004") / 2


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        ("已销号", "已销号"),
        ("核实状态", "核实\n状态"),
        ("问题（项）", "问题\n（项）"),
        ("新收缴证件", "新收缴\n证件"),
        ("公共卫生机构", "公共卫生\n机构"),
    ],
)
def test_a_head_breaks_between_its_words(head: str, lines: str) -> None:
    assert balanced(head) == lines


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        ("已销号", "已销号"),
        ("违规持有证照", "违规\n持有\n证照"),
        ("瞒报出国（境）", "瞒报\n出国\n（境）"),
        ("新收缴证件", "新收缴\n证件"),
    ],
)
def test_a_head_among_many_columns_breaks_after_every_second_character(head: str, lines: str) -> None:
    assert stacked(head) == lines


def test_in_a_table_of_many_columns_the_names_stay_on_one_line() -> None:
    name = "瑞安市安阳街道社区卫生服务中心"
    heads = cells("序号", "单位", *["违规持有证照"] * 7, "合计", "销号", "整改", "超期")
    made = tabled([heads], [cells("11", name, *["608"] * 11)])
    assert made.widths[1] >= padded(len(name), made.columns)
    assert sum(made.widths) == pytest.approx(line(False, made.columns))
    assert made.header[0][2].text == "违规\n持有\n证照"


def test_a_head_with_room_enough_is_left_alone() -> None:
    assert tabled([cells("核实状态", "甲")], [cells("属实", "乙")]).header[0][0].text == "核实状态"


def test_a_landscape_table_has_more_room() -> None:
    assert line(True) > 1.4 * line(False)


def test_a_total_never_stands_alone_on_a_page() -> None:
    for count in range(24, 34):
        rows = [cells(str(at), "甲") for at in range(count)] + [cells("", "合计")]
        table = Table((cells("序号", "单位"),), tuple(rows), (1.0, 5.0))
        with pdfplumber.open(io.BytesIO(render_pdf(plain("正文。", blocks=(table,))))) as pdf:
            pages = [page.extract_text() for page in pdf.pages]
        last = next(page for page in pages if "合计" in page)
        assert last.count("甲") >= 2, count


def test_a_note_stands_on_the_page_of_the_last_row() -> None:
    for count in range(39, 45):
        rows = [cells(str(at), "甲") for at in range(count)] + [cells("", "合计")]
        table = Table((cells("序号", "单位"),), tuple(rows), (1.0, 5.0))
        blocks = (table, Remark((Run("注：数据截至某日。"),)))
        with pdfplumber.open(io.BytesIO(render_pdf(plain("正文。", blocks=blocks)))) as pdf:
            pages = [page.extract_text() for page in pdf.pages]
        assert [("合计" in page) for page in pages] == [("注：" in page) for page in pages], count


def test_a_note_is_a_row_without_lines_in_the_word_file_and_reads_back_as_words() -> None:
    blocks = (Table((cells("单位"),), (cells("甲"),), (1.0,)), Remark((Run("注：数据。"),)))
    document = plain("正文。", blocks=blocks, signature=None)
    said = docx_said(render_docx(document))
    assert "注：数据。" in said.paragraphs and said.tables == ((("单位",), ("甲",)),)
    assert 'w:val="nil"' in read(render_docx(document))["word/document.xml"].decode()


def test_columns_to_write_in_have_equal_room_and_more_than_the_number_before_them() -> None:
    heads = cells("问题编号", "整改措施", "完成情况", "佐证材料", "责任人", "完成日期")
    first, *others = tabled([heads], [cells("002-V4a-001", "　\n　", "", "", "", "")]).widths
    assert max(others) == pytest.approx(min(others)) and min(others) > first


@pytest.mark.parametrize(("facts", "whole"), [(8, True), (160, False)])
def test_a_table_that_would_fill_a_page_is_not_kept_whole(facts: int, whole: bool) -> None:
    """Else ONLYOFFICE leaves what stands above it alone on a page."""
    fact = "很长的事实和依据" * (facts // 8)
    data = tabled([cells("序号", "事实")], [cells(str(n), fact) for n in range(9)])
    assert stands_whole(data, 442) == whole
    body = etree.fromstring(read(render_docx(plain("正文。", blocks=(data,))))["word/document.xml"])
    bound = [row.find(".//{*}keepNext") is not None for row in body.iter("{*}tr")]
    assert bound == [True, *([whole] * 6), True, True, False]  # the head; the two before the last in any case


def test_the_line_to_sign_on_under_a_form_stands_with_its_note(sample: ModuleType) -> None:
    values = sample.context("many", 3)
    for count in range(6, 13):
        listed = [sample._problem(at) for at in range(count)]
        document = compose("notice.md", values | {"problems": listed}, inserts=sample.inserts(3))
        pages = texts(render_pdf(document))
        said = [text for text in pages if "注：" in text or "主要负责人（签字）" in text]
        assert len(said) == 1 and "现场情况" in said[0]  # and with the last row


def test_a_row_to_be_filled_in_by_hand_is_two_lines_high(sample: ModuleType) -> None:
    notice = compose("notice.md", sample.context("one", 3), inserts=sample.inserts(3))
    listed, receipt = (
        next(block for block in annex.blocks if isinstance(block, Table)) for annex in notice.attachments
    )
    assert all("\n" not in cell.text for row in listed.rows for cell in row)
    assert [cell.text.count("\n") for cell in receipt.rows[0]] == [0, 1, 0, 0, 0, 0]
    with pdfplumber.open(io.BytesIO(render_pdf(notice))) as pdf:
        page = next(page for page in pdf.pages if "佐证材料 责任人" in page.extract_text())
        head, row, *_ = (row.bbox for row in page.find_tables()[0].rows)
    line_pt = measures().tables.line_pt
    assert row[3] - row[1] == pytest.approx(head[3] - head[1] + line_pt, abs=1)
