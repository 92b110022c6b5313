"""Filled workbooks are read whole: cells typed, slips named at their cell, rows read or refused."""

from __future__ import annotations

import time
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.workbook.cells import RawSheet, RawWorkbook, cells, from_json, read_in_child
from forms.workbook.content import Filled
from tests.forms.filled import FACTS, IDS, beside, campaign, certificate, document, said, saved, workbook

SHEET = "证件登记表"


def three() -> openpyxl.Workbook:
    return workbook("certificates", {"certificates": [certificate(n) for n in range(3)]})


def test_a_faultless_form_is_read_without_a_word() -> None:
    found = document(saved(three()))
    table = found.tables["certificates"]
    assert said(found.findings) == []
    assert (found.rows_read, found.rows_refused, found.stamp, found.unit) == (3, 0, "valid", "002")
    assert table.rows == (4, 5, 6) and table.letters["number"] == "H"
    assert table.values["issued_on"] == [date(2018, 5, 4)] * 3
    assert found.facts == FACTS | {"filled_on": date(2019, 8, 9)}
    assert found.fact_cells["filled_on"][0] == SHEET


def test_a_word_left_behind_below_the_rows_is_one_finding_and_no_row() -> None:
    book = three()
    book[SHEET]["K8"] = "待补"
    found = document(saved(book))
    (one,) = found.findings
    assert (one.rule, one.cell, one.row, one.value) == ("F01", "K8", 8, "待补")
    assert one.message.startswith("第8行只有“") and "删除这一行" in (one.fix or "")
    assert found.tables["certificates"].rows == (4, 5, 6)
    assert (found.rows_read, found.rows_refused) == (3, 1)


def test_a_row_with_two_cells_is_read_cell_by_cell() -> None:
    book = three()
    book[SHEET]["K8"], book[SHEET]["L8"] = "待补", "待补"
    assert len(document(saved(book)).findings) > 2


def test_values_survive_the_way_out_of_the_child() -> None:
    raw = cells(saved(three()))
    assert from_json(read_in_child(saved(three()))) == raw
    assert document(raw) == document(saved(three()))


@pytest.mark.parametrize(
    "field, cell, column, rule, value",
    [
        ("id_number", "330399199012310134", "C", "F03", None),
        ("id_number", 330399199012310133, "C", "F07", None),
        ("kind", "护照本", "F", "F14", None),
        ("issued_on", "18-5-4", "J", "F11", None),
        ("name", None, "B", "F01", None),
        ("number", "E 1234 5678", "H", "F24", "E12345678"),
        ("id_number", "３３０３９９１９９０１２３１０１３３", "C", "F24", IDS[2]),
        ("issued_on", "2018年5月4日", "J", None, date(2018, 5, 4)),
        ("issued_on", 43224, "J", None, date(2018, 5, 4)),
    ],
)
def test_a_cell_is_repaired_or_named_with_its_place(
    field: str, cell: object, column: str, rule: str | None, value: object
) -> None:
    found = document(
        saved(workbook("certificates", {"certificates": [certificate(0), certificate(1, **{field: cell})]}))
    )
    here = {each.rule for each in found.findings if each.cell == f"{column}5"}
    assert rule is None or rule in here
    if value is not None:
        assert found.tables["certificates"].values[field][1] == value
    for each in found.findings:
        if each.cell == f"{column}5":
            assert (
                each.message.startswith("第5行") and each.fix and each.field == field and each.sheet == SHEET
            )


def test_a_row_whose_key_cannot_be_read_is_refused_and_counted() -> None:
    found = document(
        saved(
            workbook(
                "certificates",
                {
                    "certificates": [
                        certificate(0),
                        certificate(1, kind="护照本"),
                        certificate(2, number=None),
                    ]
                },
            )
        )
    )
    assert (found.rows_read, found.rows_refused) == (1, 2)
    assert found.tables["certificates"].values["number"] == ["EZ9900000"]
    assert {("F14", "error", "F5"), ("F01", "error", "H6")} <= set(said(found.findings))


