"""S14: a number in the self-inspection report that is not the one the registers give."""

from __future__ import annotations

import dataclasses
from datetime import date

from forms import Document, load, shipped
from forms.document import TableData
from forms.engine import Engine
from forms.findings import Finding

CAMPAIGN = load(shipped())
ENGINE = Engine(CAMPAIGN)


def _document(form: str, **facts: int) -> Document:
    tables = CAMPAIGN.forms[form].tables
    empty = {name: TableData(name, table.sheet, nil=True) for name, table in tables.items()}
    return Document(CAMPAIGN.id, "011", form, None, empty, facts)


def _asked(**facts: int) -> tuple[Finding, ...]:
    zeros = {name: 0 for name in CAMPAIGN.forms["self_report"].facts if name.startswith("R1_")}
    documents = {form: _document(form) for form in CAMPAIGN.forms if form != "self_report"}
    documents["self_report"] = dataclasses.replace(_document("self_report"), facts={**zeros, **facts})
    with ENGINE.data(None, documents, as_of=date(2019, 8, 11)) as data:
        return data.check("011", rules=["S14"]).findings


def test_a_number_of_the_report_that_the_tables_do_not_give_is_named_with_both() -> None:
    found = _asked(R1_staff_total=7)
    place = [(each.rule, each.level, each.field, each.value) for each in found]
    assert place == [("S14", "error", "R1_staff_total", "7")]
    assert found[0].message == "自查报告中“国家工作人员总数”为7，与表格统计0不一致。"


def test_a_report_whose_numbers_are_the_tables_is_silent() -> None:
    assert _asked() == ()
