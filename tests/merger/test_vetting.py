"""Rules D-01…D-11: each fires on a paper that breaks it, and none on one that does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from merger.binding import facts
from merger.city import City
from merger.inserts import inserts
from merger.papers import Head, context
from merger.vetting import RULES, Facts, Written, vet
from templates import Document, SkinOptions, compose, find, pdf, render_docx, render_pdf
from templates.package import pack
from templates.prose import take_apart
from templates.rawzip import read
from templates.readback import docx_said, pdf_said
from tests.merger.cities import ANN, AS_OF, FIRST, city

PHONES = frozenset({"19900000000"})  # made up
DRAFT = "征求意见稿"
HEAD = Head("瑞卫发〔2019〕89号", AS_OF, draft=DRAFT)


@cache
def whole() -> City:
    return city()


@cache
def values() -> Mapping[str, Any]:
    return context(whole(), HEAD)


def holds() -> Facts:
    return facts(whole(), values(), None, DRAFT)


@cache
def written(prose: str = "circular.md") -> Written:
    """A real paper, rendered and read back."""
    return _read_back(compose(prose, values(), inserts=inserts(whole())), find(prose).read_text("utf-8"))


SHORT = """---
kind: 通报
format: plain
direction: {direction}
title: 情况通报
sign: {{name: "{{{{ campaign.issuer }}}}", date: "{{{{ document.date | date }}}}"}}
draft: "{{{{ document.draft }}}}"
---
{text}
"""


def saying(text: str, direction: str = "down") -> Written:
    """A short paper with `text`, in prose and files alike."""
    prose = SHORT.format(direction=direction, text=text)
    return _read_back(compose(take_apart(prose, "short.md"), values()), prose)


def _read_back(document: Document, prose: str) -> Written:
    return Written(
        "文稿", document, docx_said(render_docx(document)), pdf_said(render_pdf(document)), prose, None, True
    )


def fired(paper: Written, given: Facts | None = None) -> list[str]:
    return sorted({flaw.rule for flaw in vet(paper, given or holds())})


def test_the_rules_are_those_of_the_brief() -> None:
    assert [rule for rule, _ in RULES] == [f"D-{n:02d}" for n in range(1, 12)]


@pytest.mark.parametrize("prose", ["circular.md", "report.md", "reminder.md"])
def test_a_paper_as_it_is_composed_breaks_none(prose: str) -> None:
    assert fired(written(prose)) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("D-01", "共有违规人员37人。"),
        ("D-02", f"身份证号{ANN}。"),
        ("D-02", "护照EZ9900001。"),
        ("D-03", "经查，陈小一逾期。"),
        ("D-05", "比例为{{ '12.5' }}%。"),
        ("D-06", "检查于2019-08-12进行。"),
        ("D-06", "依据瑞卫发[2019]12号。"),
        ("D-07", "电话{{ '13900000000' }}。"),
        ("D-11", "前往国家有日本、香港。"),
    ],
)
def test_a_sentence_breaks_its_rule_and_no_other(rule: str, text: str) -> None:
    assert fired(saying(text)) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "{{ fig.annex3_d4 }}人应备。",
        "2016年1月1日以来。",
        "陈某逾期。",
        "联系电话{{ campaign.contact.phone }}。",
        "前往国家（地区）有日本、香港。",
        "国家工作人员持有往来台湾通行证。",
        "依据瑞卫发〔2019〕12号。",
        "登记备案率{{ ratio.registration }}。",
    ],
)
def test_a_sentence_that_keeps_the_rules_is_let_pass(text: str) -> None:
    assert fired(saying(text)) == []


@pytest.mark.parametrize("prose", ["joint.md", "joint_up.md", "stamp.md", "minutes.md"])
def test_joint_issues_and_minutes_are_read_back_whole(prose: str) -> None:
    folder = Path(__file__).parents[1] / "templates" / "texts"
    paper = _read_back(compose(prose, {}, folders=[folder]), "")
    assert fired(paper, replace(holds(), draft="", units=("瑞安市卫生健康局",), phones=PHONES)) == []


def test_a_number_changed_in_the_word_file_is_found() -> None:
    paper = written()
    tables = tuple(
        tuple(tuple("9" if cell == "2" else cell for cell in row) for row in table)
        for table in paper.docx.tables
    )
    assert "D-01" in fired(replace(paper, docx=replace(paper.docx, tables=tables)))


def test_an_annex_row_that_is_not_the_snapshots_is_found() -> None:
    other = replace(
        holds(),
        annexes=tuple(
            replace(annex, rows={unit: ("7",) for unit in annex.rows}) for annex in holds().annexes
        ),
    )
    assert fired(written("report.md"), other) == ["D-01"]


def test_a_certificate_number_of_an_unusual_shape_is_known_from_the_registers() -> None:
    odd = replace(holds(), secrets=frozenset({"X7654321Q"}))
    assert fired(saying("护照X7654321Q。"), odd) == ["D-02"]


def test_a_leak_is_told_without_the_thing_itself() -> None:
    for flaw in vet(saying(f"陈小一，{ANN}，EZ9900001。"), holds()):
        assert flaw.leak
        assert not {"陈小一", ANN, "EZ9900001"} & {flaw.excerpt} and ANN[6:14] not in str(flaw)


def test_a_name_of_two_characters_counts_where_it_stands_alone() -> None:
    named = replace(holds(), names=frozenset({"何时"}))
    assert fired(saying("任何时候都要落实。"), named) == []
    assert fired(saying("瑞安市中医院何时（在编事业）逾期。"), named) == ["D-03"]


def test_a_unit_under_another_name_is_found() -> None:
    paper = written()
    tables = tuple(
        tuple(tuple("瑞安中医院" if cell == "瑞安市中医院" else cell for cell in row) for row in table)
        for table in paper.docx.tables
    )
    assert {"D-04", "D-09"} <= set(fired(replace(paper, docx=replace(paper.docx, tables=tables))))


def test_a_letter_goes_to_the_unit_by_its_official_name() -> None:
    unit = whole().campaign.units_by_code[FIRST]
    own = context(whole(), replace(HEAD, number="瑞卫整改〔2019〕1号"), unit)
    letter = replace(_read_back(compose("notice.md", own), ""), unit=unit.name, lists_units=False)
    given = facts(whole(), own, FIRST, DRAFT)
    assert fired(letter, given) == []
    assert fired(replace(letter, unit="瑞安市第一医院"), given) == ["D-04"]


def test_number_and_date_of_issue_have_the_standards_form() -> None:
    paper = written()
    assert paper.document.signature is not None
    sign = replace(paper.document.signature, date="2019年08月13日")
    assert "D-06" in fired(replace(paper, document=replace(paper.document, signature=sign)))
    assert "D-06" in fired(replace(paper, document=replace(paper.document, number="瑞卫发（2019）第89号")))


def test_a_report_carries_no_request_and_a_circular_may() -> None:
    assert fired(saying("以上妥否，请批复。", "up")) == ["D-08"]
    assert fired(saying("以上妥否，请批复。")) == []


def test_every_unit_stands_once() -> None:
    paper = written()
    tables = tuple(table[:-2] + table[-1:] for table in paper.docx.tables)
    assert "D-09" in fired(replace(paper, docx=replace(paper.docx, tables=tables)))


def test_a_draft_carries_its_mark_and_a_signed_paper_none() -> None:
    signed = compose("circular.md", context(whole(), replace(HEAD, draft="")), inserts=inserts(whole()))
    assert fired(_read_back(signed, "")) == ["D-10"]
    assert fired(written(), replace(holds(), draft="")) == ["D-10"]
    assert fired(_read_back(signed, ""), replace(holds(), draft="")) == []


LEAKS = {"an ID": (ANN, "D-02"), "a passport": ("EZ9900001", "D-02"), "a full name": ("陈小一", "D-03")}


@pytest.mark.parametrize("what", LEAKS)
def test_what_is_planted_in_the_word_file_alone_is_found(what: str) -> None:
    secret, rule = LEAKS[what]
    document = compose("circular.md", values(), inserts=inserts(whole()))
    members = read(render_docx(document))
    text = members["word/document.xml"].decode()
    assert text.count("各单位要引以为戒") == 1
    members["word/document.xml"] = text.replace("各单位要引以为戒", f"{secret}要引以为戒").encode()
    found = fired(replace(written(), docx=docx_said(pack(members))))
    assert rule in found


@pytest.mark.parametrize("what", LEAKS)
def test_what_is_planted_in_the_pdf_alone_is_found(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, rule = LEAKS[what]
    document, html = compose("circular.md", values(), inserts=inserts(whole())), pdf.html
    place = pdf.placement(document, SkinOptions())

    def planted(*given: Any) -> tuple[str, dict[str, bytes]]:
        page, pictures = html(*given)
        assert page.count("各单位要引以为戒") == 1
        return page.replace("各单位要引以为戒", f"{secret}要引以为戒"), pictures

    monkeypatch.setattr(pdf, "html", planted)
    found = fired(replace(written(), pdf=pdf_said(pdf.pdf(document, SkinOptions(), place))))
    assert rule in found