def test_an_unreadable_cell_that_is_no_key_is_null_and_listed() -> None:
    found = document(saved(workbook("certificates", {"certificates": [certificate(0, issued_on="不详")]})))
    table = found.tables["certificates"]
    assert (
        found.rows_read == 1
        and table.values["issued_on"] == [None]
        and table.unreadable == ((4, "issued_on"),)
    )


def test_moved_columns_blank_rows_and_footers_do_not_matter() -> None:
    book = three()
    ws = book[SHEET]
    ws.insert_rows(5, 2)
    ws.move_range("J3:J40", cols=20)  # 签发日期 to AD
    ws.delete_cols(10)
    found = document(saved(book))
    assert found.tables["certificates"].values["issued_on"] == [date(2018, 5, 4)] * 3
    assert found.tables["certificates"].rows == (4, 7, 8)
    assert found.tables["certificates"].letters["issued_on"] == "AC"
    assert said(found.findings) == [("S03", "notice", "AC3")]


def test_an_inserted_column_is_named_with_its_ink() -> None:
    book = three()
    ws = book[SHEET]
    for merge in list(ws.merged_cells.ranges):  # openpyxl leaves merged ranges behind when columns move
        ws.unmerge_cells(str(merge))
    ws.insert_cols(4)
    ws["D3"], ws["D5"] = "工号", "A17"
    found = document(saved(book))
    assert found.rows_read == 3 and said(found.findings) == [("S03", "notice", "D3")]
    assert "1格有内容" in found.findings[0].message


@pytest.mark.parametrize("cell, level", [("C3", "error"), ("I3", "warning")])
def test_a_renamed_header_is_named_and_still_read(cell: str, level: str) -> None:
    book = three()
    old = book[SHEET][cell].value
    book[SHEET][cell] = "号码（改）"
    found = document(saved(book))
    assert said(found.findings) == [("S03", level, cell)]
    assert f"第{ord(cell[0]) - 64}列应为“{old}”" in found.findings[0].message
    assert found.rows_read == 3 and found.tables["certificates"].values["id_number"] == list(IDS)


def test_a_wiped_header_is_named_and_still_read() -> None:
    book = three()
    book[SHEET]["C3"] = None
    found = document(saved(book))
    assert said(found.findings) == [("S03", "error", "C3")] and found.rows_read == 3


def test_cells_merged_over_several_rows_are_read_in_each() -> None:
    book = three()
    ws = book[SHEET]
    ws["C5"] = ws["C6"] = IDS[0]
    for cells_ in ("B4:B6", "C4:C6", "D4:D9"):
        ws.merge_cells(cells_)
    found = document(saved(book))
    assert found.tables["certificates"].values["id_number"] == [IDS[0]] * 3
    assert (found.rows_read, found.rows_refused) == (3, 0)
    assert said(found.findings) == []
    told = [(each.rule, each.cell) for each in found.findings]
    assert told == [("F24", "B5"), ("F24", "C5"), ("F24", "D5")]
    assert found.findings[0].message.startswith("第5、6行“姓名”是合并单元格，已按同一内容读取：")


def test_a_frame_merged_over_empty_rows_is_no_row_and_nothing_to_tell() -> None:
    book = three()
    book[SHEET].merge_cells("D7:D9")
    found = document(saved(book))
    assert (found.rows_read, found.rows_refused, found.findings) == (3, 0, ())


def test_a_deleted_mandatory_column_refuses_rows_only_if_it_is_the_key() -> None:
    book = three()
    book[SHEET].delete_cols(2)
    found = document(saved(book))
    assert ("S03", "error") in [(each.rule, each.level) for each in found.findings]
    assert found.rows_read == 3 and {name for _, name in found.tables["certificates"].unreadable} == {"name"}
    book = three()
    book[SHEET].delete_cols(8)
    assert document(saved(book)).rows_refused == 3


def test_title_rows_may_go_and_sheets_may_be_renamed() -> None:
    book = three()
    book[SHEET].title = "Sheet1"
    book["Sheet1"].unmerge_cells("A1:S1")
    book["Sheet1"].delete_rows(1, 2)
    found = document(saved(book))
    assert found.rows_read == 3 and found.tables["certificates"].sheet == "Sheet1"
    assert [each.field for each in found.findings] == ["filled_on"]


