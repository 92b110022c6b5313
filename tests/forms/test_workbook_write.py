"""Issued workbooks: compiled output equals openpyxl's, and holds what a clerk and a reader need."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from forms import stamp
from forms.campaign import load, shipped
from forms.kinds import KINDS
from forms.kinds.types import arrow_type, sql_type
from forms.spec import Campaign, Code, Form
from forms.workbook import blank
from forms.workbook.compiled import CompiledWorkbook
from forms.workbook.content import Content, Filled
from forms.workbook.layout import CODES, META, PREFILL
from forms.workbook.skin import skin

KEY = b"k" * 32
UNIT = "瑞安市人民医院"
FORMS = [
    "staff", "registrations", "certificates", "trips", "approvals", "custody", "declarations", "sanctions",
    "violations", "annex2", "annex3",
]  # fmt: skip


@lru_cache
def campaign() -> Campaign:
    return load(shipped())


@lru_cache
def compiled(form: str) -> CompiledWorkbook:
    return CompiledWorkbook(campaign(), campaign().forms[form])


AWKWARD = (
    "=1+1",
    "甲&乙<丙>",
    " 前后有空格 ",
    "第一行\n第二行",
    "很长很长的一段文字" * 6,
    "0012",
    "@sum",
)


def view(form: Form, name: str, rows: int) -> pa.Table:
    """Made-up rows of a view; every third value is missing, texts are awkward."""
    columns: dict[str, pa.Array] = {}
    for _, field in form.fields():
        if field.prefill is None or field.prefill.view != name:
            continue
        values: list[Any] = []
        for at in range(rows):
            kind = sql_type(field.kind)
            value: Any = AWKWARD[at % len(AWKWARD)]
            if kind == "DATE":
                value = date(2016, 1, 1 + at % 28)
            elif kind == "INTEGER":
                value = at
            elif kind == "VARCHAR[]":
                value = ["泰国", "日本"]
            values.append(None if at % 3 == 2 and not field.required else value)
        columns[field.prefill.column] = pa.array(values, arrow_type(field.kind))
    return pa.table(columns)


def content(form: str, rows: int = 0, figures: dict[str, int] | None = None) -> Content:
    one = compiled(form)
    made = one.content(
        "002", UNIT, (lambda name, unit: view(one.form, name, rows)) if rows else None, figures
    )
    signed = stamp.sign(KEY, "C-1", "002", form, one.form.version, issued_at="2019-08-07")
    return replace(made, stamp=signed.fields())


def issued(form: str, rows: int = 0, figures: dict[str, int] | None = None) -> bytes:
    made = content(form, rows, figures)
    return compiled(form).render(made, compiled(form).remembered(made))


def model(form: str, rows: int = 0) -> bytes:
    one = compiled(form)
    book = blank.build(one.form, one.layouts, campaign(), skin(), content(form, rows))
    return blank.save(book)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def look(cell: Any, seen: dict[int, str]) -> tuple[Any, ...]:
    """Value and style; `seen` keeps the styles of one workbook, which are few."""
    if cell.style_id not in seen:
        parts = (cell.number_format, cell.font, cell.fill, cell.border, cell.protection, cell.alignment)
        seen[cell.style_id] = repr(parts)
    return cell.value, cell.data_type, seen[cell.style_id]


def facts(ws: Worksheet) -> Iterator[tuple[str, Any]]:
    """Everything of a sheet that the compiled path might get wrong, named."""
    seen: dict[int, str] = {}
    yield "state", ws.sheet_state
    yield "size", (ws.max_row, ws.max_column)
    yield "merges", sorted(str(each) for each in ws.merged_cells.ranges)
    yield "validations", sorted(
        (str(each.sqref), each.type, each.operator, each.formula1, each.prompt, each.promptTitle, each.error,
         each.errorStyle, each.showErrorMessage)
        for each in ws.data_validations.dataValidation
    )  # fmt: skip
    yield "protection", dict(ws.protection)
    yield "filter", ws.auto_filter.ref
    yield "freeze", ws.freeze_panes
    yield "titles", ws.print_title_rows
    yield "page", (dict(ws.page_setup), dict(ws.page_margins), ws.oddFooter.center.text)
    yield "widths", {name: each.width for name, each in ws.column_dimensions.items()}
    for row in ws.iter_rows():
        dimension = ws.row_dimensions[row[0].row]
        yield f"row {row[0].row}", (dimension.height, dimension.protection.locked)
        for cell in row:
            if not isinstance(cell, openpyxl.cell.cell.MergedCell):
                yield cell.coordinate, look(cell, seen)


@pytest.mark.parametrize("rows", [0, 1, 9])
@pytest.mark.parametrize("form", FORMS)
def test_the_compiled_workbook_is_the_one_openpyxl_builds(form: str, rows: int) -> None:
    mine, theirs = opened(issued(form, rows)), opened(model(form, rows))
    assert mine.sheetnames == theirs.sheetnames
    for name in mine.sheetnames:
        for (what, one), (_, other) in zip(facts(mine[name]), facts(theirs[name]), strict=True):
            assert one == other, (name, what)
    assert [(each.name, each.value) for each in mine.custom_doc_props.props] == [
        (each.name, each.value) for each in theirs.custom_doc_props.props
    ]
    assert mine.security.lockStructure


def test_text_is_text_and_survives_as_it_was() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(issued("staff", 8)))
    rows = book.get_sheet_by_name("工作人员名册").to_python(skip_empty_area=False)
    named = {label: at for at, label in enumerate(rows[2])}
    assert [row[named["姓名"]] for row in rows[3:10]] == list(AWKWARD)
    assert rows[3][named["进入本单位日期"]] == date(2016, 1, 1)
    assert rows[3][named["序号"]] == 1
    assert b"<f>" not in b"".join(members(issued("staff", 8)).values())


def test_what_looks_like_an_escape_of_excel_is_read_back_as_typed() -> None:
    one = compiled("sanctions")
    made = replace(content("sanctions"), tables={"sanctions": Filled(1, {"name": ["_x0041_甲"]})})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(one.render(made, {}))).get_sheet_by_index(0)
    assert sheet.to_python(skip_empty_area=False)[3][1] == "_x0041_甲"


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {each: package.read(each) for each in package.namelist()}


def test_control_characters_and_surrogates_do_not_break_the_file() -> None:
    one = compiled("staff")
    table = view(one.form, "known_staff", 2)
    at = table.column_names.index("name")
    table = table.set_column(at, "name", pa.array(["张\x00三\x1b", "李四\ufffe␟"]))
    made = one.content("002", "单位\x07名", lambda name, unit: table, None)
    made = replace(made, stamp=content("staff").stamp)
    ws = opened(one.render(made, one.remembered(made)))["工作人员名册"]
    assert [ws["B4"].value, ws["B5"].value] == ["张三", "李四 "]
    assert ws["A2"].value == "填报单位（盖章）：单位名"


def test_the_same_content_gives_the_same_bytes() -> None:
    assert issued("trips", 5) == issued("trips", 5)
    again = CompiledWorkbook(campaign(), campaign().forms["trips"])
    made = content("trips", 5)
    assert again.render(made, again.remembered(made)) == issued("trips", 5)


def test_the_hidden_sheet_and_the_property_hold_one_valid_stamp() -> None:
    book = opened(issued("custody", 3))
    assert book[META].sheet_state == "hidden"
    fields = {row[0].value: row[1].value or "" for row in book[META].iter_rows()}
    said = next(each.value for each in book.custom_doc_props.props if each.name == stamp.PROPERTY)
    assert stamp.verify(KEY, fields) == stamp.verify(KEY, stamp.read(said)) is not None


def test_every_data_cell_is_open_and_every_header_is_held() -> None:
    for form in FORMS:
        one = compiled(form)
        book = opened(issued(form, 2))
        for layout in one.layouts:
            ws = book[layout.table.sheet]
            assert ws.protection.sheet
            assert ws.protection.password is None
            assert all(cell.protection.locked for cell in ws[layout.first_row - 1])
            for row in ws.iter_rows(min_row=layout.first_row, max_row=layout.first_row + 2):
                assert not any(cell.protection.locked for cell in row), form
            free = (
                "sort",
                "autoFilter",
                "insertRows",
                "deleteRows",
                "formatCells",
                "formatColumns",
                "formatRows",
            )
            assert not any(getattr(ws.protection, each) for each in free)


def test_numbers_kept_as_text_are_not_flagged() -> None:
    sheet = members(issued("staff", 5))["xl/worksheets/sheet1.xml"].decode()
    assert sheet.endswith(
        '<ignoredErrors><ignoredError sqref="A4:Y28" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    )


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_stamp_memory_and_cells_survive_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "staff.xlsx"
    source.write_bytes(issued("staff", 5))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    before, after = opened(source.read_bytes()), opened((tmp_path / "staff.xlsx").read_bytes())
    for name in before.sheetnames:
        ours = [[cell.value for cell in row] for row in before[name].iter_rows()]
        theirs = [[cell.value for cell in row[: len(ours[0])]] for row in after[name].iter_rows()]
        assert theirs[: len(ours)] == ours, name
    ws = after["工作人员名册"]
    assert ws.protection.sheet
    assert len(ws.data_validations.dataValidation) >= 10
    said = next(each.value for each in after.custom_doc_props.props if each.name == stamp.PROPERTY)
    assert stamp.verify(KEY, stamp.read(said)) is not None


def test_prefilled_cells_are_shaded_and_empty_ones_are_not() -> None:
    ws = opened(issued("staff", 3))["工作人员名册"]
    assert ws["B4"].fill.fgColor.rgb.endswith(skin().fills.prefilled)
    assert ws["B20"].fill.fill_type is None
    assert ws["Y4"].fill.fill_type is None, "the note is not pre-filled"


@pytest.mark.parametrize("form", FORMS)
def test_columns_have_the_format_of_their_kind_and_a_message(form: str) -> None:
    one = compiled(form)
    book = opened(issued(form))
    for layout in one.layouts:
        ws = book[layout.table.sheet]
        said = {str(each.sqref).split(":")[0]: each for each in ws.data_validations.dataValidation}
        for column, field in enumerate(layout.table.fields, 1):
            cell = ws.cell(layout.first_row, column)
            assert cell.number_format == KINDS[field.kind].number_format
            rule = said[cell.coordinate]
            assert rule.promptTitle == field.label[:32]
            assert 0 < len(rule.prompt) <= 255
            assert len(rule.formula1 or "") <= 257
            if field.kind == "choice":
                assert rule.type == "list"
        assert ("填“无”" in said[f"A{layout.first_row}"].prompt) == layout.table.nil


def test_a_long_code_list_refers_to_the_hidden_sheet() -> None:
    codes = campaign().codes
    long = replace(codes["sex"], codes=tuple(Code(str(at), f"第{at}种，说明文字若干") for at in range(40)))
    wide = replace(campaign(), codes={**codes, "sex": long})
    one = CompiledWorkbook(wide, wide.forms["sanctions"])
    book = opened(one.render(content("sanctions"), {}))
    rules = book["处理情况登记表"].data_validations.dataValidation
    rule = next(each for each in rules if str(each.sqref).startswith("C4"))
    assert rule.formula1 == f"{CODES}!$A$2:$A$41"
    assert book[CODES].sheet_state == "hidden"
    assert [cell.value for cell in book[CODES]["A"]] == [long.label, *long.labels]
    assert CODES not in opened(issued("sanctions")).sheetnames


def test_what_was_prefilled_is_remembered_beside_it() -> None:
    book = opened(issued("certificates", 2))
    pairs = [(row[0].value, row[1].value.split("␟")) for row in book[PREFILL].iter_rows()]
    assert [name for name, _ in pairs] == ["certificates"] * 3
    names = pairs[0][1]
    assert pairs[1][1][names.index("name")] == AWKWARD[0]
    assert pairs[2][1][names.index("issued_on")] == "42371"


def test_an_annex_shows_its_figures_zero_included_in_the_first_of_three_rows() -> None:
    figures = {
        field.figure: at for at, (_, field) in enumerate(campaign().forms["annex2"].fields()) if field.figure
    }
    ws = opened(issued("annex2", 1, figures))["附件2"]
    assert [ws.cell(6, column).value for column in range(3, 21)] == [*figures.values()]
    assert figures["annex2.c3"] == 2
    assert all(ws.cell(row, 2).value is None for row in (7, 8))
    assert ws["A9"].value.startswith("注：本表请于8月11日前报")


def test_spare_rows_are_twenty_or_a_tenth() -> None:
    assert compiled("staff").layouts[0].rows(60, 60, skin()) == 80
    assert compiled("staff").layouts[0].rows(1650, 1650, skin()) == 1815
    assert compiled("declarations").layouts[1].rows(0, 1650, skin()) == 165


def test_a_unit_in_the_middle_of_xml_is_only_text() -> None:
    one = compiled("annex3")
    made = replace(content("annex3"), unit_name='<c r="A9">&"%s')
    ws = opened(one.render(made, {}))["附件3"]
    assert ws["A2"].value == '填报单位（盖章）：<c r="A9">&"%s'
    assert "A9:J9" in {str(each) for each in ws.merged_cells.ranges}, "the footnote stays below the rows"


def test_a_table_filled_from_two_views_is_refused() -> None:
    form = campaign().forms["staff"]
    table = form.tables["staff"]
    fields = list(table.fields)
    other = fields[1].prefill
    assert other is not None
    fields[1] = replace(fields[1], prefill=other._replace(view="known_other"))
    two = replace(form, tables={"staff": replace(table, fields=tuple(fields))})
    with pytest.raises(ValueError, match="several views"):
        CompiledWorkbook(campaign(), two)


def test_nothing_prefilled_leaves_rows_to_write_in() -> None:
    made = Content(UNIT, {"sanctions": Filled()}, content("sanctions").stamp)
    ws = opened(compiled("sanctions").render(made, {}))["处理情况登记表"]
    assert ws.max_row == 3 + 20 + 1
