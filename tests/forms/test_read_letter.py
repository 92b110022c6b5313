"""The report in Word is read back by its content controls, and by the labels beside where those were lost."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from forms import stamp
from forms.annotate.repack import Package
from forms.document import Document
from forms.findings import Finding
from forms.identify import Identity
from forms.reading import read_file
from forms.wordform.compiled import SelfReport
from forms.wordform.read import UnreadableLetter, identify_letter, letter, read_docx
from tests.forms.filled import KEY, TODAY, UNIT, campaign
from tests.forms.test_identify import office

TYPED = {
    "reported_on": "2019年8月9日",
    "contact_name": "陈小一",
    "contact_phone": "19900000001",
    "group_leader": "林小二",
}


@cache
def issued() -> bytes:
    form = campaign().forms["self_report"]
    figures = {each.figure: n for n, each in enumerate(form.facts.values()) if each.figure}
    named = stamp.sign(KEY, campaign().id, UNIT, form.form, form.version)
    return SelfReport(campaign(), form).render(campaign().units_by_code[UNIT], figures, named)


def typed(data: bytes, values: dict[str, str]) -> bytes:
    """The words a clerk types into content controls."""
    package = Package(data)
    xml = package.read("word/document.xml").decode()
    for alias, text in values.items():
        xml, n = re.subn(
            rf'(<w:alias w:val="{alias}"/>.*?<w:sdtContent>.*?)(<w:t[ >][^<]*</w:t>|<w:t/>|(?=</w:r>))',
            rf"\g<1><w:t>{text}</w:t>",
            xml,
            count=1,
            flags=re.DOTALL,
        )
        assert n, alias
    return package.with_changes({"word/document.xml": xml.encode()})


def read(data: bytes) -> Document:
    found = read_file(campaign(), data, "01.docx", key=KEY, unit=UNIT, today=TODAY)
    assert found.document, found
    return found.document


def test_content_controls_are_read_by_alias() -> None:
    found = read(typed(issued(), TYPED))
    assert found.facts["reported_on"] == date(2019, 8, 9) and found.facts["group_leader"] == "林小二"
    assert (found.facts["R1_staff_total"], found.stamp, found.unit) == (9, "valid", UNIT)
    assert [each for each in found.findings if each.level == "error"] == []


def test_missing_and_wrong_facts_are_named_with_their_field() -> None:
    found = read(typed(issued(), {"contact_phone": "一二三", "R1_trips": "不详"}))
    assert {(each.rule, each.field) for each in found.findings if each.level != "notice"} == {
        ("F01", "reported_on"),
        ("F01", "contact_name"),
        ("F20", "contact_phone"),
        ("F23", "R1_trips"),
    }


def test_labels_beside_stand_in_for_lost_controls() -> None:
    package = Package(typed(issued(), TYPED))
    bare = re.sub(
        rb"</?w:sdtContent>|<w:sdtPr>.*?</w:sdtPr>|</?w:sdt>",
        b"",
        package.read("word/document.xml"),
        flags=re.DOTALL,
    )
    found = read(package.with_changes({"word/document.xml": bare}))
    assert found.facts == read(typed(issued(), TYPED)).facts


def test_a_letter_without_stamp_is_known_by_its_controls() -> None:
    package = Package(typed(issued(), TYPED))
    bare = re.sub(
        rb'<w:sdt>(?:(?!</w:sdt>).)*<w:alias w:val="huizong"/>.*?</w:sdt>',
        b"",
        package.read("word/document.xml"),
        flags=re.DOTALL,
    )
    data = package.with_changes({"word/document.xml": bare, "docProps/custom.xml": b"<Properties/>"})
    found = identify_letter(campaign(), letter(data), KEY, UNIT)
    assert isinstance(found, Identity) and (found.form, found.stamp) == ("self_report", "missing")
    assert [(each.rule, each.level) for each in found.findings] == [("S01", "warning")]


def test_printed_copies_and_strange_letters_are_told_apart() -> None:
    named = stamp.sign(KEY, campaign().id, UNIT, "annex2", "x", part="print")
    form = campaign().forms["self_report"]
    printed = SelfReport(campaign(), form).render(campaign().units_by_code[UNIT], {}, named)
    assert read_file(campaign(), printed, "a.docx", key=KEY).status == "attachment"
    import docx

    strange = docx.Document()
    strange.add_paragraph("关于办公用品的说明")
    target = io.BytesIO()
    strange.save(target)
    found = read_file(campaign(), target.getvalue(), "a.docx", key=KEY)
    assert (found.status, found.findings) == ("attachment", ())
    assert isinstance(said := identify_letter(campaign(), letter(target.getvalue()), KEY), Finding)
    assert "办公用品" in said.message
    with pytest.raises(UnreadableLetter):
        letter(b"PK rubbish")


@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_letter_saved_again_by_libreoffice_is_read_alike(tmp_path: Path) -> None:
    data = typed(issued(), TYPED)
    (tmp_path / "a.docx").write_bytes(data)
    office(
        tmp_path,
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "a.docx"),
    )
    after = (tmp_path / "out" / "a.docx").read_bytes()
    assert read(after).facts == read(data).facts and read(after).stamp == "valid"


def test_reading_a_letter_needs_no_key() -> None:
    found = identify_letter(campaign(), letter(issued()), None)
    assert isinstance(found, Identity) and found.stamp == "unverified" and found.unit == UNIT
    assert read_docx(campaign(), found, issued(), TODAY).facts["R1_staff_total"] == 9
