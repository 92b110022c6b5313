"""Printed forms in Word: the facts in named controls, the head of a personal sheet, the annex as on paper."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from forms import stamp
from forms.campaign import load, shipped
from forms.faults import CampaignError
from forms.guide import guide
from forms.spec import Campaign, Unit
from forms.wordform.compiled import PersonalSheets, PrintedAnnex, SelfReport
from forms.wordform.guide import guide_docx
from forms.wordform.read import letter
from forms.wordform.words import ReportWords, words
from forms.wording import BLANK
from forms.workbook.locate import plain

KEY = b"k" * 32


@lru_cache
def campaign() -> Campaign:
    return load(shipped())


def unit() -> Unit:
    return campaign().units_by_code["002"]


def signed(form: str, part: str = "") -> stamp.Stamp:
    return stamp.sign(KEY, campaign().id, "002", form, campaign().forms[form].version, part=part)


CLERK = {
    "id_number": ["330399199001010010"],
    "name": ["陈小一"],
    "sex": ["男"],
    "born_on": ["1990-01-01"],
    "political_status": ["群众"],
    "department": ["检验科"],
    "position": ["技师"],
    "category": ["在编事业"],
}
PEOPLE = {
    "known_declarations": pa.table(
        {"id_number": ["330399199001010010", "330399199001010029"], "name": ["陈小一", "林&二"]}
    ),
    "known_units": pa.table({"unit_name": ["瑞安市人民医院"]}),
    "known_staff": pa.table(CLERK),
}


def rows(view: str, code: str) -> pa.Table:
    assert code == "002"
    return PEOPLE[view]


@lru_cache
def report() -> SelfReport:
    return SelfReport(campaign(), campaign().forms["self_report"])


def figures() -> dict[str, int]:
    facts = campaign().forms["self_report"].facts.values()
    return {each.figure: at for at, each in enumerate(facts) if each.figure}


def texts(data: bytes) -> list[str]:
    return [each.text for each in Document(io.BytesIO(data)).paragraphs]


def test_every_fact_of_the_report_is_a_control_with_its_label_beside() -> None:
    form = campaign().forms["self_report"]
    found = letter(report().render(unit(), figures(), signed("self_report")))
    assert set(found.controls) == {*form.facts, stamp.PROPERTY}
    for at, (name, fact) in enumerate(form.facts.items()):
        assert found.controls[name] == (str(at) if fact.figure else ""), name
        assert plain(fact.label) in found.beside, fact.label


def test_the_report_follows_the_sections_of_its_words() -> None:
    said = words(ReportWords, campaign(), "self_report")
    lines = texts(report().render(unit(), figures(), signed("self_report")))
    headings = [each for each in lines if re.match(r"[一二三四五六]、", each)]
    assert headings == [each.heading for each in said.sections]
    assert lines[0] == "关于瑞安市人民医院2016年以来工作人员出国（境）情况的报告"
    assert "特此报告。" in lines
    assert "瑞安市人民医院" in lines
    assert f"应登记备案{figures()['annex3.d4']}人" in "".join(lines)


def test_what_is_not_known_is_left_to_write_in() -> None:
    lines = texts(report().render(unit(), None, signed("self_report")))
    assert f"（联系人：{BLANK}，联系电话：{BLANK}）" in lines, "the unit's contact, not the bureau's"
    assert not any("{" in each or "None" in each for each in lines)


def test_the_page_of_the_report_is_that_of_an_official_document() -> None:
    section = Document(io.BytesIO(report().render(unit(), None, signed("self_report")))).sections[0]
    found = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    for have, want in zip(found, (37, 35, 28, 26), strict=True):
        assert have is not None
        assert abs(have - Mm(want)) < Mm(0.1)


def personal() -> PersonalSheets:
    return PersonalSheets(campaign(), campaign().forms["declarations"])


def test_a_personal_sheet_says_who_and_nothing_the_police_know() -> None:
    sheets = personal()
    (name, head), (other, unknown) = sheets.people(unit(), rows)
    assert name == "陈小一"
    assert head["unit_name"] == "瑞安市人民医院"
    assert (other, unknown["id_number"], unknown["department"]) == ("林&二", "330399199001010029", "")
    book = Document(io.BytesIO(sheets.render(unit(), head, signed("declarations", "personal"))))
    cells = [cell.text for row in book.tables[0].rows for cell in row.cells]
    assert cells[0:4] == ["姓名", "陈小一", "性别", "男"]
    form = campaign().forms["declarations"]
    for table, printed in zip(list(form.tables.values())[1:], book.tables[1:5], strict=True):
        labels = [each.label for each in table.fields if each.name != "id_number"]
        assert [cell.text for cell in printed.rows[0].cells] == labels
        assert not any(cell.text for row in printed.rows[1:] for cell in row.cells)
    lines = [each.text for each in book.paragraphs]
    assert sum("□有此类情况" in each and "□无此类情况" in each for each in lines) == 4
    assert form.personal_sheet is not None
    assert form.personal_sheet.pledge in lines
    assert all(any(note in each for each in lines) for note in form.personal_sheet.notes)


def test_markup_in_a_name_is_text() -> None:
    sheets = personal()
    head = {each: "<w:p/>{{ unit }}&\x07" for each in sheets.sheet.head}
    book = Document(io.BytesIO(sheets.render(unit(), head, signed("declarations", "personal"))))
    assert book.tables[0].rows[0].cells[1].text == "<w:p/>{{ unit }}&"


@pytest.mark.parametrize("name", ["annex2", "annex3"])
def test_the_printed_annex_has_the_header_of_its_definition(name: str) -> None:
    form = campaign().forms[name]
    table = form.tables[name]
    known = {each.figure: at for at, each in enumerate(table.fields) if each.figure}
    data = PrintedAnnex(campaign(), form).render(unit(), rows, known, signed(name, "print"))
    book = Document(io.BytesIO(data))
    grid = book.tables[0]
    for row in table.headers():
        for cell in row:
            for y in range(cell.first_row, cell.last_row + 1):
                for x in range(cell.first_column, cell.last_column + 1):
                    assert grid.cell(y - 1, x - 1).text == cell.label
    first = [cell.text for cell in grid.rows[table.depth].cells]
    assert first == ["1", "瑞安市人民医院", *(str(known[each.figure]) for each in table.fields[2:])]
    assert len(grid.rows) == table.depth + 3
    assert all(
        row._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for row in grid.rows[: table.depth]
    )
    section = book.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.page_width > section.page_height
    lines = [each.text for each in book.paragraphs]
    assert "单位主要负责人签字（加盖单位公章）：\t填表时间：2019年　　月　　日" in lines
    assert any(each.startswith("注：本表请于8月11日前报市卫健局组织人事科") for each in lines)


def test_narrow_columns_of_an_annex_have_upright_headers() -> None:
    form = campaign().forms["annex2"]
    data = PrintedAnnex(campaign(), form).render(unit(), None, None, signed("annex2", "print"))
    upright = [
        "".join(node.text or "" for node in cell.iter(qn("w:t")))
        for cell in Document(io.BytesIO(data)).element.body.iter(qn("w:tc"))
        if cell.find(f"{qn('w:tcPr')}/{qn('w:textDirection')}") is not None
    ]
    assert "违规办理因私证照" in upright
    assert "地区、单位（部门）" not in upright


def test_both_places_of_a_stamp_hold_it() -> None:
    found = letter(report().render(unit(), None, signed("self_report")))
    one = stamp.verify(KEY, stamp.read(found.properties[stamp.PROPERTY]))
    assert one == signed("self_report") == stamp.verify(KEY, stamp.read(found.controls[stamp.PROPERTY]))


def test_the_same_report_is_the_same_bytes() -> None:
    assert report().render(unit(), figures(), signed("self_report")) == report().render(
        unit(), figures(), signed("self_report")
    )


def test_missing_words_are_named(tmp_path: Path) -> None:
    elsewhere = replace(campaign(), folder=tmp_path)
    with pytest.raises(CampaignError, match=r"paper/self_report\.yaml"):
        SelfReport(elsewhere, campaign().forms["self_report"])


def test_the_guide_explains_every_column() -> None:
    data = guide_docx("填报说明", "先读这里", [guide(campaign(), each) for each in campaign().forms.values()])
    book = Document(io.BytesIO(data))
    said = {row.cells[0].text for table in book.tables for row in table.rows}
    for form in campaign().forms.values():
        for _, field in form.fields():
            assert "／".join(field.path) in said
    assert book.paragraphs[1].text == "先读这里"


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_stamp_and_facts_survive_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "report.docx"
    source.write_bytes(report().render(unit(), figures(), signed("self_report")))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    before, after = letter(source.read_bytes()), letter((tmp_path / "report.docx").read_bytes())
    assert after.controls == before.controls
    assert after.properties[stamp.PROPERTY] == before.properties[stamp.PROPERTY]


@pytest.mark.parametrize(
    ("text", "says"),
    [("{R1_staff_totl}人", "R1_staff_total"), ("没有{闭合", "花括号"), ("{0.__class__}", "占位符")],
)
def test_a_placeholder_nobody_knows_is_named(tmp_path: Path, text: str, says: str) -> None:
    shutil.copytree(campaign().folder / "paper", tmp_path / "paper")
    file = tmp_path / "paper" / "self_report.yaml"
    file.write_text(
        file.read_text("utf-8").replace("closing:", f'  - heading: 七\n    text: ["{text}"]\nclosing:')
    )
    with pytest.raises(CampaignError, match=says):
        SelfReport(replace(campaign(), folder=tmp_path), campaign().forms["self_report"])
