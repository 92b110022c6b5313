"""The city workbook: what its annexes say is what its registers hold; a missing unit, an override, every
link."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from merger.city import City, Override
from merger.workbook import city_workbook
from merger.workbook.style import LINKS_PER_SHEET
from tests.merger.cities import ANN, BEN, CAT, FIRST, SECOND, SMALL, THIRD, city, inputs, lines, opened

UNITS = ["瑞安市人民医院", "瑞安市中医院", "瑞安市疾病预防控制中心"]


@pytest.fixture(scope="module")
def made() -> City:
    return city()


@pytest.fixture(scope="module")
def book(made: City) -> openpyxl.Workbook:
    return opened(made)


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert city_workbook(city()) == city_workbook(city())


def test_any_other_input_gives_another_snapshot(made: City) -> None:
    changed = inputs(overrides=[Override(FIRST, "annex2.c5", 1, "复核", "审核员")])
    assert made.snapshot == city().snapshot
    assert (
        len({made.snapshot, city(overrides=changed.overrides).snapshot, city({FIRST: SMALL[FIRST]}).snapshot})
        == 3
    )


def test_annex_numbers_equal_a_plain_count_over_the_merged_registers(made: City) -> None:
    def rows(table: str) -> list[dict[str, object]]:
        return [row for row in made.tables[table].to_pylist() if row["unit"] == FIRST]

    registered = {row["id_number"] for row in rows("registrations")}
    held = {row["number"] for row in rows("custody") if row["state"] == "在库"}
    expected = {
        "annex3.d3": len({row["id_number"] for row in rows("staff")}),
        "annex3.d4": len([row for row in rows("staff") if row["due"] == "是"]),
        "annex3.d5": len([row for row in rows("staff") if row["id_number"] in registered]),
        "annex3.d6": len(rows("certificates")),
        "annex3.d7": len([row for row in rows("certificates") if row["number"] in held]),
        "annex2.c4": len([row for row in rows("custody") if row["nature"] == "本次整治新收缴"]),
        "annex2.c10": len({row["id_number"] for row in rows("violations") if row["conclusion"] == "属实"}),
    }
    assert {figure: made.number(FIRST, figure) for figure in expected} == expected
    assert expected == {
        "annex3.d3": 2,
        "annex3.d4": 2,
        "annex3.d5": 1,
        "annex3.d6": 2,
        "annex3.d7": 1,
        "annex2.c4": 1,
        "annex2.c10": 1,
    }


def test_units_stand_in_official_order_and_the_total_is_a_live_formula_with_its_value(
    made: City, book: openpyxl.Workbook
) -> None:
    formulas = opened(made, values=False)
    for name in ("附件2", "附件3"):
        read = lines(book[name])
        assert [each for each in read if each in UNITS] == UNITS
        counted = [row for unit, row in read.items() if unit in UNITS[:2]]
        assert read["合计"] == [sum(column) for column in zip(*counted, strict=True)]
        assert all(re.fullmatch(r"=SUM\([A-Z]+6:[A-Z]+8\)", each) for each in lines(formulas[name])["合计"])


def test_a_unit_that_is_not_in_reads_so_and_never_nought(book: openpyxl.Workbook) -> None:
    assert set(lines(book["附件2"])[UNITS[2]]) == {"未报送"}


def test_a_unit_under_review_is_not_said_to_be_missing() -> None:
    read = lines(opened(city(handed_in=[SECOND]))["附件3"])
    assert set(read[UNITS[1]]) == {"审核中"} and set(read[UNITS[2]]) == {"未报送"}
    assert read["合计"] == read[UNITS[0]]


def test_a_number_set_by_hand_carries_its_mark_and_its_footnote() -> None:
    made = city(overrides=[Override(FIRST, "annex3.d7", 2, "一本在局专柜", "王某")])
    sheet = opened(made)["附件3"]
    cell = next(cell for row in sheet.iter_rows(min_row=6) for cell in row if "※" in cell.number_format)
    assert cell.value == 2 and lines(sheet)["合计"][4] == 2
    notes = [str(row[0].value) for row in sheet.iter_rows() if str(row[0].value).startswith("※")]
    assert notes == ["※ 瑞安市人民医院“实收数”由系统数1改为2：一本在局专柜（王某）"]


def test_every_link_leads_to_cells_that_exist_and_a_number_to_as_many_rows_as_it_says(
    book: openpyxl.Workbook,
) -> None:
    seen = 0
    for sheet in book:
        links = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink is not None]
        assert len(links) <= LINKS_PER_SHEET
        for cell in links:
            name, cells = re.fullmatch(r"'?(.+?)'?!(.+)", cell.hyperlink.location or "").groups()  # type: ignore[union-attr]
            target = book[name][cells]
            if sheet.title.startswith("附件") and not sheet.title.endswith("依据"):
                assert len(target) >= cell.value  # a person may be counted once for several rows
                assert {row[2].value for row in target} == {sheet.cell(cell.row, 2).value}
                seen += 1
    assert seen > 8


def test_every_row_of_a_register_says_which_file_sheet_and_row_it_comes_from(
    made: City, book: openpyxl.Workbook
) -> None:
    sheet = book["2-工作人员名册"]
    head = [cell.value for cell in sheet[3]]
    rows = [dict(zip(head, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=4)]
    assert [row["身份证号"] for row in rows] == [ANN, BEN, CAT]
    for row in rows:
        source = next(each for each in made.sources.values() if each.file_name == row["来源文件"])
        table = source.document.tables["staff"]
        assert (row["版本"], row["工作表"]) == (source.version, table.sheet)
        assert table.values["id_number"][table.rows.index(row["行"])] == row["身份证号"]


def test_evidence_rows_lead_to_their_rows_in_the_register(book: openpyxl.Workbook) -> None:
    for row in book["附件3依据"].iter_rows(min_row=4):
        name, cells = re.fullmatch(r"'?(.+?)'?!(.+)", row[10].hyperlink.location).groups()  # type: ignore[union-attr]
        line = book[name][cells].row
        assert row[4].value in [cell.value for cell in book[name][line]]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    staff = [{**SMALL[SECOND]["staff"][0], "position": "=1+1", "name": "@黄三"}]
    made = city({SECOND: {**SMALL[SECOND], "staff": staff}})
    cells = [cell for row in opened(made, values=False)["2-工作人员名册"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value in ("=1+1", "@黄三")} == {"s"}


def test_every_sheet_opens_in_both_readers_and_the_charts_are_native(
    made: City, book: openpyxl.Workbook
) -> None:
    data = city_workbook(made)
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == book.sheetnames
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert sum(name.startswith("xl/charts/chart") for name in package.namelist()) >= 4


def test_the_completeness_matrix_has_a_state_per_unit_and_form(book: openpyxl.Workbook) -> None:
    rows = {row[0]: row for row in book["报送情况"].iter_rows(min_row=4, values_only=True)}
    assert set(rows[UNITS[0]][1:13]) == {"已通过"} and set(rows[UNITS[2]][1:13]) == {"未报"}
    assert (rows[UNITS[0]][16], rows[UNITS[2]][16]) == ("是", "未报送")
    assert THIRD not in city().complete