def test_nested_headers_are_found_by_their_whole_path() -> None:
    row = {
        "name": "陈一一",
        "id_number": IDS[0],
        "department": "内科",
        "position": "医师",
        "nature": "因公",
        "reason": "其他",
        "exit_on": "2018-01-02",
        "entry_on": "2018-01-09",
        "destinations": "日本",
        "approval": "已审批",
        "approval_number": "A1",
        "approved_on": "2017-12-01",
        "leave": "有",
        "leave_detail": "公假",
        "conclusion": "不属违规",
        "violation": "无",
    }
    book = workbook("trips", {"trips": [row]})
    found = document(saved(book)).tables["trips"]
    assert found.values["leave"] == ["有"] and found.values["leave_detail"] == ["公假"]
    ws = book["出国（境）登记表"]
    for merge in list(ws.merged_cells.ranges):
        ws.unmerge_cells(str(merge))
    assert document(saved(book)).tables["trips"].values == found.values


def test_duplicates_are_named_with_both_rows() -> None:
    found = document(
        saved(workbook("certificates", {"certificates": [certificate(0), certificate(1), certificate(0)]}))
    )
    double = [each for each in found.findings if each.rule == "S04"]
    assert [(each.cell, each.level) for each in double] == [("F6", "error")]
    assert double[0].message == "第6行与第4行重复（普通护照/EZ9900000）。"
    assert found.rows_read == 3


def test_serials_are_renumbered_once() -> None:
    rows = [certificate(n, serial=serial) for n, serial in enumerate((1, 3, 7))]
    found = document(saved(workbook("certificates", {"certificates": rows})))
    assert said(found.findings) == [("S05", "notice", "A5")]
    assert found.tables["certificates"].values["serial"] == [1, 2, 3]


def test_spare_serial_numbers_alone_are_no_ink() -> None:
    book = three()
    for n in range(7, 20):
        book[SHEET].cell(n, 1).value = n - 3
    found = document(saved(book))
    assert (found.rows_read, found.rows_refused, said(found.findings)) == (3, 0, [])


@pytest.mark.parametrize("column", [1, 2])
def test_none_in_the_first_cell_is_the_nil_return(column: int) -> None:
    book = workbook("certificates")
    book[SHEET].cell(4, column).value = "无"
    found = document(saved(book))
    assert found.tables["certificates"].nil and said(found.findings) == []
    assert (found.rows_read, found.rows_refused) == (1, 0)


def test_an_empty_sheet_must_say_none() -> None:
    found = document(saved(workbook("certificates")))
    assert said(found.findings) == [("S07", "error", "A4")] and not found.tables["certificates"].nil
    assert said(document(saved(workbook("staff"))).findings) == [("S07", "error", "A4")]


def test_none_beside_rows_contradicts_them() -> None:
    book = workbook("certificates", {"certificates": [certificate(0), {"name": "无"}]})
    found = document(saved(book))
    assert ("S07", "error") in [(each.rule, each.level) for each in found.findings]
    assert (found.rows_read, found.rows_refused) == (1, 1)


def test_a_wrong_total_is_named() -> None:
    counts = [
        each.name for each in campaign().forms["annex3"].tables["annex3"].fields if each.kind == "count"
    ]
    row = {"serial": 1, "unit_name": "瑞安市人民医院"} | dict.fromkeys(counts, 4)
    book = workbook("annex3", {"annex3": [row]})
    ws = book["附件3"]
    ws["A7"], ws["C7"], ws["D7"] = "合计", 5, 4
    found = document(saved(book))
    assert [(each.rule, each.cell, each.message) for each in found.findings] == [
        ("S06", "C7", "“国家工作人员总数”合计数应为4，现为5。")
    ]
    assert found.rows_read == 1


def test_ink_outside_the_table_or_below_its_footer_is_never_lost() -> None:
    book = three()
    ws = book[SHEET]
    ws["W9"] = "此行待补"
    last = ws.max_row
    ws.cell(last + 2, 2).value, ws.cell(last + 2, 3).value = "林小三", IDS[1]
    ws.cell(last + 3, 1).value = "（盖章处）"
    found = document(saved(book))
    assert said(found.findings) == [("S03", "warning", "W9"), ("S03", "error", f"B{last + 2}")]
    assert (found.rows_read, found.rows_refused) == (3, 2)


