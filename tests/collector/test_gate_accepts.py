"""What honest programs write passes the gate, and its probe tells what value readers hide."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
import xlsxwriter
from docxtpl import DocxTemplate
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image

from collector.gate import Member, Pack, as_json, from_json, inspect, member_bytes
from collector.refusal import Refusal
from tests.collector import hostile as h


def by_openpyxl() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "保管台账"
    sheet["A1"], sheet["B2"], sheet["C3"] = "姓名", "张三", "=1+1"
    sheet.merge_cells("A5:C6")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["E"].hidden = True
    sheet.protection.enable()
    choice = DataValidation(type="list", formula1='"护照,通行证"')
    choice.add("D2:D500")
    sheet.add_data_validation(choice)
    book.create_sheet("代码").sheet_state = "hidden"
    book.save(out)
    return out.getvalue()


def by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("汇总")
    sheet.write_string("A1", "=不是公式")
    sheet.write_formula("A2", "=SUM(B1:B9)", None, 7)
    sheet.write_formula("A3", "=1/0", None, "#DIV/0!")
    sheet.write_url("A4", "internal:'汇总'!A1")
    sheet.write_comment("A1", "批注")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=汇总!$A$1:$A$3"})
    sheet.insert_chart("D2", chart)
    sheet.insert_checkbox("F1", True)
    book.close()
    return out.getvalue()


def by_python_docx() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_heading("情况报告", 1)
    document.add_table(3, 4).cell(0, 0).text = "姓名"
    document.add_picture(io.BytesIO(h.png(4, 4)))
    document.save(out)
    return out.getvalue()


def by_docxtpl() -> bytes:
    document, template, out = docx.Document(), io.BytesIO(), io.BytesIO()
    document.add_paragraph("{{ name }}")
    document.save(template)
    template.seek(0)
    filled = DocxTemplate(template)
    filled.render({"name": "张三"}, autoescape=True)
    filled.save(out)
    return out.getvalue()


WRITERS: list[tuple[str, str, Callable[[], bytes]]] = [
    ("openpyxl", "xlsx", by_openpyxl),
    ("XlsxWriter", "xlsx", by_xlsxwriter),
    ("python-docx", "docx", by_python_docx),
    ("docxtpl", "docx", by_docxtpl),
]


@pytest.mark.parametrize(("kind", "make"), [w[1:] for w in WRITERS], ids=[w[0] for w in WRITERS])
def test_what_the_libraries_write_passes_also_with_data_descriptors(
    kind: str, make: Callable[[], bytes]
) -> None:
    for data in (make(), h.with_descriptors(make())):
        verdict = inspect(data, f"材料.{kind}")
        assert (verdict.refused, verdict.kind) == (None, kind)
        assert from_json(as_json(verdict)) == verdict


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("make", "suffix", "to"),
    [
        (by_openpyxl, "xlsx", "xlsx"),
        (by_openpyxl, "xlsx", "ods"),
        (by_openpyxl, "xlsx", "xls"),
        (by_python_docx, "docx", "docx"),
        (by_python_docx, "docx", "pdf"),
    ],
)
def test_what_libreoffice_saves_passes(
    make: Callable[[], bytes], suffix: str, to: str, tmp_path: Path
) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    source = tmp_path / f"材料.{suffix}"
    source.write_bytes(make())
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            tmp_path / "out",
            source,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    verdict = inspect((tmp_path / "out" / f"材料.{to}").read_bytes(), f"材料.{to}")
    assert (verdict.refused, verdict.kind) == (None, to)


def test_the_probe_tells_hidden_protected_merged_and_uncalculated() -> None:
    probe = inspect(by_openpyxl(), "a.xlsx").probe
    assert probe is not None
    first, second = probe.sheets
    assert (first.name, first.state, second.state) == ("保管台账", "visible", "hidden")
    assert (first.last_row, first.last_column, first.protected) == (3, 3, True)
    assert (first.formulas, first.uncached, first.merges) == (("C3",), ("C3",), ("A5:C6",))
    assert (first.hidden_rows, first.hidden_columns) == ((4,), (5,))


def test_the_probe_tells_error_cells_and_calculated_formulas() -> None:
    probe = inspect(by_xlsxwriter(), "a.xlsx").probe
    assert probe is not None
    sheet = probe.sheets[0]
    assert (sheet.formulas, sheet.uncached, sheet.errors) == (("A2", "A3"), (), (("A3", "#DIV/0!"),))


def test_the_probe_tells_the_1904_calendar() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.epoch = CALENDAR_MAC_1904
    book.save(out)
    probe = inspect(out.getvalue(), "a.xlsx").probe
    assert probe is not None and probe.date1904


def test_styled_but_empty_cells_far_out_hurt_nobody() -> None:
    verdict = inspect(
        h.zipped(
            h.workbook_parts(
                '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
                '<row r="1048576"><c r="A1048576" s="1"/></row>'
            )
        ),
        "a.xlsx",
    )
    assert verdict.refused is None and verdict.probe is not None
    assert (verdict.probe.sheets[0].last_row, verdict.probe.sheets[0].last_column) == (1, 1)


def test_a_cell_of_32767_characters_passes() -> None:
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"长" * 32767}</t></is></c></row>'
    assert inspect(h.zipped(h.workbook_parts(row)), "a.xlsx").refused is None


def test_links_to_other_workbooks_and_web_formulas_are_noted_not_refused() -> None:
    parts = h.workbook_parts(
        '<row r="1"><c r="A1"><f>WEBSERVICE("http://x.example")</f><v>1</v></c></row>',
        more_rels=f'<Relationship Id="e" Type="{h.OR}/externalLink" '
        'Target="externalLinks/externalLink1.xml"/>',
    )
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{h.SM}"><externalBook/></externalLink>'
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = h.rels(
        f'<Relationship Id="x" Type="{h.OR}/externalLinkPath" Target="file:///C:/b.xlsx" '
        'TargetMode="External"/>'
    )
    verdict = inspect(h.zipped(parts), "a.xlsx")
    assert verdict.refused is None
    assert {n.code for n in verdict.warnings} == {"external_link", "web_formula"}


def test_a_local_template_of_a_document_is_noted() -> None:
    more = {
        "word/_rels/settings.xml.rels": h.rels(
            f'<Relationship Id="x" Type="{h.OR}/attachedTemplate" Target="file:///C:/Normal.dotm" '
            'TargetMode="External"/>'
        )
    }
    verdict = inspect(h.zipped(h.document_parts(more=more)), "a.docx")
    assert (verdict.refused, [n.code for n in verdict.warnings]) == (None, ["local_template"])


def test_the_real_type_counts_not_the_extension() -> None:
    verdict = inspect(by_openpyxl(), "名册.xls")
    assert (verdict.kind, verdict.refused, verdict.warnings[0].code) == ("xlsx", None, "extension")


@pytest.mark.parametrize(("format_", "name"), [("PNG", "章.png"), ("JPEG", "章.jpg")])
def test_real_pictures_pass(format_: str, name: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, format_)
    assert inspect(out.getvalue(), name).refused is None


def test_a_scanned_pdf_without_text_passes() -> None:
    out = io.BytesIO()
    Image.new("L", (400, 300)).save(out, "PDF")
    assert inspect(out.getvalue(), "扫描.pdf").refused is None


def test_a_pack_lists_its_files_under_their_chinese_names_and_gives_them_back() -> None:
    book = by_openpyxl()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("材料/4-登记表.xlsx", book)
        z.writestr("__MACOSX/._4", b"junk")
        z.writestr("材料/~$4-登记表.xlsx", b"junk")
    pack = inspect(out.getvalue(), "材料.zip").pack
    assert pack is not None
    assert [m.path for m in pack.members] == ["材料/4-登记表.xlsx"]
    assert pack.skipped == ("__MACOSX/._4", "材料/~$4-登记表.xlsx")
    assert member_bytes(out.getvalue(), pack.members[0]) == book


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_gbk_and_in_unflagged_utf8_are_read_right(encoding: str) -> None:
    data = h.raw_zip([("名册（城关镇）誠.xlsx".encode(encoding), by_openpyxl())])
    assert _pack(data).members[0].path == "名册（城关镇）誠.xlsx"


def test_backslashes_of_old_tools_are_folders_even_behind_a_gbk_trail_byte() -> None:
    data = h.raw_zip([("誠\\乙.xlsx".encode("gb18030"), b"x")])  # 0x5C is a trail byte in 誠
    assert _pack(data).members[0].path == "誠/乙.xlsx"


def test_one_damaged_file_of_three_does_not_cost_the_others() -> None:
    good = by_openpyxl()
    data = h.raw_zip([(b"a.xlsx", good), (b"b.xlsx", bytes(2000)), (b"c.xlsx", good)])
    pack = _pack(data)
    bad = pack.members[1]
    data = data[: bad.start + 3] + b"\xff\xff" + data[bad.start + 5 :]
    results = [member_bytes(data, m) for m in pack.members]
    assert [isinstance(r, Refusal) for r in results] == [False, True, False]


def test_a_member_never_gives_more_than_it_declared() -> None:
    data = h.raw_zip([(b"a.xlsx", bytes(5000))])
    member = _pack(data).members[0]
    short = Member(member.path, 10, member.packed, member.crc, member.method, member.start)
    assert isinstance(member_bytes(data, short), Refusal)


def _pack(data: bytes) -> Pack:
    pack = inspect(data, "包.zip").pack
    assert pack is not None
    return pack
