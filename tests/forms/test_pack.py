"""A unit's pack: every document once, stamped for that unit and no other, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from functools import lru_cache

import pyarrow as pa
import pytest

from forms import stamp
from forms.campaign import load, shipped
from forms.pack import FIRST, Packer, safe
from forms.spec import Campaign
from forms.wordform.read import letter
from forms.wordform.read import stamp_of as stamp_of_letter
from forms.workbook.cells import cells

KEY = b"k" * 32
STAFF = 3


@lru_cache
def campaign() -> Campaign:
    return load(shipped())


@lru_cache
def packer() -> Packer:
    return Packer(campaign(), KEY, date(2019, 8, 7))


def rows(view: str, code: str) -> pa.Table:
    """Every view the forms ask for, with the columns they ask for; the units' names are real."""
    names = {field.prefill.column for form in campaign().forms.values() for _, field in form.fields()
             if field.prefill and field.prefill.view == view}  # fmt: skip
    if view == "known_units":
        return pa.table({"unit_name": [campaign().units_by_code[code].name]})
    made = {name: pa.array([None] * STAFF, pa.string()) for name in sorted(names)}
    if "id_number" in made:
        made["id_number"] = pa.array([f"33039919900101{at:04d}" for at in range(STAFF)])
        made["name"] = pa.array(["陈小一", "林/小\\二", "周三"])
    if view in ("known_staff", "known_declarations"):
        return pa.table(made)
    return pa.table({name: column.slice(0, 0) for name, column in made.items()})


@lru_cache
def files(unit: str = "002") -> dict[str, bytes]:
    found = list(packer().files(unit, rows, {"annex2.c3": 7, "annex3.d4": 0}))
    assert len(dict(found)) == len(found), "a name stands twice"
    return dict(found)


def test_a_pack_holds_the_twelve_documents_and_what_is_printed() -> None:
    top = [name for name in files() if "/" not in name]
    for form in campaign().forms.values():
        assert f"{form.file_stem}.{form.file}" in top
    assert sum(name.endswith("（打印盖章）.docx") for name in top) == 2
    assert [name for name in files() if "/" in name] == [
        "08-个人报告表/0001-陈小一.docx", "08-个人报告表/0002-林_小_二.docx", "08-个人报告表/0003-周三.docx",
    ]  # fmt: skip
    assert len(top) == len(campaign().forms) + 2 + 2


def test_every_form_is_stamped_for_its_unit() -> None:
    seen = set()
    for name, data in files().items():
        if name == FIRST or name.startswith("填报说明"):
            continue
        if name.endswith(".xlsx"):
            sheet = cells(data).sheet("_meta")
            assert sheet is not None
            fields: dict[str, object] = {str(row[0]): row[1] if len(row) > 1 else "" for row in sheet.rows}
        else:
            fields = dict(stamp_of_letter(letter(data)))
        found = stamp.verify(KEY, fields)
        assert found is not None, name
        assert (found.campaign, found.unit, found.issued_at) == (campaign().id, "002", "2019-08-07")
        assert found.version == campaign().forms[found.form].version
        seen.add((found.form, found.part))
    data = {(form, "") for form in campaign().forms}
    assert seen == data | {("annex2", "print"), ("annex3", "print"), ("declarations", "personal")}


def test_what_was_prefilled_has_a_fingerprint_in_the_stamp() -> None:
    def fingerprint(name: str) -> str:
        sheet = cells(files()[name]).sheet("_meta")
        assert sheet is not None
        return str(dict(row[:2] for row in sheet.rows if len(row) > 1).get("fingerprint") or "")

    assert len(fingerprint("02-本单位工作人员名册.xlsx")) == 16
    assert fingerprint("09-2016年以来因因私出国（境）被组织处理或纪律处分情况登记表.xlsx") == ""


def test_figures_reach_the_annex_and_its_printed_copy_and_the_report() -> None:
    sheet = cells(files()["附件2-干部因私出国（境）专项整治工作情况汇总统计表.xlsx"]).sheets[0]
    assert sheet.rows[5][1:3] == ("瑞安市人民医院", 7.0)
    report = letter(files()["01-2016年以来本单位工作人员出国（境）情况报告.docx"])
    assert report.controls["R1_due_registration"] == "0"


def test_the_zip_is_whole_and_always_the_same() -> None:
    one = packer().zip("002", rows)
    assert one == packer().zip("002", rows)
    with zipfile.ZipFile(io.BytesIO(one)) as package:
        assert package.testzip() is None
        assert package.namelist() == [name for name, _ in packer().files("002", rows)]
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in package.infolist())
        assert package.read(FIRST) == files()[FIRST]


def test_two_units_get_different_packs() -> None:
    assert not {name: data for name, data in files("003").items() if data == files()[name]}.keys() - {
        "填报说明.docx"
    }


def test_the_page_to_read_first_names_unit_deadline_and_contact() -> None:
    text = files()[FIRST].decode("utf-8-sig")
    assert "瑞安市人民医院：" in text
    assert "2019年8月11日前" in text
    assert campaign().settings.contact.phone in text
    assert "{" not in text
    assert "\r\n" in text


def test_one_form_can_be_issued_alone() -> None:
    name, data = packer().document("staff", "002", rows)
    assert (name, data) == ("02-本单位工作人员名册.xlsx", files()["02-本单位工作人员名册.xlsx"])


def test_without_registers_a_pack_is_blank_but_complete() -> None:
    found = dict(packer().files("002"))
    assert len(found) == len(campaign().forms) + 2 + 2
    sheet = cells(found["02-本单位工作人员名册.xlsx"]).sheets[0]
    assert not any(value for row in sheet.rows[3:23] for value in row)


def test_an_unknown_unit_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(packer().files("999"))


@pytest.mark.parametrize(
    ("name", "file"), [("陈小一", "陈小一"), ("../../x", "_.._x"), ("", "_"), ("a\x00b", "a_b"), ("…", "…")]
)
def test_a_name_in_a_file_name_is_harmless(name: str, file: str) -> None:
    assert safe(name) == file