def test_formulas_and_error_cells_are_never_blank() -> None:
    probe = {
        "date1904": False,
        "sheets": [
            {
                "name": SHEET,
                "formulas": ["I4", "B5", "J6"],
                "uncached": ["B5"],
                "errors": [["J6", "#REF!"]],
                "hidden_rows": [],
                "hidden_columns": [],
            }
        ],
    }
    rows = [certificate(0, issuer="浙江"), certificate(1, name=None), certificate(2, issued_on=None)]
    found = document(saved(workbook("certificates", {"certificates": rows})), probe)
    assert said(found.findings) == [("F22", "error", "I4"), ("F22", "error", "B5"), ("F22", "error", "J6")]
    assert set(found.tables["certificates"].unreadable) == {(5, "name"), (6, "issued_on")}


def test_hidden_rows_and_columns_with_data_are_read_and_named() -> None:
    probe = {"sheets": [{"name": SHEET, "hidden_rows": [5], "hidden_columns": [8, 9]}]}
    found = document(saved(three()), probe)
    assert (
        said(found.findings) == [("S11", "warning", "H3"), ("S11", "warning", "A5")] and found.rows_read == 3
    )


@pytest.mark.parametrize(
    "facts, expected",
    [
        ({**FACTS, "phone": None}, [("S10", "error")]),
        ({**FACTS, "reviewed_by": "陈小一"}, [("S10", "warning")]),
        ({**FACTS, "filled_on": "八月九日"}, [("F11", "error")]),
        ({}, [("S10", "error")] * 4),
    ],
)
def test_labelled_cells_must_be_filled_by_two_people(
    facts: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    found = document(saved(workbook("certificates", {"certificates": [certificate()]}, facts=facts)))
    assert [(each.rule, each.level) for each in found.findings] == expected
    assert all(each.cell and each.sheet == SHEET for each in found.findings)


def test_labelled_cells_may_share_one_cell_with_their_values() -> None:
    book = three()
    ws = book[SHEET]
    at = next(cell for row in ws.iter_rows() for cell in row if cell.value == "填表人：")
    for label in ("填表人", "联系电话", "审核人"):
        beside(ws, label).value = None
    for cell in ws[at.row]:
        if isinstance(cell.value, str):
            cell.value = None
    at.value = "填 表 人：陈小一　联系电话：0577-65800000　　审核人：林小二"
    found = document(saved(book))
    assert said(found.findings) == [] and found.facts["phone"] == "0577-65800000"


def remembered() -> Filled:
    """What two rows of material 4 were issued with; days count from 1900."""
    return Filled(
        2,
        {
            "serial": [1, 2],
            "name": ["陈一一", "陈一一"],
            "id_number": list(IDS[:2]),
            "kind": ["普通护照"] * 2,
            "number": ["EZ9900000", "EZ9900001"],
            "issued_on": [43224, 43224],
            "issuer": ["浙江", None],
        },
    )


def test_changed_prefilled_values_ask_for_a_reason() -> None:
    book = workbook(
        "certificates",
        {"certificates": [certificate(1), certificate(0, issued_on="2018.05.04")]},
        prefilled={"certificates": remembered()},
    )
    book[SHEET]["I5"], book[SHEET]["B5"] = "浙江省公安厅", "陈一二"
    found = document(saved(book))
    changed = [each for each in found.findings if each.rule == "S13"]
    assert [(each.cell, each.level) for each in changed] == [
        ("B5", "warning"),
        ("I5", "warning"),
    ]
    assert changed[0].message == "第5行“姓名”由“陈一一”改为“陈一二”，请注明依据。"


def test_workbooks_that_count_from_1904_are_read_alike() -> None:
    book = three()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    found = document(saved(book), {"date1904": True, "sheets": []})
    assert found.tables["certificates"].values["issued_on"] == [date(2018, 5, 4)] * 3


def test_what_was_issued_is_not_read_by_the_calendar_of_the_program_that_saved_it() -> None:
    rows = [certificate(0, issuer="浙江"), certificate(1)]
    book = workbook("certificates", {"certificates": rows}, prefilled={"certificates": remembered()})
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    mac = {"date1904": True, "sheets": []}
    assert not [each for each in document(saved(book), mac).findings if each.field == "issued_on"]
    book[SHEET]["J5"] = date(2018, 5, 5)
    changed = [each for each in document(saved(book), mac).findings if each.field == "issued_on"]
    told = "第5行“签发日期”由“2018-05-04”改为“2018-05-05”，请注明依据。"
    assert [each.message for each in changed] == [told]


def test_extra_sheets_are_named_and_lost_sheets_are_errors() -> None:
    book = workbook("custody")
    book["7-保管台账"]["A4"] = book["7-领用归还登记"]["A4"] = "无"
    book.create_sheet("草稿")["A1"] = "别看"
    assert said(document(saved(book)).findings) == [("S03", "notice", "A1")]
    del book["7-领用归还登记"]
    found = document(saved(book))
    assert ("S03", "error", None) in said(found.findings) and found.rows_refused == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["blank", "good", "badkey", "nil", "total", "note", "stray", "partial", "serial"]),
        max_size=14,
    )
)
def test_rows_read_and_refused_are_the_rows_with_ink(plan: list[str]) -> None:
    raw = cells(_blank())
    sheet = next(each for each in raw.sheets if each.name == SHEET)
    rows = list(sheet.rows[:3])
    inked, nils, ended = 0, 0, False
    names = [each.name for each in campaign().forms["certificates"].tables["certificates"].fields]
    for n, kind in enumerate(plan):
        good = certificate(n)
        line: list[object] = [None] * 22
        if kind in ("good", "badkey"):
            if kind == "badkey":
                good["number"] = "？？"
            line[: len(names)] = [good.get(name) for name in names]
        elif kind == "nil":
            line[1] = "无"
        elif kind == "total":
            line[0] = "合计"
        elif kind == "note":
            line[0], ended = "注：以上属实。", True
        elif kind == "stray":
            line[21] = "眉批"
        elif kind == "partial":
            line[1], line[4] = "陈一一", "医师"
        elif kind == "serial":
            line[0] = float(n + 1)
        rows.append(tuple(line))
        counts = kind in ("good", "badkey", "partial") or (kind in ("nil", "stray") and not ended)
        inked += counts
        nils += kind == "nil" and not ended
    changed = RawSheet(sheet.name, sheet.state, tuple(rows), sheet.merges)  # type: ignore[arg-type]
    found = document(RawWorkbook(tuple(changed if each is sheet else each for each in raw.sheets)))
    assert found.rows_read + found.rows_refused == inked
    table = found.tables["certificates"]
    assert found.rows_read == len(table.rows) + (nils if table.nil else 0)
    accused = {each.row for each in found.findings if each.level != "notice"}
    assert found.rows_refused <= len(accused)


