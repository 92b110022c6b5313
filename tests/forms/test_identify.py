"""A file is known by its stamp, else by its headers; wrong ones are named exactly."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from collector.gate import inspect
from collector.sandbox import Cage, Sandbox
from forms import stamp
from forms.findings import Finding
from forms.identify import Identity, folder_unit, identify
from forms.pack import Packer
from forms.reading import Outcome, read_file, read_file_in_child, settle
from forms.workbook.cells import cells
from forms.workbook.layout import META, PREFILL
from tests.forms.filled import (
    KEY,
    TODAY,
    UNIT,
    campaign,
    certificate,
    document,
    said,
    saved,
    workbook,
)

SHEET = "证件登记表"


def filled(**changes: object) -> openpyxl.Workbook:
    return workbook("certificates", {"certificates": [certificate(n) for n in range(3)]}, **changes)  # type: ignore[arg-type]


def known(book: openpyxl.Workbook, expected: str | None = UNIT) -> Identity:
    found = identify(campaign(), cells(saved(book)), KEY, expected)
    assert isinstance(found, Identity)
    return found


def without_stamp(book: openpyxl.Workbook) -> openpyxl.Workbook:
    for name in (META, PREFILL):
        if name in book.sheetnames:
            del book[name]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    return book


def test_the_stamp_tells_form_unit_and_version() -> None:
    found = known(filled(), None)
    assert (found.form, found.unit, found.stamp, found.findings) == ("certificates", UNIT, "valid", ())
    assert found.version == campaign().forms["certificates"].version


def test_the_custom_property_stands_in_for_a_lost_sheet() -> None:
    book = filled()
    del book[META]
    assert (known(book, None).stamp, known(book, None).unit) == ("valid", UNIT)


def test_another_units_file_is_named() -> None:
    found = known(filled(), "003")
    assert said(found.findings) == [("S02", "error", None)]
    assert found.findings[0].message == "该文件属于“瑞安市人民医院”，请勿代报。"
    assert found.unit == "003"


def test_an_old_version_is_named_with_the_current_one() -> None:
    found = known(filled(version="0ld0ld00"))
    assert said(found.findings) == [("S01", "error", None)]
    assert f"当前版本{campaign().forms['certificates'].version}" in found.findings[0].message


def test_a_changed_stamp_is_forged() -> None:
    book = filled()
    cell = next(row[1] for row in book[META].iter_rows() if row[0].value == "unit")
    cell.value = "003"
    found = known(book, "003")
    assert (found.stamp, said(found.findings)) == ("forged", [("S01", "error", None)])
    assert found.form == "certificates"


def test_a_lost_stamp_falls_back_to_headers_and_the_unit_line() -> None:
    found = known(without_stamp(filled()), None)
    assert (found.form, found.unit, found.stamp, said(found.findings)) == (
        "certificates",
        UNIT,
        "missing",
        [("S01", "warning", None)],
    )
    assert known(without_stamp(filled()), "005").unit == "005"


@pytest.mark.parametrize("form", [name for name, each in campaign().forms.items() if each.file == "xlsx"])
def test_every_form_is_known_by_its_headers_alone(form: str) -> None:
    assert known(without_stamp(workbook(form))).form == form


def test_a_file_of_another_campaign_or_none_is_unidentified_with_a_sentence() -> None:
    book = openpyxl.Workbook()
    book.active.append(["月份", "金额"])  # type: ignore[union-attr]
    found = identify(campaign(), cells(saved(book)), KEY, UNIT)
    assert isinstance(found, Finding) and "月份、金额" in found.message and found.unit == UNIT
    named = stamp.sign(KEY, "OTHER-2020", UNIT, "x", "1").fields()
    meta = book.create_sheet(META)
    for row in named.items():
        meta.append(row)
    found = identify(campaign(), cells(saved(book)), KEY, UNIT)
    assert isinstance(found, Finding) and "OTHER-2020" in found.message


@pytest.mark.parametrize(
    "path, unit",
    [
        ("returns/round1/002/x.xlsx", "002"),
        ("002-市人民医院/子目录/x.xlsx", "002"),
        ("a/2/x.xlsx", None),
        ("002.xlsx", None),
        ("003\\002\\x.xlsx", "002"),
    ],
)
def test_a_folder_named_by_a_unit_code_tells_the_unit(path: str, unit: str | None) -> None:
    assert folder_unit(campaign(), path) == unit


def test_scans_are_attachments_and_rubbish_is_refused() -> None:
    assert read_file(campaign(), b"%PDF-1.4", "002/扫描.pdf", key=KEY) == Outcome(
        "002/扫描.pdf", "attachment", "002"
    )
    for data, name in ((b"PK\x03\x04rubbish", "x.xlsx"), (b"text", "x.txt"), (b"", "x")):
        found = read_file(campaign(), data, name, key=KEY)
        assert found.status == "refused" and said(found.findings) == [("S11", "error", None)]


def test_every_file_of_a_real_pack_is_known_for_what_it_is() -> None:
    packer = Packer(campaign(), KEY)
    found = {
        name: read_file(campaign(), data, name, key=KEY, unit=UNIT, today=TODAY)
        for name, data in packer.files(UNIT)
        if not name.endswith(".txt")
    }
    read = {each.form for each in found.values() if each.status == "read"}
    assert read == set(campaign().forms)
    assert {each.document.stamp for each in found.values() if each.document} == {"valid"}
    assert {each.status for each in found.values()} == {"read", "attachment"}
    assert {each.rule for outcome in found.values() for each in outcome.findings} <= {"S07", "S10", "F01"}


def test_the_gates_probe_tells_what_a_value_reader_hides() -> None:
    book = filled()
    ws = book[SHEET]
    ws["D4"], ws["H5"] = "=1+1", "=NA()"
    ws.row_dimensions[6].hidden = True
    data = saved(book)
    probe = inspect(data, "x.xlsx").probe
    found = read_file(campaign(), data, "x.xlsx", key=KEY, probe=probe, today=TODAY)
    assert {("F22", "error", "H5"), ("S11", "warning", "A6")} <= set(said(found.findings))
    assert found.document and (found.document.rows_read, found.document.rows_refused) == (2, 1)


def test_a_child_without_the_key_reads_and_the_parent_settles() -> None:
    data = saved(filled())
    folder = str(campaign().folder)
    answer = read_file_in_child(data, campaign=folder, name="x.xlsx", today=TODAY.isoformat())
    outcome = Outcome.from_json(json.loads(json.dumps(answer)))
    settled = settle(outcome, KEY)
    assert outcome.document and outcome.document.stamp == "unverified"
    assert (
        settled and settled.document and (settled.document.stamp, settled.document.rows_read) == ("valid", 3)
    )
    assert settle(outcome, b"another key that is long enough.") is None
    again = Outcome.from_json(
        read_file_in_child(data, campaign=folder, name="x.xlsx", unit=UNIT, believe=False)
    )
    assert again.document and again.document.stamp == "forged"
    assert ("S01", "error", None) in said(again.findings)


def test_the_limited_child_reads_a_file_and_a_hostile_one_costs_a_sentence() -> None:
    arguments = {"campaign": str(campaign().folder), "name": "002/x.xlsx", "today": TODAY.isoformat()}
    corner = openpyxl.Workbook()
    corner.active["A1"] = corner.active["XFD1048576"] = 1  # type: ignore[index]
    with Sandbox(Cage(workers=1, preload=("forms.reading",))) as sandbox:
        bad = sandbox.run("forms.reading:read_file_in_child", saved(corner), name="x.xlsx", args=arguments)
        good = sandbox.run("forms.reading:read_file_in_child", saved(filled()), name="x.xlsx", args=arguments)
    assert bad.value is None and bad.refused is not None
    outcome = settle(Outcome.from_json(good.value), KEY)
    assert outcome and outcome.document and (outcome.unit, outcome.document.rows_read) == ("002", 3)


@pytest.fixture(scope="module")
def resaved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A filled workbook as LibreOffice saves it: xlsx, xls and ods, in one run each."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "filled.xlsx").write_bytes(saved(filled()))
    found = {}
    for ending, name in (("xlsx", "xlsx:Calc MS Excel 2007 XML"), ("xls", "xls:MS Excel 97"), ("ods", "ods")):
        out = folder / ending
        office(folder, "--convert-to", name, "--outdir", str(out), str(folder / "filled.xlsx"))
        found[ending] = (out / f"filled.{ending}").read_bytes()
    return found


def office(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", *arguments],
        check=True,
        capture_output=True,
        timeout=150,
    )


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_file_saved_again_by_libreoffice_is_read_alike(resaved: dict[str, bytes], ending: str) -> None:
    before, after = document(saved(filled())), document(resaved[ending], expected=None)
    assert after.stamp == "valid" and said(after.findings) == []
    assert (
        after.tables == before.tables
        and after.facts == before.facts
        and after.fact_cells == before.fact_cells
    )
