"""A clerk's own file comes back marked: patched, readable everywhere, ready to be sent again."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName

from forms.annotate import SHEET, TITLE, annotate, annotate_in_child, suffix
from forms.annotate.listing import in_order
from forms.annotate.marks import AUTHOR, BEGIN, FILLS
from forms.findings import Finding, Level
from forms.workbook.cells import cells
from tests.forms.filled import certificate, document, said, saved, workbook
from tests.forms.test_identify import office

HERE = "证件登记表"


def about(
    cell: str | None,
    level: str = "error",
    sheet: str | None = HERE,
    rule: str = "F03",
    message: str = "第4行“<&>”不对。",
    field: str | None = None,
) -> Finding:
    return Finding(rule, level, "002", "certificates", sheet, cell, 4, field, "k", "v", message, "请改正。")  # type: ignore[arg-type]


def clerks() -> openpyxl.Workbook:
    book = workbook("certificates", {"certificates": [certificate(n) for n in range(3)]})
    ws = book[HERE]
    ws["B5"].comment = Comment("我的批注", "陈小一")
    ws["C6"].comment = Comment("别动", "陈小一")
    ws["H4"].fill = PatternFill("solid", fgColor="FF00FF00")
    other = book.create_sheet("附页")
    other["A1"] = "别的"
    book.defined_names["整表"] = DefinedName("整表", attr_text="附页!$A$1")
    return book


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_faulty_cells_are_filled_by_level_and_commented() -> None:
    book = opened(
        annotate(
            saved(clerks()),
            [
                about("H4"),
                about("H4", "warning", rule="F17", message="又一处。"),
                about("J5", "warning"),
                about("ZZ99", "notice"),
            ],
        )
    )
    ws = book[HERE]
    assert [ws[cell].fill.fgColor.rgb for cell in ("H4", "J5", "ZZ99")] == [
        FILLS["error"],
        FILLS["warning"],
        FILLS["notice"],
    ]
    assert ws["H4"].comment and ws["H4"].comment.author == AUTHOR
    assert (
        ws["H4"].comment.text
        == BEGIN + "错误 F03 第4行“<&>”不对。 处理：请改正。\n警告 F17 又一处。 处理：请改正。"
    )
    assert ws["H4"].value == "EZ9900000" and ws["H4"].number_format == "@"


def test_the_list_stands_in_front_and_links_to_the_cells() -> None:
    book = opened(
        annotate(saved(clerks()), [about("H4"), about(None, "warning", None, message="缺少扫描件。")])
    )
    assert book.sheetnames[0] == SHEET and book.active is not None and book.active.title == SHEET
    ws = book[SHEET]
    assert [[cell.value for cell in row[:6]] for row in ws.iter_rows(min_row=3)] == [
        ["1", "错误", "F03", HERE, "H4", "第4行“<&>”不对。"],
        ["2", "警告", "F03", None, None, "缺少扫描件。"],
    ]
    assert ws["E3"].hyperlink and ws["E3"].hyperlink.location == f"'{HERE}'!H4"
    assert [each.sheet_view.tabSelected for each in book.worksheets].count(True) == 1
    assert book[HERE].print_title_rows == clerks()[HERE].print_title_rows


def test_hundreds_of_one_problem_are_listed_a_hundred_times_and_counted_and_all_are_marked() -> None:
    book = clerks()
    for row in range(7, 307):
        book[HERE].cell(row, 11).value = "甲"
    many = [about(f"K{row}", field="expires_on", message=f"第{row}行不对。") for row in range(4, 307)]
    few = [about("H4", level="warning", rule="F20", field="number")]
    marked = opened(annotate(saved(book), [*many, *few]))
    told = [[cell.value for cell in row[:6]] for row in marked[SHEET].iter_rows(min_row=3)]
    assert len([row for row in told if row[2] == "F03"]) == 101
    assert told[100][4:] == [None, f"同样的问题另有203处，都已在“{HERE}”中标出。"]
    assert told[101][2] == "F20"
    assert all(marked[HERE][f"K{row}"].fill.fgColor.rgb == FILLS["error"] for row in (4, 150, 306))
    again = annotate(annotate(saved(book), [*many, *few]), few)  # each fill is remembered
    assert opened(again)[HERE]["K306"].fill.fill_type is None


def test_every_other_member_stays_byte_for_byte() -> None:
    data = saved(clerks())
    before, after = members(data), members(annotate(data, [about("H4")]))
    touched = {name for name in before if before[name] != after[name]}
    sheet = "xl/worksheets/sheet1.xml"
    assert touched == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        sheet,
        "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }
    assert before[sheet].count(b"<row") == after[sheet].count(b"<row")
    assert set(after) - set(before) == {"xl/worksheets/problems1.xml"}


def test_a_sheet_without_comments_gets_new_parts() -> None:
    book = workbook("certificates", {"certificates": [certificate()]})
    data = annotate(saved(book), [about("H4")])
    assert set(members(data)) - set(members(saved(book))) == {
        "xl/worksheets/problems1.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    }
    assert opened(data)[HERE]["H4"].comment


def test_the_clerks_own_comments_stay_beside_ours() -> None:
    ws = opened(annotate(saved(clerks()), [about("B5"), about("H4")]))[HERE]
    assert ws["C6"].comment and ws["C6"].comment.text == "别动"
    assert ws["B5"].comment and ws["B5"].comment.text.startswith("我的批注\n" + BEGIN)


def test_marks_are_replaced_not_heaped_up() -> None:
    first = annotate(saved(clerks()), [about("B5"), about("H4"), about("J5", "warning")])
    second = annotate(first, [about("K6", "notice")])
    book = opened(second)
    ws = book[HERE]
    assert book.sheetnames.count(SHEET) == 1 and book[SHEET].max_row == 3
    assert ws["B5"].comment and ws["B5"].comment.text == "我的批注"
    assert ws["H4"].comment is None and ws["H4"].fill.fgColor.rgb == "FF00FF00"
    assert (
        ws["J5"].comment is None
        and ws["J5"].fill.fgColor.rgb == opened(saved(clerks()))[HERE]["J5"].fill.fgColor.rgb
    )
    assert ws["K6"].comment and ws["K6"].fill.fgColor.rgb == FILLS["notice"]
    nothing = opened(annotate(second, []))[HERE]
    assert nothing["K6"].comment is None and nothing["K6"].fill.fgColor.rgb not in FILLS.values()


def test_a_marked_file_sent_back_is_read_as_if_unmarked() -> None:
    data = saved(workbook("certificates", {"certificates": [certificate(0), certificate(1, kind="护照本")]}))
    before = document(data)
    after = document(annotate(data, before.findings))
    assert after == before and said(after.findings) == [("F14", "error", "F5")]


def test_the_same_findings_give_the_same_bytes() -> None:
    data = saved(clerks())
    assert annotate(data, [about("H4")]) == annotate(data, [about("H4")])
    assert annotate_in_child(data, [about("H4").as_dict()]) == annotate(data, [about("H4")])


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_opens_a_marked_file_and_its_copy_can_be_marked_again(tmp_path: Path) -> None:
    marked = annotate(saved(clerks()), [about("B5"), about("H4"), about("J5", "warning")])
    (tmp_path / "a.xlsx").write_bytes(marked)
    office(
        tmp_path,
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "a.xlsx"),
    )
    copy = (tmp_path / "out" / "a.xlsx").read_bytes()
    ws = opened(copy)[HERE]
    assert ws["H4"].comment and BEGIN in ws["H4"].comment.text and ws["H4"].fill.fgColor.rgb == FILLS["error"]
    assert document(copy) == document(marked)
    again = opened(annotate(copy, [about("K6", "notice")]))
    assert again.sheetnames.count(SHEET) == 1
    ws = again[HERE]
    assert ws["H4"].comment is None and ws["H4"].fill.fgColor.rgb == "FF00FF00"
    assert ws["B5"].comment and ws["B5"].comment.text.strip() == "我的批注"
    assert ws["K6"].comment and ws["K6"].fill.fgColor.rgb == FILLS["notice"]


def test_what_cannot_be_marked_comes_with_a_list_of_its_own() -> None:
    for data in (b"\xd0\xcf\x11\xe0 an old workbook", b"PK\x03\x04 broken", b""):
        answer = annotate(data, [about("H4")])
        assert suffix(answer) == "xlsx"
        sheet = cells(answer).sheets[0]
        assert (sheet.name, sheet.rows[0][0], sheet.rows[2][5]) == (SHEET, TITLE, "第4行“<&>”不对。")
        assert opened(answer)[SHEET]["A1"].value == TITLE


def test_a_letter_gets_word_comments_at_its_content_controls() -> None:
    from tests.forms.test_read_letter import issued, read

    said_of = [
        about(None, sheet=None, field="R1_trips", message="“出国人次”应为整数。"),
        about(None, "warning", sheet=None, field="contact_phone", message="电话有误。"),
        about(None, "notice", sheet=None, message="全文。"),
    ]
    marked = annotate(issued(), said_of)
    letter = docx.Document(io.BytesIO(marked))
    assert [each.text for each in letter.comments] == [
        BEGIN + "错误 F03 “出国人次”应为整数。 处理：请改正。",
        BEGIN + "警告 F03 电话有误。 处理：请改正。",
        BEGIN + "提示 F03 全文。 处理：请改正。",
    ]
    xml = members(marked)["word/document.xml"].decode()
    assert xml.index('<w:commentRangeStart w:id="0"') < xml.index("R1_trips") or "R1_trips" in xml
    assert xml.count("<w:commentReference") == 3
    assert read(marked).facts == read(issued()).facts
    fewer = annotate(marked, said_of[:1])
    assert len(list(docx.Document(io.BytesIO(fewer)).comments)) == 1
    assert members(fewer)["word/document.xml"].count(b"commentReference") == 1
    before, after = members(issued()), members(marked)
    assert {name for name in before if before[name] != after[name]} == {
        "[Content_Types].xml",
        "word/document.xml",
        "word/_rels/document.xml.rels",
    }


def test_marking_sixty_rows_takes_milliseconds() -> None:
    data = saved(workbook("certificates", {"certificates": [certificate(n) for n in range(60)]}))
    findings = [about(f"H{row}") for row in range(4, 24)]
    annotate(data, findings)
    started = time.process_time()
    for _ in range(3):
        annotate(data, findings)
    assert (time.process_time() - started) / 3 < 0.1


def test_the_list_goes_by_problem_worst_first_and_then_by_cell() -> None:
    def at(rule: str, level: Level, row: int, message: str) -> Finding:
        return Finding(rule, level, "U1", "staff", "名册", f"B{row}", row, "name", None, None, message, None)

    given = [at("X01", "warning", 9, "甲未备案。"), at("X04", "warning", 3, "乙未更新。"),
             at("F09", "error", 7, "不一致。"), at("X01", "warning", 2, "丙未备案。"),
             at("X04", "warning", 8, "丁未更新。")]
    assert [(each.rule, each.row) for each in in_order(given)] == [
        ("F09", 7), ("X01", 2), ("X01", 9), ("X04", 3), ("X04", 8)]
    assert in_order([]) == []