_kept: list[bytes] = []


def _blank() -> bytes:
    if not _kept:
        _kept.append(saved(workbook("certificates")))
    return _kept[0]


def test_the_largest_roster_is_read_within_half_a_second() -> None:
    row = {
        "name": "陈一一",
        "id_number": IDS[0],
        "sex": "男",
        "born_on": date(1980, 1, 1),
        "political_status": "群众",
        "department": "内科",
        "category": "在编事业",
        "post_type": "专业技术",
        "position": "医师",
        "title": "主治医师",
        "title_level": "中级",
        "authority": "单位管",
        "joined_on": date(2005, 7, 1),
        "status": "在岗",
        "household": "浙江瑞安",
        "due": "是",
        "reason": "B7 其他在编（含备案制）工作人员",
        "registered": "是",
        "secrecy": "非涉密",
        "has_certificate": "无",
        "has_trips": "无",
    }
    raw = cells(saved(workbook("staff", {"staff": [row]})))
    sheet = raw.sheets[0]
    line = sheet.rows[3]
    many = RawSheet(sheet.name, sheet.state, (*sheet.rows[:3], *[line] * 1650), sheet.merges)
    book = RawWorkbook((many, *raw.sheets[1:]))
    started = time.process_time()
    found = document(book)
    spent = time.process_time() - started
    assert found.rows_read == 1650 and spent < 0.5, spent
