"""A number rests on the columns that lineage names, and on no other: emptying every other column leaves it as it was."""
# ruff: noqa: E501 — rows of a table

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from forms.document import Document
from forms.spec import Form
from tests.forms.small import Lists, campaign
from tests.rules import tables
from tests.rules.tables import AS_OF, UNIT, _document, engine, judged, world
from tests.rules.test_structure import CASES

# A unit of which every column of both annexes counts something.
GIVEN = """
    staff 陈甲
    staff 林乙
    staff 黄丙
    staff 张丁
    registrations 陈甲
    registrations 林乙 action=新增 filed_on=2019-08-08
    registrations 黄丙
    certificates 陈甲
    certificates 陈甲 kind=往来港澳通行证 number=CZ9900001
    certificates 林乙 kind=大陆居民往来台湾通行证 number=L99000001
    certificates 黄丙 number=EZ9900002 consented=否 consented_on=
    custody 陈甲
    custody 陈甲 kind=往来港澳通行证 number=CZ9900001
    custody 林乙 kind=大陆居民往来台湾通行证 number=L99000001 nature=本次整治新收缴 first_handed_in_on=2019-08-09
    custody 黄丙 number=EZ9900002 state=借出(经批准)
    loans 黄丙 number=EZ9900002 lent_on=2019-08-05 returned_on= state=已领用
    approvals 陈甲
    approvals 黄丙 lent_on=2019-08-05
    trips 陈甲
    trips 林乙 approval=未经审批 approval_number= conclusion=属实 violation=V4a
    trips 张丁 entry_on=2018-05-20 conclusion=属实 violation=V5a、V6
    violations 林乙
    violations 张丁 violation=V5a
    problems 黄丙 violation=V1 number=EZ9900002 happened_on=2017-05-08
    problems 陈甲
    problems 陈甲 violation=V3 voluntary=否
    problems 张丁 violation=V6 exit_on=2018-05-01
    problems 张丁 violation=V7a approval_number=A1
    sanctions 林乙 class=组织处理 method=诫勉 in_campaign=是
    sanctions 张丁 violation=V5a in_campaign=是
    sanctions 张丁 violation=V5a class=组织处理 method=调离岗位 in_campaign=是
    sanctions 张丁 violation=V5a class=组织处理 method=责令辞职 in_campaign=是
    sanctions 张丁 violation=V5a class=组织处理 method=免职 in_campaign=是
    sanctions 张丁 violation=V5a class=组织处理 method=降职 in_campaign=是
    sanctions 张丁 violation=V5a class=移交 method=移交纪检监察机关 in_campaign=是
    declarations 陈甲
    """
FIGURES = sorted(figure for figure in engine().figures if figure.startswith("annex"))


def documents() -> list[Document]:
    rows, *_ = world(GIVEN)
    return [_document(form, UNIT, rows) for form in campaign().forms.values() if any(table in rows for table in form.tables)]


def emptied(found: Iterable[Document], kept: frozenset[tuple[str, str]]) -> list[Document]:
    """The documents with every cell empty that is not of these columns."""
    return [replace(each, tables={name: replace(table, values={
        field: values if (name, field) in kept else [None] * len(values) for field, values in table.values.items()})
        for name, table in each.tables.items()}) for each in found]


def numbers(found: list[Document]) -> dict[str, int]:
    with engine().data(Lists({}), found, as_of=AS_OF) as data:
        return {figure: n for (unit, figure), n in data.figures().items() if unit == UNIT}


def test_every_column_of_the_annexes_counts_something_here() -> None:
    counted = numbers(documents())
    assert {figure for figure in FIGURES if not counted[figure]} == set()


@pytest.mark.parametrize("figure", FIGURES)
def test_a_number_stays_when_all_that_does_not_feed_it_is_gone(figure: str) -> None:
    feeds = engine().feeding.of_figure(figure)
    assert numbers(emptied(documents(), feeds))[figure] == numbers(documents())[figure]


@pytest.mark.parametrize(("figure", "column", "feeds"), [
    ("annex2.c7", ("problems", "violation"), True),
    ("annex2.c7", ("problems", "happened_on"), False),       # of the view it reads, and not asked for
    ("annex2.c14", ("sanctions", "method"), True),
    ("annex2.c14", ("sanctions", "role"), False),
    ("annex3.d3", ("staff", "status"), True),
    ("annex3.d3", ("staff", "position"), False),
    ("annex3.d7", ("loans", "returned_on"), True),           # through two views, a left join and an aggregate
    ("annex3.d7", ("loans", "name"), False),
])
def test_what_feeds_a_number(figure: str, column: tuple[str, str], feeds: bool) -> None:
    assert (column in engine().feeding.of_figure(figure)) is feeds


def test_a_rule_says_the_same_when_all_that_does_not_feed_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {rule.id: rule for rule in engine().rules}
    for case in CASES:
        rule = rules[case.rule]
        if not case.findings or rule.reads_figures:
            continue

        def kept(form: Form, unit: str, rows: dict[str, list[dict[str, str]]], of: str = rule.id) -> Document:
            keys = {(name, key) for name, table in form.tables.items() for key in (*table.key, "id_number")}
            return emptied([_document(form, unit, rows)], engine().feeding.of_rule(rules[of]) | keys)[0]

        monkeypatch.setattr(tables, "_document", kept)
        assert judged(case) == case.expected
